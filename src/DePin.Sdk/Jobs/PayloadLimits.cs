namespace DePin.Sdk.Jobs;

/// <summary>What is accepted in a payload or an output from outside. Beyond it the message is refused before it costs memory or time.</summary>
internal static class PayloadLimits
{
    public const int MaxPayloadBytes = 16 * 1024 * 1024;
    public const int MaxOutputBytes = 4 * 1024 * 1024;
    public const int MaxMessages = 4096;
    public const int MaxContents = 8192; // of a payload or an output, over all its messages
    public const int MaxTools = 512;
    public const int MaxStopSequences = 64;
    public const int MaxAdditional = 64;
    public const int MaxNameLength = 256;
    public const int MaxUriLength = 8192;
    public const int MaxJsonLength = 1024 * 1024;
    public const int MaxEmbeddingInputs = 4096;
    public const int MaxDimensions = 65_536;
}
