using System.Threading.Channels;
using DePin.Sdk.Wire;

namespace DePin.Sdk.Transport.InProcess;

/// <summary>Both ends of one job's stream, the frames between them, and how it ended.</summary>
#pragma warning disable CA1001 // A token source without a timer holds nothing to release, and it may be cancelled after the stream has ended.
internal sealed class InProcessStream
#pragma warning restore CA1001
{
    /// <summary>Frames that may lie in one direction before the writer waits; a socket's buffers hold about as much.</summary>
    internal const int Capacity = 16;

    private readonly Channel<ConsumerFrame> _up = CreateChannel<ConsumerFrame>();
    private readonly Channel<ProviderFrame> _down = CreateChannel<ProviderFrame>();
    private readonly CancellationTokenSource _providerCancellation = new();
    private readonly ITimer? _deadline;
    private Exception? _failure;
    private int _ended;

    public InProcessStream(TimeSpan? limit, TimeProvider time)
    {
        ProviderToken = _providerCancellation.Token;
        Consumer = new InProcessCall<ConsumerFrame, ProviderFrame>(this, _up.Writer, _down.Reader, Leave);
        Provider = new InProcessCall<ProviderFrame, ConsumerFrame>(this, _down.Writer, _up.Reader, static () => { });
        if (limit is { } due)
        {
            _deadline = time.CreateTimer(static state => ((InProcessStream)state!).Fail(CallDeadline.Missed()), this, due, Timeout.InfiniteTimeSpan);
        }
    }

    public IDuplexCall<ConsumerFrame, ProviderFrame> Consumer { get; }

    public IDuplexCall<ProviderFrame, ConsumerFrame> Provider { get; }

    public CancellationToken ProviderToken { get; }

    /// <summary>Why the stream ended, or null when it has not, or ended well.</summary>
    public Exception? Failure => Volatile.Read(ref _failure);

    /// <summary>The provider is done: what it wrote can still be read, what the consumer writes is dropped.</summary>
    public void Finish() => End(null);

    /// <summary>Ends the stream for both sides. The first reason stays.</summary>
    public void Fail(Exception reason) => End(reason);

    private void End(Exception? reason)
    {
        if (Interlocked.Exchange(ref _ended, 1) != 0)
        {
            return;
        }

        Volatile.Write(ref _failure, reason);
        _deadline?.Dispose();
        _up.Writer.TryComplete();
        _down.Writer.TryComplete();
        if (reason is not null)
        {
            // Not on this thread: the provider's callbacks are not the consumer's to run.
            _ = _providerCancellation.CancelAsync();
        }
    }

    private void Leave() => Fail(ServiceFailure.CallerGone());

    private static Channel<T> CreateChannel<T>() =>
        Channel.CreateBounded<T>(new BoundedChannelOptions(Capacity) { SingleReader = true, SingleWriter = true });
}
