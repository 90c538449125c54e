using System.Globalization;
using System.Text;

namespace DePin.Sdk.Compute.Tokenizers.Words;

/// <summary>Classes of code points, by table.</summary>
/// <remarks>A lone surrogate counts as U+FFFD, which is what it is encoded as.</remarks>
internal static class CodePoints
{
    private static readonly CodePointClass[] Basic = CreateBasic();

    /// <summary>The class of the code point at a place, and its length in characters.</summary>
    public static CodePointClass At(ReadOnlySpan<char> text, int at, out int length)
    {
        char c = text[at];
        length = 1;
        if (!char.IsSurrogate(c))
        {
            return Basic[c];
        }

        if (Rune.DecodeFromUtf16(text[at..], out var rune, out length) != System.Buffers.OperationStatus.Done)
        {
            length = 1;
        }

        return Classify(rune);
    }

    /// <summary>The class of the code point at a place; none beyond the end.</summary>
    public static CodePointClass AtOrNone(ReadOnlySpan<char> text, int at) => at < text.Length ? At(text, at, out _) : CodePointClass.None;

    /// <summary>The code point at a place, and its length in characters.</summary>
    public static int Value(ReadOnlySpan<char> text, int at, out int length)
    {
        char c = text[at];
        length = 1;
        if (!char.IsSurrogate(c))
        {
            return c;
        }

        if (Rune.DecodeFromUtf16(text[at..], out var rune, out length) != System.Buffers.OperationStatus.Done)
        {
            length = 1;
        }

        return rune.Value;
    }

    /// <summary>Where the run of code points of some classes ends that begins at a place.</summary>
    public static int RunEnd(ReadOnlySpan<char> text, int at, CodePointClass classes, int most = int.MaxValue)
    {
        while (most-- > 0 && at < text.Length && (At(text, at, out int length) & classes) != 0)
        {
            at += length;
        }

        return at;
    }

    /// <summary>Where the run of code points of none of some classes ends that begins at a place.</summary>
    public static int RunEndOfOthers(ReadOnlySpan<char> text, int at, CodePointClass classes)
    {
        while (at < text.Length && (At(text, at, out int length) & classes) == 0)
        {
            at += length;
        }

        return at;
    }

    private static CodePointClass[] CreateBasic()
    {
        var classes = new CodePointClass[0x10000];
        for (int i = 0; i < classes.Length; i++)
        {
            classes[i] = Rune.TryCreate(i, out var rune) ? Classify(rune) : CodePointClass.Symbol;
        }

        return classes;
    }

    private static CodePointClass Classify(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.UppercaseLetter or UnicodeCategory.TitlecaseLetter => CodePointClass.Upper,
        UnicodeCategory.LowercaseLetter => CodePointClass.Lower,
        UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter => CodePointClass.Caseless,
        UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark => CodePointClass.Mark,
        UnicodeCategory.DecimalDigitNumber => CodePointClass.Number | CodePointClass.Digit,
        UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber => CodePointClass.Number,
        UnicodeCategory.ConnectorPunctuation => CodePointClass.Punctuation | CodePointClass.Connector,
        UnicodeCategory.DashPunctuation or UnicodeCategory.OpenPunctuation or UnicodeCategory.ClosePunctuation or
            UnicodeCategory.InitialQuotePunctuation or UnicodeCategory.FinalQuotePunctuation or UnicodeCategory.OtherPunctuation =>
            CodePointClass.Punctuation,
        UnicodeCategory.MathSymbol or UnicodeCategory.CurrencySymbol or UnicodeCategory.ModifierSymbol or UnicodeCategory.OtherSymbol =>
            CodePointClass.Symbol,
        _ => Rune.IsWhiteSpace(rune) ? CodePointClass.Space : CodePointClass.None,
    };
}
