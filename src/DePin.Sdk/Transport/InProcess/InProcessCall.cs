using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;
using System.Threading.Channels;

namespace DePin.Sdk.Transport.InProcess;

/// <summary>One end of an <see cref="InProcessStream"/>.</summary>
internal sealed class InProcessCall<TSend, TReceive>(InProcessStream stream, ChannelWriter<TSend> writer, ChannelReader<TReceive> reader, Action leave)
    : IDuplexCall<TSend, TReceive>
    where TSend : class
    where TReceive : class
{
    private bool _writesCompleted;
    private volatile bool _disposed;

    public ValueTask WriteAsync(TSend frame, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(frame);
        ThrowIfFailed();
        if (_writesCompleted)
        {
            throw new InvalidOperationException("Nothing can be written after CompleteWritesAsync.");
        }

        return writer.TryWrite(frame) ? ValueTask.CompletedTask : WaitAndWriteAsync(frame, cancellationToken);
    }

    public ValueTask CompleteWritesAsync(CancellationToken cancellationToken = default)
    {
        ThrowIfFailed();
        _writesCompleted = true;
        writer.TryComplete();
        return ValueTask.CompletedTask;
    }

    public ValueTask<TReceive?> ReadAsync(CancellationToken cancellationToken = default) =>
        reader.TryRead(out var frame) ? ValueTask.FromResult<TReceive?>(frame) : WaitAndReadAsync(cancellationToken);

    public bool TryRead([NotNullWhen(true)] out TReceive? frame) => reader.TryRead(out frame);

    public ValueTask DisposeAsync()
    {
        _disposed = true;
        leave();
        return ValueTask.CompletedTask;
    }

    private async ValueTask WaitAndWriteAsync(TSend frame, CancellationToken cancellationToken)
    {
        while (await writer.WaitToWriteAsync(cancellationToken).ConfigureAwait(false))
        {
            if (writer.TryWrite(frame))
            {
                return;
            }
        }

        // The other side ended the stream well: as over a socket, nobody will read the frame, and that is no error.
        ThrowIfFailed();
    }

    private async ValueTask<TReceive?> WaitAndReadAsync(CancellationToken cancellationToken)
    {
        while (await reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (reader.TryRead(out var frame))
            {
                return frame;
            }
        }

        ThrowIfFailed();
        return null;
    }

    private void ThrowIfFailed()
    {
        if (_disposed)
        {
            throw new OperationCanceledException("The call was disposed.");
        }

        if (stream.Failure is { } failure)
        {
            ExceptionDispatchInfo.Throw(failure);
        }
    }
}
