using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Threading.Channels;
using DePin.Sdk.Chains.Diagnostics;
using DePin.Sdk.Chains.Evm.Rpc.Internal;

namespace DePin.Sdk.Chains.Evm.Rpc;

/// <summary>Events that a node sends by itself. It outlives the connection: after a loss it is made anew, and its reader is told that events may be missing.</summary>
/// <typeparam name="T">What is subscribed to.</typeparam>
public sealed class EvmSubscription<T> : IAsyncDisposable, ISubscription
    where T : class
{
    private readonly Channel<EvmSubscriptionEvent<T>> _events;
    private readonly Func<JsonElement, T> _read;
    private readonly Func<ISubscription, ValueTask> _release;
    private int _dropped;

    internal EvmSubscription(JsonRpcRequest request, Func<JsonElement, T> read, int capacity, Func<ISubscription, ValueTask> release)
    {
        Request = request;
        _read = read;
        _release = release;

        // For heads the newest event counts most; whatever is dropped, the reader has to ask for the rest itself.
        _events = Channel.CreateBounded<EvmSubscriptionEvent<T>>(
            new BoundedChannelOptions(capacity) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = false, SingleWriter = false },
            _ => Interlocked.Exchange(ref _dropped, 1));
    }

    internal JsonRpcRequest Request { get; }

    JsonRpcRequest ISubscription.Request => Request;

    /// <summary>The events, in the order in which the node sent them, until the subscription is disposed of. Several readers share them.</summary>
    /// <exception cref="EvmRpcException">The node refuses the subscription after a reconnection, or sent something that is no event.</exception>
    public async IAsyncEnumerable<EvmSubscriptionEvent<T>> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var item in _events.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            if (Interlocked.Exchange(ref _dropped, 0) == 1)
            {
                RpcMetrics.MayHaveMissed();
                yield return default;
            }

            yield return item;
        }
    }

    /// <summary>Ends the subscription; what is buffered can still be read.</summary>
    public ValueTask DisposeAsync()
    {
        _events.Writer.TryComplete();
        return _release(this);
    }

    void ISubscription.Deliver(JsonElement value)
    {
        try
        {
            _events.Writer.TryWrite(new EvmSubscriptionEvent<T>(RpcReader.Read("eth_subscribe", value, _read)));
        }
        catch (EvmRpcException problem)
        {
            _events.Writer.TryComplete(problem);
        }
    }

    void ISubscription.MarkGap()
    {
        RpcMetrics.MayHaveMissed();
        _events.Writer.TryWrite(default);
    }

    void ISubscription.Fail(EvmRpcException? problem) => _events.Writer.TryComplete(problem);
}
