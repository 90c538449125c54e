using System.Runtime.CompilerServices;
using DePin.Sdk.Diagnostics;
using DePin.Sdk.Transport;
using DePin.Sdk.Wire;
using Microsoft.Extensions.Logging;

namespace DePin.Sdk.Consumers.Internal;

/// <summary>
/// The consumer's end of a job's stream. A read is never cancelled, only no longer waited for, so that it can be waited for again: what a cancelled
/// job still has to say comes out of the same read. Writes may come from several callers.
/// </summary>
#pragma warning disable CA1001 // A semaphore without a wait handle holds nothing to release, and a late voucher may still come to it.
internal sealed class JobStream(IDuplexCall<ConsumerFrame, ProviderFrame> call, JobTerms terms, ILogger logger)
#pragma warning restore CA1001
{
    private readonly SemaphoreSlim _writing = new(1, 1);
    private Task<ProviderFrame?>? _pending;

    /// <summary>A frame that is there already, without waiting.</summary>
    public bool TryRead(out ProviderFrame? frame)
    {
        frame = null;
        return _pending is null && call.TryRead(out frame);
    }

    /// <summary>The next frame; null at the end of the stream.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<ProviderFrame?> ReadAsync(CancellationToken until)
    {
        if (_pending is null)
        {
            var read = call.ReadAsync(CancellationToken.None);
            if (read.IsCompleted)
            {
                return await read.ConfigureAwait(false);
            }

            _pending = read.AsTask();
        }

        var frame = await _pending.WaitAsync(until).ConfigureAwait(false);
        _pending = null;
        return frame;
    }

    /// <summary>Sends a frame. A stream that takes none any more has ended, which its reader finds out, and why.</summary>
    public async Task SendAsync(ConsumerFrame frame)
    {
        await _writing.WaitAsync().ConfigureAwait(false);
        try
        {
            await call.WriteAsync(frame).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is DePinException or TimeoutException)
        {
            ConsumerLog.SendFailed(logger, terms.Offer.Endpoint, terms.Job.Id, frame.FrameCase, failure);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Lets what was written last arrive, then closes.</summary>
    public async Task FinishAsync(CancellationToken until)
    {
        try
        {
            await call.CompleteWritesAsync(until).ConfigureAwait(false);
            await ReadAsync(until).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // The job is over; how its stream ends changes nothing.
        catch (Exception)
#pragma warning restore CA1031
        {
        }

        await CloseAsync().ConfigureAwait(false);
    }

    /// <summary>Closes at once; a job that still runs is broken off.</summary>
    public async Task CloseAsync()
    {
        await call.DisposeAsync().ConfigureAwait(false);

        // A read that nobody waits for any more ends with the stream.
        _pending?.ContinueWith(static t => _ = t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }
}
