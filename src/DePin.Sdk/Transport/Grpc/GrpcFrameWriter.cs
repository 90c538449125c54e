using System.IO.Pipelines;
using Google.Protobuf;

namespace DePin.Sdk.Transport.Grpc;

/// <summary>Messages into a pipe, serialised in place.</summary>
internal sealed class GrpcFrameWriter<T>(PipeWriter pipe, GrpcFrameLimits limits)
    where T : class, IMessage<T>
{
    /// <summary>Messages up to this length are written in one piece; pipes lend memory in blocks of about this size.</summary>
    private const int OnePieceBytes = 2048;

    public PipeWriter Pipe => pipe;

    /// <summary>Puts a frame into the pipe's buffer; the pipe is not flushed.</summary>
    /// <exception cref="DePinException"><see cref="DePinErrorCode.MessageTooLarge"/>: nothing was written.</exception>
    public void Write(T message)
    {
        int length = message.CalculateSize();
        if (length > limits.MaxMessageBytes)
        {
            throw limits.TooLarge(length);
        }

        if (length <= OnePieceBytes)
        {
            var span = pipe.GetSpan(GrpcFrame.HeaderLength + length);
            GrpcFrame.WriteHeader(span, length);
            message.WriteTo(span.Slice(GrpcFrame.HeaderLength, length));
            pipe.Advance(GrpcFrame.HeaderLength + length);
        }
        else
        {
            GrpcFrame.WriteHeader(pipe.GetSpan(GrpcFrame.HeaderLength), length);
            pipe.Advance(GrpcFrame.HeaderLength);
            message.WriteTo(pipe);
        }
    }
}
