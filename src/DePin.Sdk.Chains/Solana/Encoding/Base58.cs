using System.Buffers;
using System.Buffers.Binary;

namespace DePin.Sdk.Chains.Solana.Encoding;

/// <summary>The text form of Solana's keys, signatures and hashes: base 58 with Bitcoin's alphabet, a leading zero byte as a leading '1'. Each value has one text.</summary>
public static class Base58
{
    /// <summary>The most bytes that are encoded or decoded; Solana's longest value, a transaction, has 1,232.</summary>
    public const int MaxBytes = 2048;

    private const string Alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

    private const int MaxDigits = (MaxBytes * 138 / 100) + 1;

    // Numbers of so many digits fit in 30 and 59 bits, so that one step takes many digits at once.
    private const int DigitsOf32 = 5, DigitsOf64 = 10;
    private const uint Power32 = 58 * 58 * 58 * 58 * 58;

    private const byte NoDigit = 255;

    private static readonly SearchValues<char> Digits = SearchValues.Create(Alphabet);

    private static readonly byte[] DigitOfCharacter = MakeDigits();

    private static readonly ulong[] Powers = MakePowers();

    /// <summary>Encodes bytes.</summary>
    /// <exception cref="ArgumentException">There are more than <see cref="MaxBytes"/>.</exception>
    public static string Encode(ReadOnlySpan<byte> bytes)
    {
        Span<char> text = stackalloc char[bytes.Length <= 64 ? 96 : bytes.Length + MaxDigits];
        return new string(text[EncodeBackwards(bytes, text)..]);
    }

    /// <summary>Encodes bytes into a buffer.</summary>
    /// <param name="bytes">At most <see cref="MaxBytes"/>.</param>
    /// <param name="destination">Receives the text: 44 characters take 32 bytes, 88 take 64.</param>
    /// <param name="charsWritten">The length of the text.</param>
    /// <returns>False when the text does not fit; nothing is written then.</returns>
    /// <exception cref="ArgumentException">There are more than <see cref="MaxBytes"/>.</exception>
    public static bool TryEncode(ReadOnlySpan<byte> bytes, Span<char> destination, out int charsWritten)
    {
        Span<char> text = stackalloc char[bytes.Length <= 64 ? 96 : bytes.Length + MaxDigits];
        text = text[EncodeBackwards(bytes, text)..];
        bool fits = text.TryCopyTo(destination);
        charsWritten = fits ? text.Length : 0;
        return fits;
    }

    /// <summary>Decodes text of any length.</summary>
    /// <param name="text">At most what <see cref="MaxBytes"/> take.</param>
    /// <exception cref="SolanaFormatException">A character is no digit of base 58, or the text is too long.</exception>
    public static byte[] Decode(ReadOnlySpan<char> text)
    {
        if (text.Length > MaxDigits)
        {
            throw new SolanaFormatException($"Base 58 of at most {MaxBytes} bytes has at most {MaxDigits} characters, not {text.Length}.", MaxDigits);
        }

        Span<byte> bytes = stackalloc byte[MaxDigits];
        if (!TryDecode(text, bytes, out int written))
        {
            throw new SolanaFormatException("A character is no digit of base 58, which are the letters and digits without 0, O, I and l.", IndexOfNoDigit(text));
        }

        return written <= MaxBytes ? bytes[..written].ToArray() : throw new SolanaFormatException($"The text says {written} bytes; at most {MaxBytes} are decoded.", 0);
    }

    /// <summary>Decodes text into a buffer.</summary>
    /// <param name="text">The text.</param>
    /// <param name="destination">Receives the bytes.</param>
    /// <param name="bytesWritten">How many.</param>
    /// <returns>False when the text is no base 58, or its bytes do not fit; the destination's content is then undefined.</returns>
    public static bool TryDecode(ReadOnlySpan<char> text, Span<byte> destination, out int bytesWritten)
    {
        bytesWritten = 0;
        int zeros = text.IndexOfAnyExcept('1') is >= 0 and int first ? first : text.Length;
        var digits = text[zeros..];
        if (zeros > destination.Length || digits.Length > MaxDigits)
        {
            return false;
        }

        Span<ulong> limbs = stackalloc ulong[digits.Length <= 88 ? 9 : (MaxDigits * 6 / 64) + 1];
        if (!TryReadDigits(digits, limbs, out int used))
        {
            return false;
        }

        int length = used == 0 ? 0 : (8 * used) - (System.Numerics.BitOperations.LeadingZeroCount(limbs[used - 1]) / 8);
        if (zeros + length > destination.Length)
        {
            return false;
        }

        destination[..zeros].Clear();
        WriteBigEndian(limbs, destination.Slice(zeros, length));
        bytesWritten = zeros + length;
        return true;
    }

    /// <summary>Decodes text of exactly so many bytes.</summary>
    /// <returns>False when the text is no base 58 or of another length; the destination's content is then undefined.</returns>
    public static bool TryDecodeExact(ReadOnlySpan<char> text, Span<byte> destination) =>
        TryDecode(text, destination, out int written) && written == destination.Length;

    /// <summary>Writes the text at the end of a buffer that is long enough, and returns where it starts.</summary>
    private static int EncodeBackwards(ReadOnlySpan<byte> bytes, Span<char> text)
    {
        if (bytes.Length > MaxBytes)
        {
            throw new ArgumentException($"At most {MaxBytes} bytes are encoded in base 58, not {bytes.Length}.", nameof(bytes));
        }

        int zeros = bytes.IndexOfAnyExcept((byte)0) is >= 0 and int first ? first : bytes.Length;
        bytes = bytes[zeros..];
        Span<uint> limbs = stackalloc uint[bytes.Length <= 64 ? 16 : MaxBytes / 4];
        int count = (bytes.Length + 3) / 4, at = text.Length;
        for (int i = 0; i < count; i++)
        {
            // Highest first; the first one may be short.
            int end = bytes.Length - (4 * (count - 1 - i));
            limbs[i] = end >= 4 ? BinaryPrimitives.ReadUInt32BigEndian(bytes[(end - 4)..]) : ReadShort(bytes[..end]);
        }

        for (int top = 0; top < count;)
        {
            ulong rest = 0;
            for (int i = top; i < count; i++)
            {
                ulong value = (rest << 32) | limbs[i];
                ulong quotient = value / Power32;
                limbs[i] = (uint)quotient;
                rest = value - (quotient * Power32);
            }

            while (top < count && limbs[top] == 0)
            {
                top++;
            }

            uint group = (uint)rest;
            for (int i = 0; i < DigitsOf32 && (top < count || group != 0); i++)
            {
                uint next = group / 58;
                text[--at] = Alphabet[(int)(group - (next * 58))];
                group = next;
            }
        }

        at -= zeros;
        text.Slice(at, zeros).Fill('1');
        return at;
    }

    private static uint ReadShort(ReadOnlySpan<byte> bytes)
    {
        uint value = 0;
        foreach (byte part in bytes)
        {
            value = (value << 8) | part;
        }

        return value;
    }

    /// <summary>The number of the digits in limbs, lowest first; those above the used ones have no meaning.</summary>
    private static bool TryReadDigits(ReadOnlySpan<char> digits, Span<ulong> limbs, out int used)
    {
        used = 0;
        for (int at = 0; at < digits.Length;)
        {
            // The first group takes what the others, of ten, leave.
            int length = ((digits.Length - at - 1) % DigitsOf64) + 1;
            ulong group = 0;
            foreach (char character in digits.Slice(at, length))
            {
                byte digit = character < DigitOfCharacter.Length ? DigitOfCharacter[character] : NoDigit;
                if (digit == NoDigit)
                {
                    return false;
                }

                group = (group * 58) + digit;
            }

            for (int i = 0; i < used; i++)
            {
                limbs[i] = Cryptography.Internal.Limbs.MultiplyAdd(limbs[i], Powers[length], group, out group);
            }

            if (group != 0)
            {
                limbs[used++] = group;
            }

            at += length;
        }

        return true;
    }

    private static void WriteBigEndian(ReadOnlySpan<ulong> limbs, Span<byte> destination)
    {
        for (int i = 0, end = destination.Length; end > 0; i++, end -= 8)
        {
            if (end >= 8)
            {
                BinaryPrimitives.WriteUInt64BigEndian(destination[(end - 8)..], limbs[i]);
                continue;
            }

            ulong limb = limbs[i];
            for (int at = end - 1; at >= 0; at--, limb >>= 8)
            {
                destination[at] = (byte)limb;
            }
        }
    }

    private static int IndexOfNoDigit(ReadOnlySpan<char> text) => text.IndexOfAnyExcept(Digits);

    private static byte[] MakeDigits()
    {
        var digits = new byte[128];
        digits.AsSpan().Fill(NoDigit);
        for (byte i = 0; i < Alphabet.Length; i++)
        {
            digits[Alphabet[i]] = i;
        }

        return digits;
    }

    private static ulong[] MakePowers()
    {
        var powers = new ulong[DigitsOf64 + 1];
        powers[0] = 1;
        for (int i = 1; i < powers.Length; i++)
        {
            powers[i] = powers[i - 1] * 58;
        }

        return powers;
    }
}
