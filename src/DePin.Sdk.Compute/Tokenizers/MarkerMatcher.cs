using System.Buffers;

namespace DePin.Sdk.Compute.Tokenizers;

/// <summary>Finds the names of markers such as <c>&lt;|im_end|&gt;</c> in text: leftmost first, the longest of those that begin there.</summary>
internal sealed class MarkerMatcher
{
    private readonly Dictionary<char, List<Marker>> _byFirst = [];
    private readonly SearchValues<char> _firsts;

    public MarkerMatcher(Vocabulary vocabulary)
    {
        for (int i = 0; i < vocabulary.Pieces.Length; i++)
        {
            string piece = vocabulary.Pieces[i];
            if (piece.Length > 0 && vocabulary.Kinds[i] is TokenKind.Control or TokenKind.UserDefined)
            {
                if (!_byFirst.TryGetValue(piece[0], out var list))
                {
                    _byFirst.Add(piece[0], list = []);
                }

                list.Add(new Marker(piece, i, vocabulary.Kinds[i] == TokenKind.UserDefined && !IsBracketed(piece)));
            }
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
    /// <param name="length">Its length in characters.</param>
    /// <param name="id">Its token.</param>
    public bool TryFind(ReadOnlySpan<char> text, ReadOnlySpan<bool> trusted, bool allTrusted, int from, out int at, out int length, out int id)
    {
        for (at = from; at < text.Length; at++)
        {
            int skip = text[at..].IndexOfAny(_firsts);
            if (skip < 0)
            {
                break;
            }

            at += skip;
            foreach (var marker in _byFirst[text[at]])
            {
                length = marker.Text.Length;
                if (text[at..].StartsWith(marker.Text, StringComparison.Ordinal) &&
                    (marker.IsPlain || (trusted.IsEmpty ? allTrusted : !trusted.Slice(at, length).Contains(false))))
                {
                    id = marker.Id;
                    return true;
                }
            }
        }

        length = 0;
        id = -1;
        return false;
    }

    // A user-defined token that looks like a marker is treated as one: plain text must not be able to spell it.
    private static bool IsBracketed(string piece) => piece is ['<', .., '>'] or ['[', .., ']'];

    private readonly record struct Marker(string Text, int Id, bool IsPlain);
}
