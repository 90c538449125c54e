namespace DePin.Sdk.Compute.Tokenizers.Words;

/// <summary><c>'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+</c></summary>
internal sealed class Gpt2Pattern : WordPattern
{
    /// <inheritdoc/>
    public override int Match(ReadOnlySpan<char> text, int at)
    {
        int contraction = Spaces.Contraction(text, at, ignoreCase: false);
        if (contraction > 0)
        {
            return contraction;
        }

        int start = text[at] == ' ' && at + 1 < text.Length ? at + 1 : at;
        var kind = CodePoints.At(text, start, out _);
        if ((kind & CodePointClass.Space) != 0)
        {
            return Spaces.Match(text, at);
        }

        int end = (kind & CodePointClass.Letter) != 0 ? CodePoints.RunEnd(text, start, CodePointClass.Letter)
            : (kind & CodePointClass.Number) != 0 ? CodePoints.RunEnd(text, start, CodePointClass.Number)
            : CodePoints.RunEndOfOthers(text, start, CodePointClass.Letter | CodePointClass.Number | CodePointClass.Space);
        return end - at;
    }
}
