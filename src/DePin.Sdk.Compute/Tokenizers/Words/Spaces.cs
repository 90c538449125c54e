namespace DePin.Sdk.Compute.Tokenizers.Words;

/// <summary>What the patterns have in common: contractions and white space.</summary>
internal static class Spaces
{
    /// <summary><c>\s+(?!\S)|\s+</c>: the last space before a word is left to the word. 0 where no space is.</summary>
    public static int Match(ReadOnlySpan<char> text, int at)
    {
        int end = CodePoints.RunEnd(text, at, CodePointClass.Space);
        return end == text.Length || end - at <= 1 ? end - at : end - at - 1;
    }

    /// <summary><c>\s*[\r\n]+|\s+(?!\S)|\s+</c></summary>
    public static int MatchLines(ReadOnlySpan<char> text, int at)
    {
        int end = CodePoints.RunEnd(text, at, CodePointClass.Space);
        int newline = text[at..end].LastIndexOfAny('\r', '\n');
        return newline >= 0 ? newline + 1 : end == text.Length || end - at <= 1 ? end - at : end - at - 1;
    }

    /// <summary><c>'s|'t|'re|'ve|'m|'ll|'d</c></summary>
    public static int Contraction(ReadOnlySpan<char> text, int at, bool ignoreCase)
    {
        if (at + 1 >= text.Length || text[at] != '\'')
        {
            return 0;
        }

        char first = Fold(text[at + 1], ignoreCase);
        char second = at + 2 < text.Length ? Fold(text[at + 2], ignoreCase) : '\0';
        return (first, second) switch
        {
            ('s' or 't' or 'm' or 'd', _) => 2,
            ('r' or 'v', 'e') or ('l', 'l') => 3,
            _ => 0,
        };
    }

    // The long s folds to s, by Unicode.
    private static char Fold(char c, bool ignoreCase) =>
        !ignoreCase ? c : char.IsAsciiLetterUpper(c) ? (char)(c | 0x20) : c == '\u017F' ? 's' : c;
}
