using System.Buffers;
using System.Buffers.Binary;

namespace DePin.Sdk.Transport.Grpc;

/// <summary>The length-prefixed message of gRPC: a compressed flag, four bytes of length (big-endian), the message.</summary>
internal static class GrpcFrame
{
    public const int HeaderLength = 5;

    /// <summary>Takes one whole frame from the front of a buffer; false when it has not arrived whole.</summary>
    /// <param name="buffer">What has arrived; moves past the frame.</param>
    /// <param name="limits">What is allowed.</param>
    /// <param name="message">The bytes of the message, within the buffer.</param>
    /// <exception cref="DePinException">The header is not valid, or announces more than the limit. Nothing has been allocated for it.</exception>
    public static bool TryTake(ref ReadOnlySequence<byte> buffer, GrpcFrameLimits limits, out ReadOnlySequence<byte> message)
    {
        message = default;
        if (buffer.Length < HeaderLength)
        {
            return false;
        }

        Span<byte> copy = stackalloc byte[HeaderLength];
        scoped ReadOnlySpan<byte> header = buffer.FirstSpan;
        if (header.Length < HeaderLength)
        {
            buffer.Slice(0, HeaderLength).CopyTo(copy);
            header = copy;
        }

        uint length = BinaryPrimitives.ReadUInt32BigEndian(header[1..]);
        if (header[0] != 0)
        {
            throw header[0] == 1 ? limits.Compressed() : limits.Invalid($"begins with the flag {header[0]}, which gRPC does not define");
        }

        if (length > (uint)limits.MaxMessageBytes)
        {
            throw limits.TooLarge(length);
        }

        if (buffer.Length < HeaderLength + length)
        {
            return false;
        }

        message = buffer.Slice(HeaderLength, length);
        buffer = buffer.Slice(message.End);
        return true;
    }

    public static void WriteHeader(Span<byte> destination, int length)
    {
        destination[0] = 0;
        BinaryPrimitives.WriteInt32BigEndian(destination[1..], length);
    }
}
