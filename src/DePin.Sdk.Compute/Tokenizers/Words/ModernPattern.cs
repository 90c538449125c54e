using static DePin.Sdk.Compute.Tokenizers.Words.CodePointClass;

namespace DePin.Sdk.Compute.Tokenizers.Words;

/// <summary>
/// The family that cl100k began:
/// <c>(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+</c>
/// </summary>
/// <remarks>It matches at every place.</remarks>
internal sealed class ModernPattern : WordPattern
{
    /// <summary>Most characters of a number: <c>\p{N}{1,3}</c>.</summary>
    public int MostNumbers { get; init; } = 3;

    /// <summary>How a word is made of letters.</summary>
    public WordShape Shape { get; init; }

    /// <summary>Whether the contractions are words of their own; where words have case they may end one.</summary>
    public bool HasContractions { get; init; } = true;

    /// <summary>What may follow a run of signs: <c>[\r\n]*</c>.</summary>
    public string AfterSigns { get; init; } = "\r\n";

    /// <summary>How many of these may follow.</summary>
    public int MostAfterSigns { get; init; } = int.MaxValue;

    /// <summary>Whether runs of spaces are cut at powers of two: <c>\s{512}(?!\S)|…|\s{4}(?!\S)|\s{1,2}(?!\S)|\s{1}</c>.</summary>
    public bool HasPowersOfSpaces { get; init; }

    /// <summary>Whether Han characters are words of their own and never part of others: <c>[\p{Han}]+</c> comes first.</summary>
    public bool CutsHan { get; init; }

    /// <inheritdoc/>
    public override int Match(ReadOnlySpan<char> text, int at)
    {
        var kind = CodePoints.At(text, at, out int length);
        if (Shape is not WordShape.Cased)
        {
            int contraction = HasContractions ? Spaces.Contraction(text, at, ignoreCase: true) : 0;
            if (contraction > 0)
            {
                return contraction;
            }
        }

        int end = CutsHan && CharacterSets.Han.Contains(text, at, out _) ? HanEnd(text, at) : WordEnd(text, at, kind, length);
        if (end > at)
        {
            return end - at;
        }

        if ((kind & Number) != 0)
        {
            return CodePoints.RunEnd(text, at, Number, MostNumbers) - at;
        }

        var notSigns = Space | Letter | Number | (Shape == WordShape.LettersAndMarks ? Mark : None);
        int start = text[at] == ' ' && at + 1 < text.Length ? at + 1 : at;
        end = CodePoints.RunEndOfOthers(text, start, notSigns);
        if (end > start)
        {
            for (int more = 0; more < MostAfterSigns && end < text.Length && AfterSigns.Contains(text[end]); more++)
            {
                end++;
            }

            return end - at;
        }

        return HasPowersOfSpaces ? MatchPowers(text, at) : Spaces.MatchLines(text, at);
    }

    private static int HanEnd(ReadOnlySpan<char> text, int at)
    {
        while (at < text.Length && CharacterSets.Han.Contains(text, at, out int length))
        {
            at += length;
        }

        return at;
    }

    private static int MatchPowers(ReadOnlySpan<char> text, int at)
    {
        int run = CodePoints.RunEnd(text, at, Space) - at;
        int newline = text.Slice(at, run).LastIndexOfAny('\r', '\n');
        if (newline >= 0)
        {
            return newline + 1;
        }

        bool endsText = at + run == text.Length;
        for (int size = 512; size >= 1; size = size == 4 ? 2 : size / 2)
        {
            if (run > size || (run == size && endsText))
            {
                return size;
            }
        }

        return 1;
    }

    private int WordEnd(ReadOnlySpan<char> text, int at, CodePointClass kind, int length)
    {
        bool mayLead = (kind & (Letter | Number)) == 0 && text[at] is not ('\r' or '\n');
        if (Shape == WordShape.Cased)
        {
            int end = mayLead ? LowerEnd(text, at + length) : -1;
            end = end < 0 ? LowerEnd(text, at) : end;
            end = end < 0 && mayLead ? UpperEnd(text, at + length) : end;
            end = end < 0 ? UpperEnd(text, at) : end;
            return end < 0 ? at : HasContractions ? end + Spaces.Contraction(text, end, ignoreCase: true) : end;
        }

        int start = mayLead ? at + length : at;
        int after = LettersEnd(text, start);
        return after > start ? after : LettersEnd(text, at);
    }

    private int LettersEnd(ReadOnlySpan<char> text, int at)
    {
        if (Shape != WordShape.LettersAcrossBlanks)
        {
            return CodePoints.RunEnd(text, at, Shape == WordShape.Letters ? Letter : Letter | Mark);
        }

        int end = at;
        while (true)
        {
            int start = end > at && end + 1 < text.Length && text[end] == ' ' ? end + 1 : end;
            int letter = CodePoints.RunEnd(text, start, Letter, 1);
            if (letter == start)
            {
                return end;
            }

            end = CodePoints.RunEnd(text, letter, Mark);
        }
    }

    /// <summary><c>[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+</c>, or -1.</summary>
    private int LowerEnd(ReadOnlySpan<char> text, int at)
    {
        // The first run gives back as much as the second needs: up to its last character that both may have.
        int uppers = at;
        int both = -1;
        while (uppers < text.Length && IsWord(text, uppers, Upper | Caseless | Mark, out var kind, out int length))
        {
            uppers += length;
            both = (kind & Upper) == 0 ? uppers : both;
        }

        int lowers = LowersEnd(text, uppers);
        return lowers > uppers ? lowers : both;
    }

    /// <summary><c>[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*</c>, or -1.</summary>
    private int UpperEnd(ReadOnlySpan<char> text, int at)
    {
        int uppers = at;
        while (uppers < text.Length && IsWord(text, uppers, Upper | Caseless | Mark, out _, out int length))
        {
            uppers += length;
        }

        return uppers == at ? -1 : LowersEnd(text, uppers);
    }

    private int LowersEnd(ReadOnlySpan<char> text, int at)
    {
        while (at < text.Length && IsWord(text, at, Lower | Caseless | Mark, out _, out int length))
        {
            at += length;
        }

        return at;
    }

    private bool IsWord(ReadOnlySpan<char> text, int at, CodePointClass classes, out CodePointClass kind, out int length)
    {
        kind = CodePoints.At(text, at, out length);
        return (kind & classes) != 0 && !(CutsHan && CharacterSets.Han.Contains(text, at, out _));
    }
}
