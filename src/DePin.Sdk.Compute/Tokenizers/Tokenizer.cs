using System.Text;
using DePin.Sdk.Compute.Gguf;

namespace DePin.Sdk.Compute.Tokenizers;

/// <summary>Turns text into the tokens of one model and back.</summary>
/// <remarks>
/// Markers such as <c>&lt;|im_end|&gt;</c> are recognized in text only when asked for, so that what a user types can never become
/// one. Safe for concurrent use.
/// </remarks>
public abstract class Tokenizer
{
    private static readonly string[] EndNames =
        ["<|im_end|>", "<|eot_id|>", "<|eom_id|>", "<|end|>", "<|end_of_text|>", "<|endoftext|>", "<end_of_turn>", "</s>"];

    private readonly byte[][] _bytes;
    private readonly MarkerMatcher _markers;
    private readonly HashSet<int> _ends = [];

    private protected Tokenizer(Vocabulary vocabulary, byte[][] bytes, bool addsBeginOfSequence)
    {
        Vocabulary = vocabulary;
        _bytes = bytes;
        _markers = new MarkerMatcher(vocabulary);
        AddsBeginOfSequence = addsBeginOfSequence && vocabulary.BeginOfSequence is not null;
        foreach (string name in EndNames)
        {
            if (vocabulary.TryGetId(name, out int id) && vocabulary.Kinds[id] is TokenKind.Control or TokenKind.UserDefined)
            {
                _ends.Add(id);
            }
        }

        foreach (int? end in (ReadOnlySpan<int?>)[vocabulary.EndOfSequence, vocabulary.EndOfTurn])
        {
            if (end is { } id)
            {
                _ends.Add(id);
            }
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

    internal Vocabulary Vocabulary { get; }

    /// <summary>Whether encoding puts a space in front of a text.</summary>
    internal abstract bool AddsSpacePrefix { get; }

    /// <summary>Reads the tokenizer of a model file.</summary>
    /// <param name="file">An open model file.</param>
    /// <returns>The tokenizer.</returns>
    /// <exception cref="ModelFormatException">The tokenizer is damaged, or of a kind that is not supported.</exception>
    public static Tokenizer Read(GgufFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        var metadata = file.Metadata;
        const string ModelKey = "tokenizer.ggml.model";
        if (!metadata.TryGetString(ModelKey, out string? model))
        {
            throw new ModelFormatException("The file has no tokenizer.", -1, ModelKey);
        }

        switch (model)
        {
            case "llama":
                return new SpmTokenizer(metadata, new Vocabulary(metadata));
            case "gpt2":
                const string PreKey = "tokenizer.ggml.pre";
                string name = metadata.TryGetString(PreKey, out string? pre) ? pre : "default";
                var preTokenizer = PreTokenizer.Find(name) ?? throw new ModelFormatException(
                    $"The pre-tokenizer '{name}' is not supported; gpt-2, llama-bpe, qwen2, smollm and default are.", metadata.OffsetOf(PreKey), PreKey);
                return new BpeTokenizer(metadata, new Vocabulary(metadata), preTokenizer);
            default:
                throw new ModelFormatException(
                    $"The tokenizer '{model}' is not supported; llama and gpt2 are.", metadata.OffsetOf(ModelKey), ModelKey);
        }
    }

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
    internal void Encode(ReadOnlySpan<char> text, ReadOnlySpan<bool> trusted, bool allTrusted, List<int> tokens)
    {
        int start = 0;
        while (_markers.TryFind(text, trusted, allTrusted, start, out int at, out int length, out int id))
        {
            EncodePlain(text[start..at], startsText: true, tokens);
            tokens.Add(id);
            start = at + length;
        }

        EncodePlain(text[start..], startsText: true, tokens);
    }

    /// <summary>Encodes user text that continues a text before it: no space in front, no markers.</summary>
    internal void EncodeContinuation(ReadOnlySpan<char> text, List<int> tokens)
    {
        int start = 0;
        while (_markers.TryFind(text, [], allTrusted: false, start, out int at, out int length, out int id))
        {
            EncodePlain(text[start..at], startsText: false, tokens);
            tokens.Add(id);
            start = at + length;
        }

        EncodePlain(text[start..], startsText: false, tokens);
    }

    /// <summary>Encodes text without looking for markers.</summary>
    internal abstract void EncodePlain(ReadOnlySpan<char> text, bool startsText, List<int> tokens);

    /// <summary>Whether another tokenizer gives every token the same number.</summary>
    internal bool HasSameTokens(Tokenizer other) => Vocabulary.Pieces.AsSpan().SequenceEqual(other.Vocabulary.Pieces);

    /// <summary>Whether merging may produce this token: text must never become a marker.</summary>
    internal bool IsPlainText(int token) => Vocabulary.Kinds[token] is TokenKind.Normal or TokenKind.Unused;

    private protected static bool AddsBos(GgufMetadata metadata, bool absent) =>
        metadata.TryGetBoolean("tokenizer.ggml.add_bos_token", out bool adds) ? adds : absent;

    private int Check(int token)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(token);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(token, _bytes.Length);
        return token;
    }
}
