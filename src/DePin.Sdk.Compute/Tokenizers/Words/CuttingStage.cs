namespace DePin.Sdk.Compute.Tokenizers.Words;

/// <summary>A step that leaves the text as it is.</summary>
internal abstract class CuttingStage : WordStage
{
    /// <inheritdoc/>
    public sealed override void Apply(PreTokens tokens)
    {
        var finer = tokens.Begin();
        var text = tokens.Text;
        foreach (var (start, length) in tokens.Words)
        {
            Cut(text.Slice(start, length), start, finer);
        }

        tokens.Commit();
    }

    /// <summary>Adds the parts of a word.</summary>
    /// <param name="word">The word, not empty.</param>
    /// <param name="offset">What is to be added to the places in the word.</param>
    /// <param name="parts">Where the parts go.</param>
    protected abstract void Cut(ReadOnlySpan<char> word, int offset, List<(int Start, int Length)> parts);
}
