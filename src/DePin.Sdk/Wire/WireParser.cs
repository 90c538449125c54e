using Google.Protobuf;

namespace DePin.Sdk.Wire;

/// <summary>Reads protobuf messages that came from outside.</summary>
internal static class WireParser
{
    /// <summary>Reads a message.</summary>
    /// <exception cref="InvalidDataException">The bytes are not such a message.</exception>
    public static T Parse<T>(MessageParser<T> parser, ReadOnlySpan<byte> bytes)
        where T : IMessage<T>
    {
        try
        {
            return parser.ParseFrom(bytes);
        }
        catch (Exception problem) when (problem is InvalidProtocolBufferException or ArgumentException or IndexOutOfRangeException or OverflowException or InvalidOperationException)
        {
            // Google.Protobuf lets more than its own exception out, for example for nested lengths near 2^31 (seen with 3.25.1).
            throw new InvalidDataException(problem is InvalidProtocolBufferException ? problem.Message : "A length in the message is out of range.", problem);
        }
    }
}
