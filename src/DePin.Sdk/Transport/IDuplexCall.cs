namespace DePin.Sdk.Transport;

/// <summary>Two streams of frames in opposite directions. One reader and one writer may run at the same time.</summary>
/// <typeparam name="TSend">What this side writes.</typeparam>
/// <typeparam name="TReceive">What this side reads.</typeparam>
public interface IDuplexCall<in TSend, TReceive> : IAsyncDisposable
    where TReceive : class
{
    /// <summary>Sends a frame; completes when the transport has room for more, so a slow reader slows the writer down.</summary>
    /// <remarks>
    /// The frame belongs to the transport from then on. The consumer's writes race with the provider's end of the stream: one that comes too late is
    /// dropped, and reads tell how the stream ended. A cancelled write ends the call, since half of the frame may have left.
    /// </remarks>
    /// <exception cref="DePinException">The other side ended the stream with an error, or went away (<see cref="DePinErrorCode.Unavailable"/>).</exception>
    ValueTask WriteAsync(TSend frame, CancellationToken cancellationToken = default);

    /// <summary>Says that nothing more will be written.</summary>
    ValueTask CompleteWritesAsync(CancellationToken cancellationToken = default);

    /// <summary>The next frame, or null when the other side ended the stream well.</summary>
    /// <exception cref="DePinException">The other side ended it with an error, or went away (<see cref="DePinErrorCode.Unavailable"/>).</exception>
    /// <exception cref="TimeoutException">The call's deadline passed.</exception>
    ValueTask<TReceive?> ReadAsync(CancellationToken cancellationToken = default);

    /// <summary>A frame that has already arrived, without waiting; false when there is none.</summary>
    bool TryRead([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out TReceive? frame);
}
