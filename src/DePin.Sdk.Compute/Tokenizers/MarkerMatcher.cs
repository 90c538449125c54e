using System.Buffers;

namespace DePin.Sdk.Compute.Tokenizers;

/// <summary>Finds the names of markers such as <c>&lt;|im_end|&gt;</c> in text: leftmost first, the longest of those that begin there.</summary>
internal sealed class MarkerMatcher
{
    private readonly Dictionary<char, List<Marker>> _byFirst = [];
    private readonly SearchValues<char> _firsts;

    /// <summary>Takes the markers of a vocabulary.</summary>
    public MarkerMatcher(Vocabulary vocabulary)
        : this(Markers(vocabulary))
    {
    }

    /// <summary>Takes markers; their order does not matter.</summary>
    public MarkerMatcher(IEnumerable<Marker> markers)
    {
        foreach (var marker in markers)
        {
            if (!_byFirst.TryGetValue(marker.Text[0], out var list))
            {
                _byFirst.Add(marker.Text[0], list = []);
            }

            list.Add(marker);
        }

        foreach (var list in _byFirst.Values)
        {
            list.Sort(static (a, b) => b.Text.Length != a.Text.Length ? b.Text.Length.CompareTo(a.Text.Length) : a.Id.CompareTo(b.Id));
        }

        _firsts = SearchValues.Create(_byFirst.Keys.ToArray());
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
        for (at = from; at < text.Length; at++)
        {
            int skip = text[at..].IndexOfAny(_firsts);
            if (skip < 0)
            {
                break;
            }

            at += skip;
            var rest = text[at..];
            foreach (var marker in _byFirst[text[at]])
            {
                int length = marker.Text.Length;
                if (rest.StartsWith(marker.Text, StringComparison.Ordinal) &&
                    (marker.IsPlain || (trusted.IsEmpty ? allTrusted : !trusted.Slice(at, length).Contains(false))) &&
                    (!marker.Options.IsSingleWord || IsAlone(text, at, length)))
                {
                    found = marker;
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
            if (piece.Length > 0 && kind is TokenKind.Control or TokenKind.Unknown or TokenKind.UserDefined)
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
}
