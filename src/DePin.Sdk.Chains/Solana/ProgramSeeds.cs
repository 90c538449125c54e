using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace DePin.Sdk.Chains.Solana;

/// <summary>What an address of a program is derived from: up to 16 seeds of up to 32 bytes each, with the bump. It lives on the stack and allocates nothing; pass it by reference.</summary>
/// <remarks>A program sees the seeds joined, so that the bytes of "ab", "c" and "a", "bc" derive the same address.</remarks>
public ref struct ProgramSeeds
{
    /// <summary>The most seeds, of which the bump is one.</summary>
    public const int MaxSeeds = 16;

    /// <summary>The most bytes of one seed.</summary>
    public const int MaxSeedSizeInBytes = 32;

    private Buffer _buffer;

    /// <summary>How many seeds there are, without the bump.</summary>
    public int Count { get; private set; }

    /// <summary>How many bytes they have together.</summary>
    public int Length { get; private set; }

    /// <summary>Adds a seed of bytes.</summary>
    /// <exception cref="ArgumentException">It is longer than 32 bytes, or there are 15 already.</exception>
    public void Add(scoped ReadOnlySpan<byte> seed)
    {
        if (seed.Length > MaxSeedSizeInBytes)
        {
            throw new ArgumentException($"A seed has at most {MaxSeedSizeInBytes} bytes, not {seed.Length}.", nameof(seed));
        }

        if (Count == MaxSeeds - 1)
        {
            throw new ArgumentException($"An address is derived from at most {MaxSeeds} seeds, of which the bump is one.", nameof(seed));
        }

        seed.CopyTo(((Span<byte>)_buffer)[Length..]);
        Length += seed.Length;
        Count++;
    }

    /// <summary>Adds an address as a seed.</summary>
    /// <exception cref="ArgumentException">There are 15 seeds already.</exception>
    public void Add(SolanaAddress seed) => Add(SolanaAddress.AsSpan(in seed));

    /// <summary>Adds a number of 64 bits, lowest byte first, as a seed.</summary>
    /// <exception cref="ArgumentException">There are 15 seeds already.</exception>
    public void Add(ulong seed)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, seed);
        Add(bytes);
    }

    /// <summary>Writes the joined seeds.</summary>
    internal readonly void CopyTo(Span<byte> destination) => ((ReadOnlySpan<byte>)_buffer)[..Length].CopyTo(destination);

    [InlineArray(MaxSeeds * MaxSeedSizeInBytes)]
    private struct Buffer
    {
        private byte _first;
    }
}
