namespace DePin.Sdk.Compute.Tokenizers.HuggingFace;

/// <summary>A normalizer that does the same everywhere.</summary>
internal sealed class NormalizationStep(Func<string, string> change) : TextNormalizer
{
    /// <inheritdoc/>
    public override string Normalize(string text, TextPlace place) => change(text);
}
