using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;

namespace DePin.Sdk.Chains.Cryptography.Internal;

/// <summary>scrypt (RFC 7914). Buffers are cleared.</summary>
internal static class Scrypt
{
    private const int WordsPerBlock = 16;
    private const int VectorsPerBlock = 4;
    private const int StepsBetweenLooks = 1024;

    /// <summary>The bytes of memory that a derivation takes: the table, the blocks, and two that are worked on.</summary>
    public static long MemorySize(long n, long r, long p) => 128 * r * (n + p + 2);

    /// <summary>Derives a key.</summary>
    /// <param name="password">The password.</param>
    /// <param name="salt">The salt.</param>
    /// <param name="n">The cost: a power of two above 1.</param>
    /// <param name="r">The block size.</param>
    /// <param name="p">How often it is done.</param>
    /// <param name="destination">Receives the key.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static void DeriveKey(ReadOnlySpan<byte> password, ReadOnlySpan<byte> salt, int n, int r, int p, Span<byte> destination, CancellationToken cancellationToken)
    {
        int size = 128 * r;
        var blocks = new byte[checked(p * size)];
        var table = GC.AllocateUninitializedArray<Vector128<uint>>(checked(n * (2 * r * VectorsPerBlock)));
        try
        {
            Rfc2898DeriveBytes.Pbkdf2(password, salt, blocks, 1, HashAlgorithmName.SHA256);
            for (int i = 0; i < p; i++)
            {
                Mix(blocks.AsSpan(i * size, size), n, r, table, cancellationToken);
            }

            Rfc2898DeriveBytes.Pbkdf2(password, blocks, destination, 1, HashAlgorithmName.SHA256);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(blocks);
            CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(table.AsSpan()));
        }
    }

    /// <summary>scryptROMix. RFC 7914 makes the indices depend on the password; they are only as secret as the salt is new.</summary>
    private static void Mix(Span<byte> block, int n, int r, Vector128<uint>[] table, CancellationToken cancellationToken)
    {
        int vectors = 2 * r * VectorsPerBlock;
        var buffer = new Vector128<uint>[2 * vectors];
        try
        {
            Span<Vector128<uint>> x = buffer.AsSpan(0, vectors), y = buffer.AsSpan(vectors);
            Load(block, x);
            for (int i = 0; i < n; i++)
            {
                Look(i, cancellationToken);
                x.CopyTo(table.AsSpan(i * vectors));
                MixBlocks(x, y);
                var swap = x;
                x = y;
                y = swap;
            }

            for (int i = 0; i < n; i++)
            {
                Look(i, cancellationToken);
                int j = (int)(x[^VectorsPerBlock][0] & (uint)(n - 1));
                var other = table.AsSpan(j * vectors, vectors);
                for (int k = 0; k < x.Length; k++)
                {
                    x[k] ^= other[k];
                }

                MixBlocks(x, y);
                var swap = x;
                x = y;
                y = swap;
            }

            Store(x, block);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(buffer.AsSpan()));
        }
    }

    private static void Look(int step, CancellationToken cancellationToken)
    {
        if (step % StepsBetweenLooks == 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <summary>scryptBlockMix.</summary>
    private static void MixBlocks(ReadOnlySpan<Vector128<uint>> source, Span<Vector128<uint>> destination)
    {
        int half = source.Length / 2;
        var last = source[^VectorsPerBlock..];
        Vector128<uint> x0 = last[0], x1 = last[1], x2 = last[2], x3 = last[3];
        for (int i = 0; i < source.Length; i += VectorsPerBlock)
        {
            var block = source.Slice(i, VectorsPerBlock);
            x0 ^= block[0];
            x1 ^= block[1];
            x2 ^= block[2];
            x3 ^= block[3];
            Salsa(ref x0, ref x1, ref x2, ref x3);

            // Blocks at even places come first, then those at odd ones.
            int block2 = i / (2 * VectorsPerBlock) * VectorsPerBlock;
            var target = destination.Slice(i % (2 * VectorsPerBlock) == 0 ? block2 : half + block2, VectorsPerBlock);
            target[0] = x0;
            target[1] = x1;
            target[2] = x2;
            target[3] = x3;
        }
    }

    /// <summary>Salsa20/8 on the four diagonals of the matrix, so that each step is one operation on vectors.</summary>
    private static void Salsa(ref Vector128<uint> a, ref Vector128<uint> b, ref Vector128<uint> c, ref Vector128<uint> d)
    {
        Vector128<uint> x0 = a, x1 = b, x2 = c, x3 = d;
        for (int i = 0; i < 8; i += 2)
        {
            x1 ^= Rotate(x0 + x3, 7);
            x2 ^= Rotate(x1 + x0, 9);
            x3 ^= Rotate(x2 + x1, 13);
            x0 ^= Rotate(x3 + x2, 18);
            x1 = Vector128.Shuffle(x1, Vector128.Create(3u, 0, 1, 2));
            x2 = Vector128.Shuffle(x2, Vector128.Create(2u, 3, 0, 1));
            x3 = Vector128.Shuffle(x3, Vector128.Create(1u, 2, 3, 0));

            x3 ^= Rotate(x0 + x1, 7);
            x2 ^= Rotate(x3 + x0, 9);
            x1 ^= Rotate(x2 + x3, 13);
            x0 ^= Rotate(x1 + x2, 18);
            x1 = Vector128.Shuffle(x1, Vector128.Create(1u, 2, 3, 0));
            x2 = Vector128.Shuffle(x2, Vector128.Create(2u, 3, 0, 1));
            x3 = Vector128.Shuffle(x3, Vector128.Create(3u, 0, 1, 2));
        }

        a += x0;
        b += x1;
        c += x2;
        d += x3;
    }

    private static Vector128<uint> Rotate(Vector128<uint> value, int bits) => (value << bits) | (value >>> (32 - bits));

    // Word i of a diagonal order is word 5i mod 16 of the matrix.
    private static void Load(ReadOnlySpan<byte> source, Span<Vector128<uint>> destination)
    {
        var words = MemoryMarshal.Cast<Vector128<uint>, uint>(destination);
        for (int i = 0; i < words.Length; i++)
        {
            words[i] = BinaryPrimitives.ReadUInt32LittleEndian(source[(Place(i) * sizeof(uint))..]);
        }
    }

    private static void Store(ReadOnlySpan<Vector128<uint>> source, Span<byte> destination)
    {
        var words = MemoryMarshal.Cast<Vector128<uint>, uint>(source);
        for (int i = 0; i < words.Length; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(destination[(Place(i) * sizeof(uint))..], words[i]);
        }
    }

    private static int Place(int word) => (word & ~(WordsPerBlock - 1)) | (word * 5 % WordsPerBlock);
}
