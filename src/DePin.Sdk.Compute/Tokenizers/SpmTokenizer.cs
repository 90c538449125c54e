using System.Buffers;
using System.Globalization;
using System.Text;
using DePin.Sdk.Compute.Gguf;

namespace DePin.Sdk.Compute.Tokenizers;

/// <summary>The tokenizer of <c>tokenizer.ggml.model = llama</c>: pieces with scores, bytes for what no piece covers.</summary>
internal sealed class SpmTokenizer : Tokenizer
{
    private const char Space = '\u2581';

    private readonly int[] _byteTokens;
    private readonly uint[] _ranks;
    private readonly bool _addsSpacePrefix;

    public SpmTokenizer(GgufMetadata metadata, Vocabulary vocabulary)
        : base(vocabulary, EncodeBytes(vocabulary), AddsBos(metadata, absent: true))
    {
        _addsSpacePrefix = !metadata.TryGetBoolean("tokenizer.ggml.add_space_prefix", out bool adds) || adds;
        _byteTokens = FindByteTokens(vocabulary);
        if (vocabulary.Unknown is null && Array.IndexOf(_byteTokens, -1) is var missing and >= 0)
        {
            throw new ModelFormatException(
                $"The tokenizer has neither a token for byte 0x{missing:X2} nor one for the unknown.", metadata.OffsetOf("tokenizer.ggml.tokens"), "tokenizer.ggml.tokens");
        }

        _ranks = Array.ConvertAll(vocabulary.ReadScores(), Rank);
    }

    internal override bool AddsSpacePrefix => _addsSpacePrefix;

    internal override void EncodePlain(ReadOnlySpan<char> text, bool startsText, List<int> tokens)
    {
        if (text.IsEmpty)
        {
            return;
        }

        bool prefix = startsText && _addsSpacePrefix;
        char[] buffer = ArrayPool<char>.Shared.Rent(text.Length + 1);
        try
        {
            int length = prefix ? 1 : 0;
            buffer[0] = Space;
            foreach (char c in text)
            {
                buffer[length++] = c == ' ' ? Space : c;
            }

            new Merger(this, buffer).Encode(length, tokens);
        }
        finally
        {
            ArrayPool<char>.Shared.Return(buffer);
        }
    }

    /// <summary>Turns a score into a number that is lower for higher scores.</summary>
    private static uint Rank(float score)
    {
        uint bits = BitConverter.SingleToUInt32Bits(score);
        uint ascending = (bits & 0x80000000) != 0 ? ~bits : bits | 0x80000000;
        return ~ascending;
    }

    private static int[] FindByteTokens(Vocabulary vocabulary)
    {
        int[] tokens = new int[256];
        Array.Fill(tokens, -1);
        for (int i = 0; i < vocabulary.Pieces.Length; i++)
        {
            if (vocabulary.Kinds[i] == TokenKind.Byte && TryParseByte(vocabulary.Pieces[i], out byte value))
            {
                tokens[value] = i;
            }
        }

        return tokens;
    }

    private static bool TryParseByte(string piece, out byte value)
    {
        value = 0;
        return piece.Length == 6 && piece.StartsWith("<0x", StringComparison.Ordinal) && piece[5] == '>' &&
            byte.TryParse(piece.AsSpan(3, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
    }

    private static byte[][] EncodeBytes(Vocabulary vocabulary)
    {
        var bytes = new byte[vocabulary.Pieces.Length][];
        for (int i = 0; i < bytes.Length; i++)
        {
            string piece = vocabulary.Pieces[i];
            bytes[i] = vocabulary.Kinds[i] switch
            {
                TokenKind.Control => [],
                TokenKind.Unknown => "\uFFFD"u8.ToArray(),
                TokenKind.Byte => TryParseByte(piece, out byte value) ? [value] : [],
                TokenKind.UserDefined => Encoding.UTF8.GetBytes(piece),
                _ => Encoding.UTF8.GetBytes(piece.Replace(Space, ' ')),
            };
        }

        return bytes;
    }

    private sealed class Merger(SpmTokenizer tokenizer, char[] text) : SymbolMerger
    {
        public void Encode(int length, List<int> tokens)
        {
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
        }

        protected override bool TryMerge(in Symbol left, in Symbol right, out uint rank, out int id)
        {
            rank = 0;
            if (!tokenizer.Vocabulary.Lookup.TryGetValue(text.AsSpan(left.Start, left.Length + right.Length), out id) || !tokenizer.IsPlainText(id))
            {
                return false;
            }

            rank = tokenizer._ranks[id];
            return true;
        }

        private void Emit(in Symbol symbol, List<int> tokens)
        {
            var piece = text.AsSpan(symbol.Start, symbol.Length);
            if (tokenizer.Vocabulary.Lookup.TryGetValue(piece, out int id) && tokenizer.IsPlainText(id))
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
