using System.Globalization;

namespace DePin.Sdk.Compute.Tokenizers;

/// <summary>Tokens such as <c>&lt;0x0A&gt;</c>, which stand for one byte.</summary>
internal static class BytePieces
{
    /// <summary>The token of each byte; -1 for those that have none.</summary>
    public static int[] Find(Vocabulary vocabulary)
    {
        int[] tokens = new int[256];
        Array.Fill(tokens, -1);
        for (int i = 0; i < vocabulary.Pieces.Length; i++)
        {
            if (vocabulary.Kinds[i] == TokenKind.Byte && TryParse(vocabulary.Pieces[i], out byte value))
            {
                tokens[value] = i;
            }
        }

        return tokens;
    }

    /// <summary>Reads the byte in a piece.</summary>
    public static bool TryParse(string piece, out byte value)
    {
        value = 0;
        return piece.Length == 6 && piece.StartsWith("<0x", StringComparison.Ordinal) && piece[5] == '>' &&
            byte.TryParse(piece.AsSpan(3, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
    }
}
