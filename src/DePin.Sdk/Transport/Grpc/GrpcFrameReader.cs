using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Google.Protobuf;

namespace DePin.Sdk.Transport.Grpc;

/// <summary>Messages out of a pipe. Holds back nothing but the pipe's own buffer, so an unread stream fills its flow-control window and stops.</summary>
internal sealed class GrpcFrameReader<T>(PipeReader pipe, MessageParser<T> parser, GrpcFrameLimits limits)
    where T : class, IMessage<T>
{
    private readonly MessageParser<T> _parser = parser.WithDiscardUnknownFields(true);
    private bool _ended;

    /// <summary>A message that has arrived, without waiting.</summary>
    /// <exception cref="DePinException">The stream holds something else than frames of this message.</exception>
    public bool TryRead([NotNullWhen(true)] out T? message)
    {
        message = null;
        return !_ended && pipe.TryRead(out var result) && TryTake(result, out message);
    }

    /// <summary>The next message, or null at the end of the stream.</summary>
    /// <exception cref="DePinException">The stream holds something else than frames of this message.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<T?> ReadAsync(CancellationToken cancellationToken)
    {
        while (!_ended)
        {
            var result = await pipe.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (TryTake(result, out var message))
            {
                return message;
            }

            if (result.IsCanceled)
            {
                throw new OperationCanceledException("The read was cancelled.");
            }
        }

        return null;
    }

    private bool TryTake(in ReadResult result, [NotNullWhen(true)] out T? message)
    {
        var rest = result.Buffer;
        message = null;
        bool taken = false;
        try
        {
            if (taken = GrpcFrame.TryTake(ref rest, limits, out var bytes))
            {
                message = Parse(bytes);
                return true;
            }

            if (result.IsCompleted)
            {
                _ended = true;
                if (!rest.IsEmpty)
                {
                    throw limits.Invalid($"is cut off after {rest.Length} bytes");
                }
            }

            return false;
        }
        finally
        {
            // What is left after a whole frame has not been looked at yet: the next read finds it without waiting.
            pipe.AdvanceTo(rest.Start, taken ? rest.Start : rest.End);
        }
    }

    private T Parse(in ReadOnlySequence<byte> bytes)
    {
        try
        {
            return _parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException exception)
        {
            throw limits.Invalid($"of {bytes.Length} bytes is not a {typeof(T).Name}: {exception.Message}", exception);
        }
    }
}
