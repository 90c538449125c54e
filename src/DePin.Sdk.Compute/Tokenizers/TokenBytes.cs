using System.Text;

namespace DePin.Sdk.Compute.Tokenizers;

/// <summary>What tokens say, in bytes.</summary>
internal static class TokenBytes
{
    /// <summary>The bytes of each token; none for markers.</summary>
    public static byte[][] Decode(Vocabulary vocabulary, TokenEncoding encoding)
    {
        var bytes = new byte[vocabulary.Pieces.Length][];
        for (int i = 0; i < bytes.Length; i++)
        {
            string piece = vocabulary.Pieces[i];
            bytes[i] = vocabulary.Kinds[i] switch
            {
                TokenKind.Control => [],
                TokenKind.Unknown => encoding == TokenEncoding.Bytes ? [] : "\uFFFD"u8.ToArray(),
                TokenKind.Byte => BytePieces.TryParse(piece, out byte value) ? [value] : [],
                TokenKind.UserDefined => Encoding.UTF8.GetBytes(piece),
                _ => encoding == TokenEncoding.Characters ? Encoding.UTF8.GetBytes(piece.Replace(SpmTokenizer.Space, ' '))
                    : TryMapBack(piece, out byte[] mapped) ? mapped : Encoding.UTF8.GetBytes(piece),
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
}
