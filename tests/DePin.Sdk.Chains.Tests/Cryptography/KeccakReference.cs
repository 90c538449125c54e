using System.Collections;

namespace DePin.Sdk.Chains.Tests.Cryptography;

/// <summary>Keccak[512] on single bits, step by step after FIPS 202, 3.2; slow on purpose, and sharing nothing with the implementation.</summary>
internal static class KeccakReference
{
    private const int RateInBits = 1088;

    public static byte[] Hash(ReadOnlySpan<byte> message, byte padding)
    {
        var padded = new List<byte>(message.ToArray()) { padding };
        while (padded.Count % (RateInBits / 8) != 0)
        {
            padded.Add(0);
        }

        padded[^1] |= 0x80;
        var input = new BitArray(padded.ToArray());
        var state = new bool[5, 5, 64];
        for (int block = 0; block < input.Length; block += RateInBits)
        {
            for (int bit = 0; bit < RateInBits; bit++)
            {
                state[bit / 64 % 5, bit / 320, bit % 64] ^= input[block + bit];
            }

            for (int round = 0; round < 24; round++)
            {
                state = Iota(Chi(Pi(Rho(Theta(state)))), round);
            }
        }

        var digest = new byte[32];
        for (int bit = 0; bit < 256; bit++)
        {
            digest[bit / 8] |= (byte)(state[bit / 64 % 5, bit / 320, bit % 64] ? 1 << (bit % 8) : 0);
        }

        return digest;
    }

    private static bool[,,] Theta(bool[,,] a) => Map((x, y, z) => a[x, y, z] ^ Parity(a, x + 4, z) ^ Parity(a, x + 1, z + 63));

    private static bool[,,] Rho(bool[,,] a)
    {
        var moved = new bool[5, 5, 64];
        for (int z = 0; z < 64; z++)
        {
            moved[0, 0, z] = a[0, 0, z];
        }

        var (x, y) = (1, 0);
        for (int t = 0; t < 24; t++)
        {
            for (int z = 0; z < 64; z++)
            {
                moved[x, y, z] = a[x, y, (z + (64 * 6) - ((t + 1) * (t + 2) / 2)) % 64];
            }

            (x, y) = (y, ((2 * x) + (3 * y)) % 5);
        }

        return moved;
    }

    private static bool[,,] Pi(bool[,,] a) => Map((x, y, z) => a[(x + (3 * y)) % 5, x, z]);

    private static bool[,,] Chi(bool[,,] a) => Map((x, y, z) => a[x, y, z] ^ (!a[(x + 1) % 5, y, z] & a[(x + 2) % 5, y, z]));

    private static bool[,,] Iota(bool[,,] a, int round)
    {
        for (int j = 0; j <= 6; j++)
        {
            a[0, 0, (1 << j) - 1] ^= RoundBit(j + (7 * round));
        }

        return a;
    }

    // The linear feedback register of FIPS 202, algorithm 5, with R[0] as the lowest bit.
    private static bool RoundBit(int t)
    {
        int register = 1;
        for (int i = 0; i < t % 255; i++)
        {
            register <<= 1;
            if (register > 255)
            {
                register ^= 0x171;
            }
        }

        return (register & 1) != 0;
    }

    private static bool Parity(bool[,,] a, int x, int z)
    {
        bool parity = false;
        for (int y = 0; y < 5; y++)
        {
            parity ^= a[x % 5, y, z % 64];
        }

        return parity;
    }

    private static bool[,,] Map(Func<int, int, int, bool> bit)
    {
        var mapped = new bool[5, 5, 64];
        for (int x = 0; x < 5; x++)
        {
            for (int y = 0; y < 5; y++)
            {
                for (int z = 0; z < 64; z++)
                {
                    mapped[x, y, z] = bit(x, y, z);
                }
            }
        }

        return mapped;
    }
}
