namespace DePin.Sdk.Compute.Tokenizers.Words;

/// <summary><c>\s+$</c></summary>
internal sealed class TrailingSpaceStage : CuttingStage
{
    /// <inheritdoc/>
    protected override void Cut(ReadOnlySpan<char> word, int offset, List<(int Start, int Length)> parts)
    {
        int end = word.Length;
        while (end > 0 && (CodePoints.At(word, end - 1, out _) & CodePointClass.Space) != 0)
        {
            end--;
        }

        if (end > 0)
        {
            parts.Add((offset, end));
        }

        if (end < word.Length)
        {
            parts.Add((offset + end, word.Length - end));
        }
    }
}
