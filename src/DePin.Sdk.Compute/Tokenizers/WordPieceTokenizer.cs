using DePin.Sdk.Compute.Tokenizers.Words;

namespace DePin.Sdk.Compute.Tokenizers;

/// <summary>WordPiece: each word is cut into the longest pieces from its beginning on, or is unknown as a whole.</summary>
internal sealed class WordPieceTokenizer : Tokenizer
{
    private static readonly PreTokenizer BertWords = new(
        new PatternStage(new RunPattern(new CharacterSet("", CodePointClass.Space)), MatchBehavior.Removed),
        new PatternStage(new RunPattern(CharacterSets.AnyPunctuation, most: 1)));

    private PreTokens? _spare;

    public WordPieceTokenizer(Vocabulary vocabulary, SequenceEnds ends, byte[][]? bytes = null)
        : base(vocabulary, bytes ?? TokenBytes.Decode(vocabulary, TokenEncoding.Characters), ends)
    {
        AddsSpacePrefix = true;
    }

    /// <summary>What is done to text before it is cut.</summary>
    public required TextNormalizer? Normalizer { get; init; }

    /// <summary>Markers that are found after normalization.</summary>
    public MarkerMatcher? LateMarkers { get; init; }

    /// <summary>How text is cut into words.</summary>
    public PreTokenizer PreTokenizer { get; init; } = BertWords;

    /// <summary>What pieces begin with that begin a word.</summary>
    public string FirstPrefix { get; init; } = "▁";

    /// <summary>What pieces begin with that continue one.</summary>
    public string InnerPrefix { get; init; } = "";

    /// <summary>Characters of the longest word that is cut; longer ones are unknown.</summary>
    public int LongestWord { get; init; } = int.MaxValue;

    /// <inheritdoc/>
    internal override void EncodePlain(ReadOnlySpan<char> text, TextPlace place, List<int> tokens)
    {
        if (text.IsEmpty)
        {
            return;
        }

        string normalized = Normalizer?.Normalize(text.ToString(), place) ?? text.ToString();
        if (LateMarkers is null)
        {
            EncodeNormalized(normalized, place, tokens);
        }
        else
        {
            EncodeBetween(LateMarkers, normalized, [], allTrusted: false, place, tokens, EncodeNormalized);
        }
    }

    private void EncodeNormalized(ReadOnlySpan<char> text, TextPlace place, List<int> tokens)
    {
        var words = Interlocked.Exchange(ref _spare, null) ?? new PreTokens();
        words.Reset(text, place);
        PreTokenizer.Split(words);
        char[] piece = new char[Vocabulary.LongestPiece];
        foreach (var (start, length) in words.Words)
        {
            EncodeWord(words.Text.Slice(start, length), piece, tokens);
        }

        _spare = text.Length <= LongestKept ? words : null;
    }

    private void EncodeWord(ReadOnlySpan<char> word, char[] buffer, List<int> tokens)
    {
        int before = tokens.Count;
        int characters = 0;
        for (int i = 0; i < word.Length; i++)
        {
            characters += char.IsLowSurrogate(word[i]) ? 0 : 1;
        }

        for (int at = 0; at < word.Length && characters <= LongestWord;)
        {
            string prefix = at == 0 ? FirstPrefix : InnerPrefix;
            int length = Math.Min(word.Length - at, buffer.Length - prefix.Length);
            if (length > 0)
            {
                prefix.CopyTo(buffer);
                word.Slice(at, length).CopyTo(buffer.AsSpan(prefix.Length));
            }

            int id = -1;
            while (length > 0 && !(Vocabulary.Lookup.TryGetValue(buffer.AsSpan(0, prefix.Length + length), out id) && Vocabulary.IsPlainText(id)))
            {
                length--;
            }

            if (length <= 0)
            {
                tokens.RemoveRange(before, tokens.Count - before);
                break;
            }

            tokens.Add(id);
            at += length;
        }

        if (tokens.Count == before)
        {
            tokens.Add(Vocabulary.Unknown!.Value);
        }
    }
}
