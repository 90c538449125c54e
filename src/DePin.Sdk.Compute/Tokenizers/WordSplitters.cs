using System.Globalization;
using System.Text;

namespace DePin.Sdk.Compute.Tokenizers;

/// <summary>The cuts of the pre-tokenizers, each a scanner for the regular expression that its comment quotes.</summary>
/// <remarks>Scanners see whole code points, so that letters beyond the basic plane count as letters; they take linear time.</remarks>
internal static class WordSplitters
{
    /// <summary><c>'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+</c></summary>
    public static int Gpt2(ReadOnlySpan<char> text)
    {
        int contraction = Contraction(text, ignoreCase: false);
        if (contraction > 0)
        {
            return contraction;
        }

        int start = text[0] == ' ' && text.Length > 1 ? 1 : 0;
        var kind = KindAt(text, start, out _);
        return kind == Kind.Space ? Spaces(text) : start + Run(text[start..], kind, int.MaxValue);
    }

    /// <summary>
    /// <c>(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+</c>
    /// </summary>
    public static int Llama3(ReadOnlySpan<char> text) => Modern(text, 3);

    /// <summary>As <see cref="Llama3"/>, with <c>\p{N}</c> for numbers.</summary>
    public static int Qwen2(ReadOnlySpan<char> text) => Modern(text, 1);

    /// <summary>Each <c>\p{N}</c> alone, and what lies between.</summary>
    public static int SingleNumbers(ReadOnlySpan<char> text) => KindAt(text, 0, out int length) == Kind.Number
        ? length
        : Until(text, static (t, i, out n) => KindAt(t, i, out n) == Kind.Number);

    /// <summary><c>\p{N}+</c>, and what lies between.</summary>
    public static int NumberRuns(ReadOnlySpan<char> text) => KindAt(text, 0, out _) == Kind.Number
        ? Run(text, Kind.Number, int.MaxValue)
        : Until(text, static (t, i, out n) => KindAt(t, i, out n) == Kind.Number);

    /// <summary><c>[\p{P}\$\+&lt;=&gt;\^~\|]+</c>, and what lies between.</summary>
    public static int PunctuationRuns(ReadOnlySpan<char> text) => IsPunctuation(text, 0, out _)
        ? Until(text, static (t, i, out n) => !IsPunctuation(t, i, out n))
        : Until(text, static (t, i, out n) => IsPunctuation(t, i, out n));

    /// <summary><c>[0-9][0-9][0-9]</c>, and what lies between.</summary>
    public static int DigitTriples(ReadOnlySpan<char> text)
    {
        for (int i = 0; i + 3 <= text.Length; i++)
        {
            if (char.IsAsciiDigit(text[i]) && char.IsAsciiDigit(text[i + 1]) && char.IsAsciiDigit(text[i + 2]))
            {
                return i == 0 ? 3 : i;
            }
        }

        return text.Length;
    }

    private static int Modern(ReadOnlySpan<char> text, int mostNumbers)
    {
        int contraction = Contraction(text, ignoreCase: true);
        if (contraction > 0)
        {
            return contraction;
        }

        var kind = KindAt(text, 0, out int length);
        if (kind == Kind.Letter)
        {
            return Run(text, Kind.Letter, int.MaxValue);
        }

        if (kind == Kind.Number)
        {
            return Run(text, Kind.Number, mostNumbers);
        }

        if (text[0] is not ('\r' or '\n') && length < text.Length && KindAt(text, length, out _) == Kind.Letter)
        {
            return length + Run(text[length..], Kind.Letter, int.MaxValue);
        }

        int start = text[0] == ' ' && text.Length > 1 ? 1 : 0;
        if (KindAt(text, start, out _) == Kind.Other)
        {
            int end = start + Run(text[start..], Kind.Other, int.MaxValue);
            while (end < text.Length && text[end] is '\r' or '\n')
            {
                end++;
            }

            return end;
        }

        int spaces = Run(text, Kind.Space, int.MaxValue);
        int newline = text[..spaces].LastIndexOfAny('\r', '\n');
        return newline >= 0 ? newline + 1 : Spaces(text);
    }

    /// <summary><c>\s+(?!\S)|\s+</c>: the last space before a word is left to the word.</summary>
    private static int Spaces(ReadOnlySpan<char> text)
    {
        int run = Run(text, Kind.Space, int.MaxValue);
        return run == text.Length || run == 1 ? run : run - 1;
    }

    private static int Contraction(ReadOnlySpan<char> text, bool ignoreCase)
    {
        if (text.Length < 2 || text[0] != '\'')
        {
            return 0;
        }

        char first = Fold(text[1], ignoreCase);
        char second = text.Length > 2 ? Fold(text[2], ignoreCase) : '\0';
        return (first, second) switch
        {
            ('s' or 't' or 'm' or 'd', _) => 2,
            ('r' or 'v', 'e') or ('l', 'l') => 3,
            _ => 0,
        };
    }

    private static char Fold(char c, bool ignoreCase) => ignoreCase && char.IsAsciiLetterUpper(c) ? (char)(c | 0x20) : c;

    private static int Run(ReadOnlySpan<char> text, Kind kind, int most)
    {
        int at = 0;
        while (most-- > 0 && at < text.Length && KindAt(text, at, out int length) == kind)
        {
            at += length;
        }

        return at;
    }

    private static int Until(ReadOnlySpan<char> text, Boundary isBoundary)
    {
        isBoundary(text, 0, out int at);
        while (at < text.Length && !isBoundary(text, at, out int length))
        {
            at += length;
        }

        return at;
    }

    private static bool IsPunctuation(ReadOnlySpan<char> text, int at, out int length)
    {
        Rune.DecodeFromUtf16(text[at..], out var rune, out length);
        return Rune.IsPunctuation(rune) || rune.Value is '$' or '+' or '<' or '=' or '>' or '^' or '~' or '|';
    }

    private static Kind KindAt(ReadOnlySpan<char> text, int at, out int length)
    {
        char c = text[at];
        length = 1;
        if (char.IsAscii(c))
        {
            return char.IsAsciiLetter(c) ? Kind.Letter : char.IsAsciiDigit(c) ? Kind.Number : char.IsWhiteSpace(c) ? Kind.Space : Kind.Other;
        }

        Rune.DecodeFromUtf16(text[at..], out var rune, out length);
        return Rune.GetUnicodeCategory(rune) switch
        {
            <= UnicodeCategory.OtherLetter => Kind.Letter,
            UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber => Kind.Number,
            _ => Rune.IsWhiteSpace(rune) ? Kind.Space : Kind.Other,
        };
    }

    private delegate bool Boundary(ReadOnlySpan<char> text, int at, out int length);

    private enum Kind
    {
        Letter,
        Number,
        Space,
        Other,
    }
}
