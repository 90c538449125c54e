using static DePin.Sdk.Compute.Tokenizers.Words.CodePointClass;

namespace DePin.Sdk.Compute.Tokenizers.Words;

/// <summary>
/// <c>[!-/:-@\[-`{-~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+</c>
/// </summary>
/// <param name="isSpark">Whether line ends are words of their own: <c>| ?[\p{P}\p{S}]+|[\r\n]|</c>.</param>
internal sealed class DeepSeek3Pattern(bool isSpark = false) : WordPattern
{
    /// <inheritdoc/>
    public override int Match(ReadOnlySpan<char> text, int at)
    {
        char c = text[at];
        if (at + 1 < text.Length && char.IsAsciiLetter(text[at + 1]) && char.IsAscii(c) && (char.IsPunctuation(c) || char.IsSymbol(c)))
        {
            int last = at + 1;
            while (last < text.Length && char.IsAsciiLetter(text[last]))
            {
                last++;
            }

            return last - at;
        }

        var kind = CodePoints.At(text, at, out int length);
        if ((kind & (Letter | Punctuation | Symbol)) == 0 && c is not ('\r' or '\n'))
        {
            int word = CodePoints.RunEnd(text, at + length, Letter | Mark);
            if (word > at + length)
            {
                return word - at;
            }
        }

        int end = CodePoints.RunEnd(text, at, Letter | Mark);
        if (end > at)
        {
            return end - at;
        }

        int start = c == ' ' ? at + 1 : at;
        end = CodePoints.RunEnd(text, start, Punctuation | Symbol);
        if (end > start)
        {
            while (!isSpark && end < text.Length && text[end] is '\r' or '\n')
            {
                end++;
            }

            return end - at;
        }

        return !isSpark ? Spaces.MatchLines(text, at) : c is '\r' or '\n' ? 1 : Spaces.Match(text, at);
    }
}
