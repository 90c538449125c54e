using System.Buffers;

namespace DePin.Sdk.Compute.Tokenizers;

/// <summary>Finds the names of markers such as <c>&lt;|im_end|&gt;</c> in text: leftmost first, the longest of those that begin there.</summary>
internal sealed class MarkerMatcher
{
    private readonly Index _all;
    private readonly Index _plain;

    /// <summary>Takes the markers of a vocabulary.</summary>
    public MarkerMatcher(Vocabulary vocabulary)
        : this(Markers(vocabulary))
    {
    }

    /// <summary>Takes markers; of equal ones the first counts.</summary>
    public MarkerMatcher(IEnumerable<Marker> markers)
    {
        List<Marker> list = [.. markers];
        _all = new Index(list);
        _plain = new Index(list.Where(static m => m.IsPlain));
    }

    /// <summary>Finds the next marker at or after <paramref name="from"/>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="trusted">For each character whether it may be part of a marker; all or none when empty.</param>
    /// <param name="allTrusted">Whether all characters may, where <paramref name="trusted"/> is empty.</param>
    /// <param name="from">Where to begin.</param>
    /// <param name="at">Where the marker begins.</param>
    /// <param name="found">The marker.</param>
    public bool TryFind(ReadOnlySpan<char> text, ReadOnlySpan<bool> trusted, bool allTrusted, int from, out int at, out Marker found)
    {
        var index = trusted.IsEmpty && !allTrusted ? _plain : _all;
        for (at = from; at < text.Length; at++)
        {
            int skip = text[at..].IndexOfAny(index.Firsts);
            if (skip < 0)
            {
                break;
            }

            at += skip;
            var rest = text[at..];
            foreach (int length in index.Lengths[text[at]])
            {
                if (length <= rest.Length && index.Lookup.TryGetValue(rest[..length], out found) &&
                    (found.IsPlain || (trusted.IsEmpty ? allTrusted : !trusted.Slice(at, length).Contains(false))) &&
                    (!found.Options.IsSingleWord || IsAlone(text, at, length)))
                {
                    return true;
                }
            }
        }

        found = default;
        return false;
    }

    private static bool IsAlone(ReadOnlySpan<char> text, int at, int length) =>
        (at == 0 || !IsWord(text[at - 1])) && (at + length == text.Length || !IsWord(text[at + length]));

    private static bool IsWord(char c) => char.IsLetterOrDigit(c) || c == '_';

    private static IEnumerable<Marker> Markers(Vocabulary vocabulary)
    {
        for (int i = 0; i < vocabulary.Pieces.Length; i++)
        {
            string piece = vocabulary.Pieces[i];
            var kind = vocabulary.Kinds[i];
            if (piece.Length > 0 && !vocabulary.LateMarkers.Contains(i) && kind is TokenKind.Control or TokenKind.Unknown or TokenKind.UserDefined)
            {
                var options = vocabulary.Markers is { } all && all.TryGetValue(i, out var own) ? own : default;
                yield return new Marker(piece, i, kind == TokenKind.UserDefined && !MarkerNames.IsMarker(piece), options);
            }
        }
    }

    /// <param name="Text">What stands in the text.</param>
    /// <param name="Id">The token.</param>
    /// <param name="IsPlain">Whether it is found in any text.</param>
    /// <param name="Options">How it is found.</param>
    internal readonly record struct Marker(string Text, int Id, bool IsPlain, MarkerOptions Options);

    /// <summary>Markers by their first character and their length, which are few however many markers there are.</summary>
    private sealed class Index
    {
        public Index(IEnumerable<Marker> markers)
        {
            var byText = new Dictionary<string, Marker>(StringComparer.Ordinal);
            var lengths = new Dictionary<char, SortedSet<int>>();
            foreach (var marker in markers)
            {
                if (byText.TryAdd(marker.Text, marker))
                {
                    if (!lengths.TryGetValue(marker.Text[0], out var own))
                    {
                        lengths.Add(marker.Text[0], own = []);
                    }

                    own.Add(marker.Text.Length);
                }
            }

            Lookup = byText.GetAlternateLookup<ReadOnlySpan<char>>();
            Lengths = lengths.ToDictionary(static p => p.Key, static p => p.Value.Reverse().ToArray());
            Firsts = SearchValues.Create(lengths.Keys.ToArray());
        }

        public Dictionary<string, Marker>.AlternateLookup<ReadOnlySpan<char>> Lookup { get; }

        /// <summary>The lengths of the markers that begin with a character, longest first.</summary>
        public Dictionary<char, int[]> Lengths { get; }

        public SearchValues<char> Firsts { get; }
    }
}
