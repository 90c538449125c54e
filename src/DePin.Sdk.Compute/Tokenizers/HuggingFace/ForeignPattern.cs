using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using DePin.Sdk.Compute.Tokenizers.Words;

namespace DePin.Sdk.Compute.Tokenizers.HuggingFace;

/// <summary>A regular expression that no scanner of ours stands for, run by the runtime's engine within a time limit.</summary>
/// <remarks>
/// That engine sees half characters beyond the basic plane; they are shown to it as one character of the same category.
/// </remarks>
internal sealed partial class ForeignPattern
{
    private const int LongestExpression = 16_384;
    private const int MostRepetitions = 1_000;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    private readonly Regex _regex;
    private readonly JsonPlace _place;

    /// <summary>Takes an expression of a file.</summary>
    public ForeignPattern(JsonPlace place)
    {
        _place = place;
        string expression = place.Text();
        if (expression.Length > LongestExpression)
        {
            throw place.Error($"The regular expression is longer than {LongestExpression} characters.");
        }

        if (Repetitions().EnumerateMatches(expression) is var counts)
        {
            foreach (var count in counts)
            {
                if (!int.TryParse(expression.AsSpan(count.Index, count.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ||
                    number > MostRepetitions)
                {
                    throw place.Error($"The regular expression repeats more than {MostRepetitions} times.");
                }
            }
        }

        try
        {
            _regex = Create(Translate(expression));
        }
        catch (ArgumentException e)
        {
            throw new ModelFormatException("The regular expression is not supported.", -1, place.Path, place.File, e);
        }
    }

    /// <summary>Adds start and length of each match.</summary>
    public void FindAll(ReadOnlySpan<char> text, List<(int Start, int Length)> matches)
    {
        try
        {
            if (text.IndexOfAnyInRange('\uD800', '\uDFFF') < 0)
            {
                foreach (var match in _regex.EnumerateMatches(text))
                {
                    matches.Add((match.Index, match.Length));
                }

                return;
            }

            char[] folded = ArrayPool<char>.Shared.Rent(text.Length);
            int[] places = ArrayPool<int>.Shared.Rent(text.Length + 1);
            int length = Fold(text, folded, places);
            foreach (var match in _regex.EnumerateMatches(folded.AsSpan(0, length)))
            {
                matches.Add((places[match.Index], places[match.Index + match.Length] - places[match.Index]));
            }

            ArrayPool<char>.Shared.Return(folded);
            ArrayPool<int>.Shared.Return(places);
        }
        catch (RegexMatchTimeoutException e)
        {
            throw TooSlow(e);
        }
    }

    /// <summary>Writes a text for each match.</summary>
    public string Replace(string text, string content)
    {
        var matches = new List<(int Start, int Length)>();
        FindAll(text, matches);
        var result = new StringBuilder(text.Length);
        int from = 0;
        foreach (var (start, length) in matches)
        {
            result.Append(text, from, start - from).Append(content);
            from = start + length;
        }

        return result.Append(text, from, text.Length - from).ToString();
    }

    private static Regex Create(string expression)
    {
        try
        {
            return new Regex(expression, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking, Limit);
        }
        catch (NotSupportedException)
        {
            return new Regex(expression, RegexOptions.CultureInvariant, Limit);
        }
    }

    // The files are written for another engine, which knows scripts and possessive quantifiers. A possessive quantifier takes what a
    // greedy one does in every expression whose next part cannot match what it has taken.
    private static string Translate(string expression) => Possessive().Replace(
        expression.Replace(@"[\p{Han}]", HanRanges(true), StringComparison.Ordinal).Replace(@"\p{Han}", HanRanges(false), StringComparison.Ordinal)
            .Replace("&&[^" + HanRanges(false) + "]", "-[" + HanRanges(false) + "]", StringComparison.Ordinal),
        "$1");

    private static string HanRanges(bool brackets)
    {
        const string Ranges = @"\u2E80-\u2E99\u2E9B-\u2EF3\u2F00-\u2FD5\u3005\u3007\u3021-\u3029\u3038-\u303B\u3400-\u4DBF\u4E00-\u9FFF\uF900-\uFA6D\uFA70-\uFAD9";
        return brackets ? $"[{Ranges}]" : Ranges;
    }

    private static int Fold(ReadOnlySpan<char> text, char[] folded, int[] places)
    {
        int count = 0;
        for (int at = 0; at < text.Length;)
        {
            var kind = CodePoints.At(text, at, out int length);
            places[count] = at;
            folded[count++] = !char.IsSurrogate(text[at]) ? text[at] : kind switch
            {
                CodePointClass.Upper => '\u0400',
                CodePointClass.Lower => '\u0450',
                CodePointClass.Caseless => CharacterSets.Han.Contains(text, at, out _) ? '\u4E00' : '\uA000',
                CodePointClass.Mark => '\u0F71',
                CodePointClass.Number => '\u2460',
                CodePointClass.Number | CodePointClass.Digit => '\u0F20',
                CodePointClass.Punctuation => '\u0F04',
                CodePointClass.Symbol => '\u2600',
                _ => '\uE000',
            };
            at += length;
        }

        places[count] = text.Length;
        return count;
    }

    private ModelFormatException TooSlow(Exception e) =>
        new("The regular expression of the tokenizer takes too long on this text.", -1, _place.Path, _place.File, e);

    [GeneratedRegex(@"(?<=\{|\{[0-9]+,)[0-9]+(?=[,}])")]
    private static partial Regex Repetitions();

    [GeneratedRegex(@"(?<!\\)([?*+])\+")]
    private static partial Regex Possessive();
}
