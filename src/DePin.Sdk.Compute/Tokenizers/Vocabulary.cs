using DePin.Sdk.Compute.Gguf;

namespace DePin.Sdk.Compute.Tokenizers;

/// <summary>The token table of a model file.</summary>
internal sealed class Vocabulary
{
    private const uint AbsentId = uint.MaxValue;

    private readonly Dictionary<string, int> _ids;
    private readonly GgufMetadata _metadata;

    public Vocabulary(GgufMetadata metadata)
    {
        _metadata = metadata;
        if (!metadata.TryGetStrings("tokenizer.ggml.tokens", out string[]? pieces) || pieces.Length == 0)
        {
            throw new ModelFormatException("The file has no tokens.", -1, "tokenizer.ggml.tokens");
        }

        Pieces = pieces;
        _ids = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int i = 0; i < pieces.Length; i++)
        {
            _ids.TryAdd(pieces[i], i);
        }

        Lookup = _ids.GetAlternateLookup<ReadOnlySpan<char>>();
        Kinds = ReadKinds(metadata, pieces.Length);
        BeginOfSequence = ReadId("tokenizer.ggml.bos_token_id");
        EndOfSequence = ReadId("tokenizer.ggml.eos_token_id");
        EndOfTurn = ReadId("tokenizer.ggml.eot_token_id");
        Unknown = ReadId("tokenizer.ggml.unknown_token_id");

        // A file without kinds still has its markers.
        foreach (int? marker in (ReadOnlySpan<int?>)[BeginOfSequence, EndOfSequence, EndOfTurn])
        {
            if (marker is { } id && Kinds[id] == TokenKind.Normal)
            {
                Kinds[id] = TokenKind.Control;
            }
        }
    }

    public string[] Pieces { get; }

    public TokenKind[] Kinds { get; }

    public Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> Lookup { get; }

    public int? BeginOfSequence { get; }

    public int? EndOfSequence { get; }

    public int? EndOfTurn { get; }

    public int? Unknown { get; }

    public bool TryGetId(string piece, out int id) => _ids.TryGetValue(piece, out id);

    /// <summary>Reads the scores, one for each token; lower ones merge later.</summary>
    public float[] ReadScores()
    {
        const string Key = "tokenizer.ggml.scores";
        if (!_metadata.TryGetNumbers(Key, out float[]? scores))
        {
            throw new ModelFormatException("The tokenizer has no scores.", -1, Key);
        }

        return scores.Length == Pieces.Length
            ? scores
            : throw new ModelFormatException($"There are {scores.Length} scores for {Pieces.Length} tokens.", _metadata.OffsetOf(Key), Key);
    }

    private static TokenKind[] ReadKinds(GgufMetadata metadata, int count)
    {
        const string Key = "tokenizer.ggml.token_type";
        var kinds = new TokenKind[count];
        Array.Fill(kinds, TokenKind.Normal);
        if (!metadata.TryGetIntegers(Key, out long[]? numbers))
        {
            return kinds;
        }

        if (numbers.Length != count)
        {
            throw new ModelFormatException($"There are {numbers.Length} token types for {count} tokens.", metadata.OffsetOf(Key), Key);
        }

        for (int i = 0; i < count; i++)
        {
            // 0 is what some converters write for tokens that they know nothing about.
            kinds[i] = numbers[i] switch
            {
                0 => TokenKind.Normal,
                >= 1 and <= 6 => (TokenKind)numbers[i],
                _ => throw new ModelFormatException($"Token {i} has the unknown type {numbers[i]}.", metadata.OffsetOf(Key), Key),
            };
        }

        return kinds;
    }

    private int? ReadId(string key)
    {
        if (!_metadata.TryGetInteger(key, out long id) || id == AbsentId || id == -1)
        {
            return null;
        }

        return id >= 0 && id < Pieces.Length
            ? (int)id
            : throw new ModelFormatException($"The token {id} is not among the {Pieces.Length} tokens.", _metadata.OffsetOf(key), key);
    }
}
