using System.Text;
using DePin.Sdk.Compute.Gguf;

namespace DePin.Sdk.Compute.Tokenizers;

/// <summary>The tokenizer of <c>tokenizer.ggml.model = gpt2</c>: byte-level byte-pair encoding.</summary>
internal sealed class BpeTokenizer : Tokenizer
{
    private readonly int[] _byteTokens = new int[256];
    private readonly Dictionary<long, Pair> _pairs;
    private readonly PreTokenizer _preTokenizer;

    public BpeTokenizer(GgufMetadata metadata, Vocabulary vocabulary, PreTokenizer preTokenizer)
        : base(vocabulary, EncodeBytes(vocabulary), AddsBos(metadata, preTokenizer.AddsBosByDefault))
    {
        _preTokenizer = preTokenizer;
        for (int b = 0; b < 256; b++)
        {
            string piece = ByteAlphabet.ToChar((byte)b).ToString();
            if (!vocabulary.TryGetId(piece, out _byteTokens[b]))
            {
                throw new ModelFormatException(
                    $"The tokenizer has no token for byte 0x{b:X2}.", metadata.OffsetOf("tokenizer.ggml.tokens"), "tokenizer.ggml.tokens");
            }
        }

        _pairs = ReadPairs(metadata, vocabulary);
    }

    internal override bool AddsSpacePrefix => false;

    internal override void EncodePlain(ReadOnlySpan<char> text, bool startsText, List<int> tokens)
    {
        var merger = new Merger(this);
        foreach (var (start, length) in _preTokenizer.Split(text))
        {
            merger.Encode(text.Slice(start, length), tokens);
        }
    }

    private static Dictionary<long, Pair> ReadPairs(GgufMetadata metadata, Vocabulary vocabulary)
    {
        const string Key = "tokenizer.ggml.merges";
        if (!metadata.TryGetStrings(Key, out string[]? merges))
        {
            throw new ModelFormatException("The tokenizer has no merges.", -1, Key);
        }

        var pairs = new Dictionary<long, Pair>();
        for (int i = 0; i < merges.Length; i++)
        {
            string merge = merges[i];
            int space = merge.IndexOf(' ', Math.Min(1, merge.Length));
            if (space < 0 ||
                !vocabulary.Lookup.TryGetValue(merge.AsSpan(0, space), out int left) ||
                !vocabulary.Lookup.TryGetValue(merge.AsSpan(space + 1), out int right) ||
                !vocabulary.TryGetId(string.Concat(merge.AsSpan(0, space), merge.AsSpan(space + 1)), out int joined))
            {
                throw new ModelFormatException($"Merge {i} does not join two tokens to a third.", metadata.OffsetOf(Key), Key);
            }

            pairs.TryAdd(PairKey(left, right), new Pair(i, joined));
        }

        return pairs;
    }

    private static long PairKey(int left, int right) => ((long)left << 32) | (uint)right;

    private static byte[][] EncodeBytes(Vocabulary vocabulary)
    {
        var bytes = new byte[vocabulary.Pieces.Length][];
        for (int i = 0; i < bytes.Length; i++)
        {
            string piece = vocabulary.Pieces[i];
            bytes[i] = vocabulary.Kinds[i] switch
            {
                TokenKind.Control or TokenKind.Unknown => [],
                TokenKind.Normal or TokenKind.Unused when TryMapBack(piece, out byte[] mapped) => mapped,
                _ => Encoding.UTF8.GetBytes(piece),
            };
        }

        return bytes;
    }

    private static bool TryMapBack(string piece, out byte[] bytes)
    {
        bytes = new byte[piece.Length];
        for (int i = 0; i < piece.Length; i++)
        {
            if (!ByteAlphabet.TryToByte(piece[i], out bytes[i]))
            {
                return false;
            }
        }

        return true;
    }

    private readonly record struct Pair(int Rank, int Joined);

    private sealed class Merger(BpeTokenizer tokenizer) : SymbolMerger
    {
        private readonly StringBuilder _word = new();
        private byte[] _bytes = new byte[64];

        public void Encode(ReadOnlySpan<char> word, List<int> tokens)
        {
            int most = Encoding.UTF8.GetMaxByteCount(word.Length);
            if (_bytes.Length < most)
            {
                _bytes = new byte[Math.Max(most, _bytes.Length * 2)];
            }

            int count = Encoding.UTF8.GetBytes(word, _bytes);
            if (tokenizer._preTokenizer.PrefersWholeWords && TryWhole(count, out int whole))
            {
                tokens.Add(whole);
                return;
            }

            Clear();
            for (int i = 0; i < count; i++)
            {
                Add(i, 1, tokenizer._byteTokens[_bytes[i]]);
            }

            Merge();
            for (int i = 0; i >= 0 && i < Count; i = At(i).Next)
            {
                tokens.Add(At(i).Id);
            }
        }

        protected override bool TryMerge(in Symbol left, in Symbol right, out uint rank, out int id)
        {
            bool found = tokenizer._pairs.TryGetValue(PairKey(left.Id, right.Id), out var pair) && tokenizer.IsPlainText(pair.Joined);
            rank = (uint)pair.Rank;
            id = pair.Joined;
            return found;
        }

        private bool TryWhole(int count, out int id)
        {
            _word.Clear();
            for (int i = 0; i < count; i++)
            {
                _word.Append(ByteAlphabet.ToChar(_bytes[i]));
            }

            return tokenizer.Vocabulary.TryGetId(_word.ToString(), out id) && tokenizer.IsPlainText(id);
        }
    }
}
