namespace DePin.Sdk.Compute.Tokenizers;

/// <summary>Changes text before it is encoded.</summary>
internal abstract class TextNormalizer
{
    /// <summary>Changes a text.</summary>
    /// <param name="text">The text; it may hold lone surrogates.</param>
    /// <param name="place">Where it stands.</param>
    public abstract string Normalize(string text, TextPlace place);
}
