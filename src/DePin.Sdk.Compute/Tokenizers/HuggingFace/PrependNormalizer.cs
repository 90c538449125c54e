namespace DePin.Sdk.Compute.Tokenizers.HuggingFace;

/// <summary>Puts a text in front of one that is not empty, unless it continues another.</summary>
internal sealed class PrependNormalizer(string prefix) : TextNormalizer
{
    /// <inheritdoc/>
    public override string Normalize(string text, TextPlace place) => text.Length == 0 || place == TextPlace.Inside ? text : prefix + text;
}
