using System.Collections.Frozen;

namespace DePin.Sdk.Compute.Tokenizers;

/// <summary>The token table of a model.</summary>
internal sealed class Vocabulary
{
    private readonly Dictionary<string, int> _ids;

    /// <summary>Takes a table; of equal pieces the first counts.</summary>
    public Vocabulary(string[] pieces, TokenKind[] kinds)
    {
        Pieces = pieces;
        Kinds = kinds;
        _ids = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int i = 0; i < pieces.Length; i++)
        {
            _ids.TryAdd(pieces[i], i);
            LongestPiece = Math.Max(LongestPiece, pieces[i].Length);
        }

        Lookup = _ids.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>The text of each token, as the file writes it.</summary>
    public string[] Pieces { get; }

    /// <summary>What each token is.</summary>
    public TokenKind[] Kinds { get; }

    /// <summary>Characters of the longest piece.</summary>
    public int LongestPiece { get; }

    /// <summary>Finds a token by its piece.</summary>
    public Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> Lookup { get; }

    /// <summary>The token that begins a sequence; for a masked model, that of its class.</summary>
    public int? BeginOfSequence { get; init; }

    /// <summary>The token that ends a sequence; for a masked model, the separator.</summary>
    public int? EndOfSequence { get; init; }

    /// <summary>The token that stands for what no token covers.</summary>
    public int? Unknown { get; init; }

    /// <summary>More tokens that end an answer.</summary>
    public IReadOnlyList<int> Ends { get; init; } = [];

    /// <summary>How markers take the spaces beside them; null when none does.</summary>
    public IReadOnlyDictionary<int, MarkerOptions>? Markers { get; init; }

    /// <summary>Tokens that are found in normalized text only.</summary>
    public IReadOnlySet<int> LateMarkers { get; init; } = FrozenSet<int>.Empty;

    /// <summary>Finds a token by its piece.</summary>
    public bool TryGetId(string piece, out int id) => _ids.TryGetValue(piece, out id);

    /// <summary>Whether merging may produce this token: text must never become a marker.</summary>
    public bool IsPlainText(int token) => Kinds[token] switch
    {
        TokenKind.Normal or TokenKind.Unused => true,
        TokenKind.UserDefined => !MarkerNames.IsMarker(Pieces[token]),
        _ => false,
    };
}
