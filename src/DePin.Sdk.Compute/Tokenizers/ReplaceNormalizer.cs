namespace DePin.Sdk.Compute.Tokenizers;

/// <summary>Writes one text for another.</summary>
internal sealed class ReplaceNormalizer(string from, string to) : TextNormalizer
{
    /// <inheritdoc/>
    public override string Normalize(string text, TextPlace place) => text.Replace(from, to, StringComparison.Ordinal);
}
