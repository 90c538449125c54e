namespace DePin.Sdk.Compute.Tokenizers;

/// <summary>How the pieces of a vocabulary write text.</summary>
internal enum TokenEncoding
{
    /// <summary>A character for each byte.</summary>
    Bytes,

    /// <summary>Themselves, with <c>▁</c> for the space.</summary>
    Characters,
}
