namespace DePin.Sdk.Compute.Tokenizers;

/// <summary>The characters that byte-level BPE writes for bytes: visible ones stand for themselves, the others follow from U+0100 on.</summary>
internal static class ByteAlphabet
{
    private static readonly char[] Characters = CreateCharacters();
    private static readonly short[] Bytes = CreateBytes();

    public static char ToChar(byte value) => Characters[value];

    public static bool TryToByte(char character, out byte value)
    {
        int found = character < Bytes.Length ? Bytes[character] : -1;
        value = (byte)found;
        return found >= 0;
    }

    private static char[] CreateCharacters()
    {
        char[] characters = new char[256];
        int hidden = 0;
        for (int b = 0; b < 256; b++)
        {
            bool visible = b is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF);
            characters[b] = (char)(visible ? b : 256 + hidden++);
        }

        return characters;
    }

    private static short[] CreateBytes()
    {
        short[] bytes = new short[512];
        Array.Fill<short>(bytes, -1);
        for (int b = 0; b < 256; b++)
        {
            bytes[Characters[b]] = (short)b;
        }

        return bytes;
    }
}
