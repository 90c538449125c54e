using System.Buffers;
using System.Text;

namespace DePin.Sdk.Compute.Tokenizers;

/// <summary>The tokenizer of <c>tokenizer.ggml.model = llama</c>: pieces with scores, bytes for what no piece covers.</summary>
internal sealed class SpmTokenizer : Tokenizer
{
    /// <summary>What stands for a space in pieces.</summary>
    internal const char Space = '\u2581';

    private readonly int[] _byteTokens;
    private readonly uint[] _ranks;
    private Merger? _spare;

    public SpmTokenizer(Vocabulary vocabulary, float[] scores, SequenceEnds ends)
        : base(vocabulary, TokenBytes.Decode(vocabulary, TokenEncoding.Characters), ends)
    {
        _byteTokens = BytePieces.Find(vocabulary);
        _ranks = Array.ConvertAll(scores, Rank);
    }

    /// <summary>Whether spaces at the ends go, and several become one.</summary>
    public bool RemovesExtraSpaces { get; init; }

    /// <inheritdoc/>
    internal override void EncodePlain(ReadOnlySpan<char> text, TextPlace place, List<int> tokens)
    {
        if (text.IsEmpty)
        {
            return;
        }

        bool prefix = place != TextPlace.Inside && AddsSpacePrefix;
        char[] buffer = ArrayPool<char>.Shared.Rent(text.Length + 1);
        try
        {
            int length = prefix ? 1 : 0;
            buffer[0] = Space;
            foreach (char c in RemovesExtraSpaces ? text.Trim(' ') : text)
            {
                if (!RemovesExtraSpaces || c != ' ' || buffer[length - 1] != Space)
                {
                    buffer[length++] = c == ' ' ? Space : c;
                }
            }

            if (length > (RemovesExtraSpaces && prefix ? 1 : 0))
            {
                var merger = Interlocked.Exchange(ref _spare, null) ?? new Merger(this);
                merger.Encode(buffer, length, tokens);
                _spare = length <= LongestKept ? merger : null;
            }
        }
        finally
        {
            ArrayPool<char>.Shared.Return(buffer);
        }
    }

    /// <summary>Turns a score into a number that is lower for higher scores.</summary>
    private static uint Rank(float score)
    {
        // Minus zero is zero.
        uint bits = BitConverter.SingleToUInt32Bits(score + 0f);
        uint ascending = (bits & 0x80000000) != 0 ? ~bits : bits | 0x80000000;
        return ~ascending;
    }

    private sealed class Merger(SpmTokenizer tokenizer) : SymbolMerger
    {
        private char[] _text = [];

        public void Encode(char[] text, int length, List<int> tokens)
        {
            _text = text;
            Clear();
            for (int i = 0; i < length;)
            {
                Rune.DecodeFromUtf16(text.AsSpan(i, length - i), out _, out int taken);
                Add(i, taken, -1);
                i += taken;
            }

            Merge();
            for (int i = 0; i >= 0; i = At(i).Next)
            {
                Emit(At(i), tokens);
            }

            _text = [];
        }

        protected override bool TryMerge(in Symbol left, in Symbol right, out uint rank, out int id)
        {
            rank = 0;
            id = -1;
            int length = left.Length + right.Length;
            if (length > tokenizer.Vocabulary.LongestPiece || !tokenizer.Vocabulary.Lookup.TryGetValue(_text.AsSpan(left.Start, length), out id) ||
                !tokenizer.Vocabulary.IsPlainText(id))
            {
                return false;
            }

            rank = tokenizer._ranks[id];
            return true;
        }

        private void Emit(in Symbol symbol, List<int> tokens)
        {
            var piece = _text.AsSpan(symbol.Start, symbol.Length);
            if (tokenizer.Vocabulary.Lookup.TryGetValue(piece, out int id) && tokenizer.Vocabulary.IsPlainText(id))
            {
                tokens.Add(id);
                return;
            }

            // A symbol without a token is a single character; lone surrogates are encoded as the replacement character.
            Span<byte> bytes = stackalloc byte[4];
            int count = Encoding.UTF8.GetBytes(piece[0] == Space ? " " : piece, bytes);
            foreach (byte b in bytes[..count])
            {
                int token = tokenizer._byteTokens[b];
                tokens.Add(token >= 0 ? token : tokenizer.Vocabulary.Unknown!.Value);
                if (token < 0)
                {
                    break;
                }
            }
        }
    }
}
