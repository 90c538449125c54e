namespace DePin.Sdk.Transport.Grpc;

/// <summary>What one direction of a call may carry, and whose fault it is when it carries something else.</summary>
/// <param name="MaxMessageBytes">The longest message that is taken.</param>
/// <param name="Sender">The side that writes the frames.</param>
/// <param name="Encoding">What the sender's <c>grpc-encoding</c> says; null for nothing.</param>
internal sealed record GrpcFrameLimits(int MaxMessageBytes, Fault Sender, string? Encoding = null)
{
    public const int DefaultMaxMessageBytes = 4 * 1024 * 1024;

    public DePinException Invalid(string problem, Exception? cause = null) =>
        new(DePinErrorCode.InvalidFrame, Sender, $"A frame of the stream {problem}.", isTransient: false, cause);

    public DePinException TooLarge(long length) => new(
        DePinErrorCode.MessageTooLarge, Sender, $"A message of {length} bytes is larger than the limit of {MaxMessageBytes} bytes; send less at a time, or raise the limit.");

    public DePinException Compressed() => Encoding is null or "identity"
        ? Invalid("says that it is compressed, but no encoding was named")
        : new DePinException(
            DePinErrorCode.Unsupported, Sender, $"Messages compressed with '{CaipText.Shorten(Encoding)}' are not supported; send them with the encoding identity.");
}
