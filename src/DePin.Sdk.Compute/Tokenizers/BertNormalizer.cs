using System.Globalization;
using System.Text;
using DePin.Sdk.Compute.Tokenizers.Unicode;

namespace DePin.Sdk.Compute.Tokenizers;

/// <summary>What BERT does to text: no control characters, Chinese characters as words, no accents, small letters.</summary>
internal sealed class BertNormalizer : TextNormalizer
{
    /// <summary>Whether control characters go and every space becomes a blank.</summary>
    public bool Cleans { get; init; } = true;

    /// <summary>Whether Chinese characters become words of their own.</summary>
    public bool CutsChinese { get; init; } = true;

    /// <summary>Whether letters become small.</summary>
    public bool Lowers { get; init; } = true;

    /// <summary>Whether accents go.</summary>
    public bool StripsAccents { get; init; } = true;

    /// <summary>Takes away all marks without width of a text in form D.</summary>
    public static string WithoutMarks(string text)
    {
        var result = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.GetUnicodeCategory(rune) != UnicodeCategory.NonSpacingMark)
            {
                result.Append(rune);
            }
        }

        return result.ToString();
    }

    /// <summary>Makes letters small.</summary>
    public static string ToLower(string text)
    {
        // The only letter that becomes two characters; the runtime leaves it alone.
        return text.ToLowerInvariant().Replace("İ", "i\u0307", StringComparison.Ordinal);
    }

    /// <inheritdoc/>
    public override string Normalize(string text, TextPlace place)
    {
        if (Cleans || CutsChinese)
        {
            var result = new StringBuilder(text.Length + 16);
            foreach (var rune in text.EnumerateRunes())
            {
                Append(rune, result);
            }

            text = result.ToString();
        }

        text = StripsAccents ? WithoutMarks(CanonicalForms.Decompose(text)) : text;
        return Lowers ? ToLower(text) : text;
    }

    // As the original has it: one block begins later than Unicode's.
    private static bool IsChinese(int value) => value is
        (>= 0x4E00 and <= 0x9FFF) or (>= 0x3400 and <= 0x4DBF) or (>= 0x20000 and <= 0x2A6DF) or (>= 0x2A700 and <= 0x2B73F) or
        (>= 0x2B740 and <= 0x2B81F) or (>= 0x2B920 and <= 0x2CEAF) or (>= 0xF900 and <= 0xFAFF) or (>= 0x2F800 and <= 0x2FA1F);

    private void Append(Rune rune, StringBuilder result)
    {
        if (Cleans)
        {
            bool isSpace = Rune.IsWhiteSpace(rune);
            var category = Rune.GetUnicodeCategory(rune);
            bool isControl = rune.Value is not ('\t' or '\n' or '\r') &&
                category is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse;
            if (rune.Value is 0 or 0xFFFD || isControl)
            {
                return;
            }

            rune = isSpace ? new Rune(' ') : rune;
        }

        if (CutsChinese && IsChinese(rune.Value))
        {
            result.Append(' ').Append(rune).Append(' ');
        }
        else
        {
            result.Append(rune);
        }
    }
}
