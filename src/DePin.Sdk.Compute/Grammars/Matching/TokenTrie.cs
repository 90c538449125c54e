using DePin.Sdk.Compute.Tokenizers;

namespace DePin.Sdk.Compute.Grammars.Matching;

/// <summary>The bytes of all tokens of a vocabulary, as a tree laid out in the order of a walk that goes down first.</summary>
internal sealed class TokenTrie
{
    private readonly byte[]?[] _bytes;
    private readonly bool[] _isEnd;

    /// <param name="bytes">The bytes of each token; null or none for tokens that a text cannot hold.</param>
    /// <param name="ends">The tokens that end an answer; their bytes do not count.</param>
    public TokenTrie(IReadOnlyList<byte[]?> bytes, IReadOnlyCollection<int> ends)
    {
        VocabularySize = bytes.Count;
        Ends = [.. ends.Order()];
        _isEnd = new bool[bytes.Count];
        _bytes = new byte[bytes.Count][];
        foreach (int end in Ends)
        {
            _isEnd[end] = true;
        }

        var sorted = new List<int>();
        for (int i = 0; i < bytes.Count; i++)
        {
            if (!_isEnd[i] && bytes[i] is { Length: > 0 } text)
            {
                _bytes[i] = text;
                sorted.Add(i);
            }
        }

        sorted.Sort((a, b) => _bytes[a].AsSpan().SequenceCompareTo(_bytes[b]) is var order and not 0 ? order : a.CompareTo(b));
        Walk = TrieWalk.Create(sorted, _bytes!);
        LongTokens = TrieWalk.Create(sorted.FindAll(t => _bytes[t]!.Length > Automata.GrammarAutomaton.Horizon), _bytes!);
        Words = (VocabularySize + 63) / 64;
    }

    public int VocabularySize { get; }

    /// <summary>How many words of 64 bits hold one bit for each token.</summary>
    public int Words { get; }

    /// <summary>The tokens that end an answer.</summary>
    public int[] Ends { get; }

    public TrieWalk Walk { get; }

    /// <summary>Only the tokens longer than the horizon within which states of a long repetition are alike.</summary>
    public TrieWalk LongTokens { get; }

    public static TokenTrie Create(Tokenizer tokenizer)
    {
        var bytes = new byte[]?[tokenizer.VocabularySize];
        var ends = new List<int>();
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] = tokenizer.Vocabulary.Kinds[i] is TokenKind.Control or TokenKind.Unknown ? null : tokenizer.GetBytes(i).ToArray();
            if (tokenizer.IsEndOfGeneration(i))
            {
                ends.Add(i);
            }
        }

        return new TokenTrie(bytes, ends);
    }

    public bool IsEnd(int token) => _isEnd[token];

    /// <summary>The bytes of a token; none when no text holds it.</summary>
    public ReadOnlySpan<byte> BytesOf(int token) => _bytes[token];
}
