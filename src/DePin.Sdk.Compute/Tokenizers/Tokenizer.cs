using System.Text;
using DePin.Sdk.Compute.Gguf;
using DePin.Sdk.Compute.Tokenizers.HuggingFace;

namespace DePin.Sdk.Compute.Tokenizers;

/// <summary>Turns text into the tokens of one model and back.</summary>
/// <remarks>
/// Markers such as <c>&lt;|im_end|&gt;</c> are recognized in text only when asked for, so that what a user types can never become
/// one. Safe for concurrent use.
/// </remarks>
public abstract class Tokenizer
{
    /// <summary>Characters of the longest text whose working memory is kept for the next one.</summary>
    private protected const int LongestKept = 1 << 20;

    private readonly byte[][] _bytes;
    private readonly MarkerMatcher _markers;
    private readonly HashSet<int> _ends = [];

    private protected Tokenizer(Vocabulary vocabulary, byte[][] bytes, SequenceEnds ends)
    {
        Vocabulary = vocabulary;
        _bytes = bytes;
        _markers = new MarkerMatcher(vocabulary);
        AddsBeginOfSequence = ends.AddsBegin && vocabulary.BeginOfSequence is not null;
        AddsEndOfSequence = ends.AddsEnd && vocabulary.EndOfSequence is not null;
        foreach (string name in MarkerNames.Ends)
        {
            if (IsMarker(name) && !IsNoEnd(name))
            {
                _ends.Add(vocabulary.Lookup[name]);
            }
        }

        _ends.UnionWith(vocabulary.Ends);
        if (vocabulary.EndOfSequence is { } end)
        {
            _ends.Add(end);
        }
    }

    /// <summary>Number of tokens.</summary>
    public int VocabularySize => Vocabulary.Pieces.Length;

    /// <summary>The token that begins a sequence, if the model has one.</summary>
    public int? BeginOfSequence => Vocabulary.BeginOfSequence;

    /// <summary>The token that ends a sequence, if the model has one.</summary>
    public int? EndOfSequence => Vocabulary.EndOfSequence;

    /// <summary>Whether a prompt begins with <see cref="BeginOfSequence"/>.</summary>
    public bool AddsBeginOfSequence { get; }

    /// <summary>Whether a sequence that is no prompt, such as one to embed, ends with <see cref="EndOfSequence"/>.</summary>
    public bool AddsEndOfSequence { get; }

    internal Vocabulary Vocabulary { get; }

    /// <summary>Whether encoding puts a space in front of a text, which decoding takes away.</summary>
    internal bool AddsSpacePrefix { get; init; }

    /// <summary>Whether it puts one in front of what follows a marker too.</summary>
    internal bool AddsSpaceAfterMarkers { get; init; }

    /// <summary>Reads the tokenizer of a model file.</summary>
    /// <param name="file">An open model file.</param>
    /// <returns>The tokenizer.</returns>
    /// <exception cref="ModelFormatException">The tokenizer is damaged, or of a kind that is not supported.</exception>
    public static Tokenizer Read(GgufFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        return GgufTokenizerReader.Read(file);
    }

    /// <summary>Reads a tokenizer of the Hugging Face layout.</summary>
    /// <param name="tokenizerJson">The content of <c>tokenizer.json</c>, at most 256 MiB.</param>
    /// <param name="tokenizerConfig">The content of <c>tokenizer_config.json</c>, which names the tokens at the ends of a sequence; empty when there is none.</param>
    /// <returns>The tokenizer.</returns>
    /// <exception cref="ModelFormatException">The tokenizer is damaged, or of a kind that is not supported; its subject is the place in the JSON.</exception>
    public static Tokenizer ReadHuggingFace(ReadOnlySpan<byte> tokenizerJson, ReadOnlySpan<byte> tokenizerConfig = default) =>
        HuggingFaceTokenizerReader.Read(tokenizerJson, tokenizerConfig, [], 0);

    /// <summary>Whether the model ends its answer with this token.</summary>
    /// <param name="token">A token.</param>
    /// <returns>True for the end of a sequence or of a turn.</returns>
    public bool IsEndOfGeneration(int token) => _ends.Contains(token);

    /// <summary>The name of a token as it stands in the file.</summary>
    /// <param name="token">A token.</param>
    /// <returns>The name: for markers their text, for others an encoding of it.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The token is not in the vocabulary.</exception>
    public string GetName(int token) => Vocabulary.Pieces[Check(token)];

    /// <summary>The bytes of UTF-8 text that a token stands for.</summary>
    /// <param name="token">A token.</param>
    /// <returns>The bytes; none for markers.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The token is not in the vocabulary.</exception>
    public ReadOnlySpan<byte> GetBytes(int token) => _bytes[Check(token)];

    /// <summary>Encodes text, without the token that begins a sequence.</summary>
    /// <param name="text">The text.</param>
    /// <param name="parseMarkers">
    /// Whether the names of markers in the text become markers. Only for text that no user can influence.
    /// </param>
    /// <returns>The tokens.</returns>
    public int[] Encode(string text, bool parseMarkers = false)
    {
        ArgumentNullException.ThrowIfNull(text);
        var tokens = new List<int>();
        Encode(text, [], parseMarkers, tokens);
        return [.. tokens];
    }

    /// <summary>Encodes a whole sequence, such as a text to embed, with the tokens that begin and end it.</summary>
    /// <param name="text">The text; the names of markers in it are text.</param>
    /// <returns>The tokens.</returns>
    public int[] EncodeSequence(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var tokens = new List<int>();
        if (AddsBeginOfSequence)
        {
            tokens.Add(BeginOfSequence!.Value);
        }

        Encode(text, [], allTrusted: false, tokens);
        if (AddsEndOfSequence)
        {
            tokens.Add(EndOfSequence!.Value);
        }

        return [.. tokens];
    }

    /// <summary>Decodes tokens to text; markers have none, and bytes that are not UTF-8 become U+FFFD.</summary>
    /// <param name="tokens">Tokens from the beginning of a text on.</param>
    /// <returns>The text.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A token is not in the vocabulary.</exception>
    public string Decode(ReadOnlySpan<int> tokens)
    {
        var detokenizer = new StreamingDetokenizer(this, startsText: true);
        var text = new StringBuilder();
        foreach (int token in tokens)
        {
            text.Append(detokenizer.Append(token));
        }

        return text.Append(detokenizer.Finish()).ToString();
    }

    /// <summary>Encodes text of which only some characters may form markers.</summary>
    internal void Encode(ReadOnlySpan<char> text, ReadOnlySpan<bool> trusted, bool allTrusted, List<int> tokens) =>
        Encode(text, trusted, allTrusted, TextPlace.Start, tokens);

    /// <summary>Encodes user text that continues a text before it: no space in front, no markers.</summary>
    internal void EncodeContinuation(ReadOnlySpan<char> text, List<int> tokens, ReadOnlySpan<bool> trusted = default) =>
        Encode(text, trusted, allTrusted: false, TextPlace.Inside, tokens);

    /// <summary>Encodes text without looking for markers.</summary>
    internal abstract void EncodePlain(ReadOnlySpan<char> text, TextPlace place, List<int> tokens);

    /// <summary>Whether another tokenizer gives every token the same number.</summary>
    internal bool HasSameTokens(Tokenizer other) => Vocabulary.Pieces.AsSpan().SequenceEqual(other.Vocabulary.Pieces);

    /// <summary>Whether a token is one that text follows as at its beginning.</summary>
    internal bool IsBoundary(int token) => Vocabulary.Kinds[token] is TokenKind.Control or TokenKind.UserDefined;

    /// <summary>Encodes what lies between markers, and the markers.</summary>
    private protected static void EncodeBetween(
        MarkerMatcher markers,
        ReadOnlySpan<char> text,
        ReadOnlySpan<bool> trusted,
        bool allTrusted,
        TextPlace place,
        List<int> tokens,
        PlainEncoder encode)
    {
        int start = 0;
        while (markers.TryFind(text, trusted, allTrusted, start, out int at, out var marker))
        {
            var before = text[start..at];
            encode(marker.Options.StripsLeft ? before.TrimEnd() : before, place, tokens);
            tokens.Add(marker.Id);
            start = at + marker.Text.Length;
            while (marker.Options.StripsRight && start < text.Length && char.IsWhiteSpace(text[start]))
            {
                start++;
            }

            place = TextPlace.AfterMarker;
        }

        encode(text[start..], place, tokens);
    }

    /// <summary>Encodes text that holds no markers.</summary>
    private protected delegate void PlainEncoder(ReadOnlySpan<char> text, TextPlace place, List<int> tokens);

    private void Encode(ReadOnlySpan<char> text, ReadOnlySpan<bool> trusted, bool allTrusted, TextPlace place, List<int> tokens) =>
        EncodeBetween(_markers, text, trusted, allTrusted, place, tokens, EncodePlain);

    private bool IsMarker(string name) =>
        Vocabulary.TryGetId(name, out int id) && Vocabulary.Kinds[id] is TokenKind.Control or TokenKind.UserDefined;

    /// <summary>Some models use the name of an end for a lesser thing, beside an end of another name.</summary>
    private bool IsNoEnd(string name) => name switch
    {
        "<|end|>" => (IsMarker("<|return|>") && IsMarker("<|call|>")) || (IsMarker("<|calls|>") && IsMarker("<|flush|>")),
        "</s>" => IsMarker("<|tool_response>"),
        _ => false,
    };

    private int Check(int token)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(token);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(token, _bytes.Length);
        return token;
    }
}
