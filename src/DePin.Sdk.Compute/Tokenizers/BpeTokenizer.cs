using System.Text;
using DePin.Sdk.Compute.Tokenizers.Words;

namespace DePin.Sdk.Compute.Tokenizers;

/// <summary>Byte-pair encoding: of bytes, or of characters with bytes for those that have no token.</summary>
internal sealed class BpeTokenizer : Tokenizer
{
    private readonly BpeMerges _merges;
    private readonly PreTokenizer _preTokenizer;
    private readonly bool _isCharacterLevel;
    private readonly int[] _byteSymbols = new int[256];
    private readonly int? _unknown;
    private Scratch? _spare;

    public BpeTokenizer(Vocabulary vocabulary, BpeMerges merges, PreTokenizer preTokenizer, SequenceEnds ends, bool isCharacterLevel, byte[][]? bytes = null)
        : base(vocabulary, bytes ?? TokenBytes.Decode(vocabulary, isCharacterLevel ? TokenEncoding.Characters : TokenEncoding.Bytes), ends)
    {
        _merges = merges;
        _preTokenizer = preTokenizer;
        _isCharacterLevel = isCharacterLevel;

        // Some vocabularies lack bytes, and name the token that ends a text as the unknown one; text must never become that.
        _unknown = vocabulary.Unknown is { } id && id != vocabulary.BeginOfSequence && !IsEndOfGeneration(id) ? id : null;
        if (isCharacterLevel)
        {
            _byteSymbols = BytePieces.Find(vocabulary);
            return;
        }

        for (int b = 0; b < 256; b++)
        {
            _byteSymbols[b] = merges.Intern([ByteAlphabet.ToChar((byte)b)]);
        }
    }

    /// <summary>Whether a word that is itself a token is taken without merging.</summary>
    public bool PrefersWholeWords { get; init; }

    /// <summary>Whether line ends that together are a token are taken without merging.</summary>
    public bool PrefersWholeLines { get; init; }

    /// <summary>Whether characters that have no token become bytes; else each is unknown, or several together are.</summary>
    public bool FallsBackToBytes { get; init; } = true;

    /// <summary>Whether neighbouring unknown characters are one unknown token.</summary>
    public bool FusesUnknown { get; init; }

    /// <summary>What is put before the pieces within a word, and behind the last one.</summary>
    public (string Inner, string Last) Affixes { get; init; } = ("", "");

    /// <summary>Whether the words come as a character for each byte.</summary>
    public bool IsMapped { get; init; }

    /// <summary>Markers that are found after normalization.</summary>
    public MarkerMatcher? LateMarkers { get; init; }

    /// <summary>What is done to text before it is cut.</summary>
    public TextNormalizer? Normalizer { get; init; }

    /// <inheritdoc/>
    internal override void EncodePlain(ReadOnlySpan<char> text, TextPlace place, List<int> tokens)
    {
        if (text.IsEmpty)
        {
            return;
        }

        var normalized = Normalizer is null ? text : Normalizer.Normalize(text.ToString(), place);
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
        var scratch = Interlocked.Exchange(ref _spare, null) ?? new Scratch(_merges);
        scratch.Words.Reset(text, place);
        _preTokenizer.Split(scratch.Words);
        var cut = scratch.Words.Text;
        foreach (var (start, length) in scratch.Words.Words)
        {
            EncodeWord(cut.Slice(start, length), scratch, tokens);
        }

        _spare = text.Length <= LongestKept ? scratch : null;
    }

    private void EncodeWord(ReadOnlySpan<char> word, Scratch scratch, List<int> tokens)
    {
        if (_isCharacterLevel)
        {
            if ((PrefersWholeWords || (PrefersWholeLines && word.IndexOfAnyExcept('\n') < 0)) && TryWhole(word, tokens))
            {
                return;
            }

            scratch.Merger.Clear();
            AddCharacters(word, scratch.Merger);
        }
        else
        {
            int count = IsMapped ? scratch.Unmap(word) : scratch.Encode(word);
            var bytes = scratch.Bytes.AsSpan(0, count);
            if (PrefersWholeWords && TryWhole(scratch.Map(bytes), tokens))
            {
                return;
            }

            scratch.Merger.Clear();
            foreach (byte b in bytes)
            {
                scratch.Merger.Add(_byteSymbols[b]);
            }
        }

        scratch.Merger.Merge();
        foreach (int id in scratch.Merger.Symbols)
        {
            Emit(id, tokens);
        }
    }

    private bool TryWhole(ReadOnlySpan<char> piece, List<int> tokens)
    {
        if (!Vocabulary.Lookup.TryGetValue(piece, out int id) || !Vocabulary.IsPlainText(id))
        {
            return false;
        }

        tokens.Add(id);
        return true;
    }

    private void AddCharacters(ReadOnlySpan<char> word, BpeMerger merger)
    {
        Span<byte> bytes = stackalloc byte[4];
        for (int at = 0; at < word.Length;)
        {
            int value = CodePoints.Value(word, at, out int length);
            var piece = word.Slice(at, length);
            int id = Affixes is ("", "") ? _merges.Find(piece) : FindAffixed(piece, at > 0, at + length == word.Length);
            at += length;
            if (id >= 0 && (id >= Vocabulary.Pieces.Length || Vocabulary.IsPlainText(id)))
            {
                merger.Add(id);
                continue;
            }

            int count = new Rune(value).EncodeToUtf8(bytes);
            bool hasBytes = FallsBackToBytes && !ContainsMissing(bytes[..count]);
            foreach (byte b in bytes[..count])
            {
                merger.Add(hasBytes ? _byteSymbols[b] : -2);
                if (!hasBytes)
                {
                    break;
                }
            }
        }
    }

    private int FindAffixed(ReadOnlySpan<char> piece, bool isInner, bool isLast) =>
        _merges.Find($"{(isInner ? Affixes.Inner : "")}{piece}{(isLast ? Affixes.Last : "")}");

    private bool ContainsMissing(ReadOnlySpan<byte> bytes)
    {
        foreach (byte b in bytes)
        {
            if (_byteSymbols[b] < 0)
            {
                return true;
            }
        }

        return false;
    }

    private void Emit(int id, List<int> tokens)
    {
        if (id >= 0 && id < Vocabulary.Pieces.Length)
        {
            tokens.Add(id);
        }
        else if (id >= 0 && !_isCharacterLevel && _merges.OtherPiece(id) is { Length: > 1 } piece)
        {
            // Merges led to something that is no token; its bytes are.
            foreach (char c in piece)
            {
                Emit(ByteAlphabet.TryToByte(c, out byte b) ? _byteSymbols[b] : -2, tokens);
            }
        }
        else if (id >= 0 && _isCharacterLevel)
        {
            foreach (byte b in Encoding.UTF8.GetBytes(_merges.OtherPiece(id)))
            {
                Emit(_byteSymbols[b] >= 0 ? _byteSymbols[b] : -2, tokens);
            }
        }
        else if (_unknown is { } unknown && !(FusesUnknown && tokens.Count > 0 && tokens[^1] == unknown))
        {
            tokens.Add(unknown);
        }
    }

    private sealed class Scratch(BpeMerges merges)
    {
        private char[] _mapped = new char[64];

        public PreTokens Words { get; } = new();

        public BpeMerger Merger { get; } = new(merges);

        public byte[] Bytes { get; private set; } = new byte[256];

        public int Encode(ReadOnlySpan<char> word)
        {
            int most = Encoding.UTF8.GetMaxByteCount(word.Length);
            if (Bytes.Length < most)
            {
                Bytes = new byte[Math.Max(most, Bytes.Length * 2)];
            }

            return Encoding.UTF8.GetBytes(word, Bytes);
        }

        public int Unmap(ReadOnlySpan<char> word)
        {
            if (Bytes.Length < word.Length)
            {
                Bytes = new byte[Math.Max(word.Length, Bytes.Length * 2)];
            }

            int count = 0;
            foreach (char c in word)
            {
                count += ByteAlphabet.TryToByte(c, out Bytes[count]) ? 1 : 0;
            }

            return count;
        }

        public ReadOnlySpan<char> Map(ReadOnlySpan<byte> bytes)
        {
            if (_mapped.Length < bytes.Length)
            {
                _mapped = new char[Bytes.Length];
            }

            for (int i = 0; i < bytes.Length; i++)
            {
                _mapped[i] = ByteAlphabet.ToChar(bytes[i]);
            }

            return _mapped.AsSpan(0, bytes.Length);
        }
    }
}
