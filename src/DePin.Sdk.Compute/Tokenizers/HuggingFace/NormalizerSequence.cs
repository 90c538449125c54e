namespace DePin.Sdk.Compute.Tokenizers.HuggingFace;

/// <summary>Normalizers one after the other.</summary>
internal sealed class NormalizerSequence(TextNormalizer[] parts) : TextNormalizer
{
    /// <inheritdoc/>
    public override string Normalize(string text, TextPlace place)
    {
        foreach (var part in parts)
        {
            text = part.Normalize(text, place);
        }

        return text;
    }
}
