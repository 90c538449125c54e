using System.Security.Cryptography;

namespace DePin.Sdk.Chains.Solana;

/// <summary>Addresses that programs own: a SHA-256 hash of seeds and the program that is no point of the curve, so that no key signs for it. Nothing here allocates.</summary>
public static class ProgramAddress
{
    private const int MaxSeedBytes = ProgramSeeds.MaxSeeds * ProgramSeeds.MaxSeedSizeInBytes;

    private static ReadOnlySpan<byte> Marker => "ProgramDerivedAddress"u8;

    /// <summary>Finds the canonical address of seeds: that of the highest bump, from 255 down, whose hash is no point of the curve.</summary>
    /// <param name="program">The program.</param>
    /// <param name="seeds">The seeds without the bump.</param>
    /// <param name="bump">The bump, which programs usually ask for.</param>
    /// <exception cref="InvalidOperationException">No bump gives an address, for which the chance is 2^-256.</exception>
    public static SolanaAddress Find(SolanaAddress program, in ProgramSeeds seeds, out byte bump)
    {
        Span<byte> buffer = stackalloc byte[MaxSeedBytes + SolanaAddress.SizeInBytes + Marker.Length];
        int length = Prepare(program, seeds, buffer);
        for (int candidate = byte.MaxValue; candidate >= 0; candidate--)
        {
            if (TryHash(buffer[..length], seeds.Length, (byte)candidate, out var address))
            {
                bump = (byte)candidate;
                return address;
            }
        }

        throw new InvalidOperationException("These seeds have no address.");
    }

    /// <summary>Finds the canonical address of one seed; see <see cref="Find(SolanaAddress, in ProgramSeeds, out byte)"/>.</summary>
    /// <exception cref="ArgumentException">The seed is longer than 32 bytes.</exception>
    public static SolanaAddress Find(SolanaAddress program, ReadOnlySpan<byte> seed, out byte bump)
    {
        var seeds = default(ProgramSeeds);
        seeds.Add(seed);
        return Find(program, seeds, out bump);
    }

    /// <summary>Finds the canonical address of two seeds; see <see cref="Find(SolanaAddress, in ProgramSeeds, out byte)"/>.</summary>
    /// <exception cref="ArgumentException">A seed is longer than 32 bytes.</exception>
    public static SolanaAddress Find(SolanaAddress program, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, out byte bump)
    {
        var seeds = default(ProgramSeeds);
        seeds.Add(first);
        seeds.Add(second);
        return Find(program, seeds, out bump);
    }

    /// <summary>Computes the address of seeds with a known bump.</summary>
    /// <param name="program">The program.</param>
    /// <param name="seeds">The seeds without the bump.</param>
    /// <param name="bump">The bump.</param>
    /// <param name="address">The address.</param>
    /// <returns>False when the hash is a point of the curve, and so no address of a program.</returns>
    public static bool TryCreate(SolanaAddress program, in ProgramSeeds seeds, byte bump, out SolanaAddress address)
    {
        Span<byte> buffer = stackalloc byte[MaxSeedBytes + SolanaAddress.SizeInBytes + Marker.Length];
        int length = Prepare(program, seeds, buffer);
        return TryHash(buffer[..length], seeds.Length, bump, out address);
    }

    /// <summary>The address of an account that the System program made with a seed (<c>createAccountWithSeed</c>): the SHA-256 hash of a base, a text and the account's owner. It has no key, but the base's signs for it.</summary>
    /// <param name="baseAddress">The base, whose key signs.</param>
    /// <param name="seed">The text, at most 32 bytes of UTF-8.</param>
    /// <param name="owner">The program that owns the account.</param>
    /// <exception cref="ArgumentException">The text is too long, or the owner ends as a derived address is made, which the runtime refuses.</exception>
    public static SolanaAddress CreateWithSeed(SolanaAddress baseAddress, string seed, SolanaAddress owner)
    {
        ArgumentNullException.ThrowIfNull(seed);
        int length = System.Text.Encoding.UTF8.GetByteCount(seed);
        if (length > ProgramSeeds.MaxSeedSizeInBytes)
        {
            throw new ArgumentException($"A seed has at most {ProgramSeeds.MaxSeedSizeInBytes} bytes, not {length}.", nameof(seed));
        }

        if (SolanaAddress.AsSpan(in owner).EndsWith(Marker))
        {
            throw new ArgumentException("The owner ends as the input of a derived address does.", nameof(owner));
        }

        Span<byte> buffer = stackalloc byte[3 * SolanaAddress.SizeInBytes], hash = stackalloc byte[SolanaAddress.SizeInBytes];
        baseAddress.CopyTo(buffer);
        System.Text.Encoding.UTF8.GetBytes(seed, buffer[SolanaAddress.SizeInBytes..]);
        owner.CopyTo(buffer[(SolanaAddress.SizeInBytes + length)..]);
        SHA256.HashData(buffer[..((2 * SolanaAddress.SizeInBytes) + length)], hash);
        return new SolanaAddress(hash);
    }

    /// <summary>Seeds, a place for the bump, program and marker.</summary>
    private static int Prepare(SolanaAddress program, in ProgramSeeds seeds, Span<byte> buffer)
    {
        seeds.CopyTo(buffer);
        int at = seeds.Length + 1;
        program.CopyTo(buffer[at..]);
        Marker.CopyTo(buffer[(at + SolanaAddress.SizeInBytes)..]);
        return at + SolanaAddress.SizeInBytes + Marker.Length;
    }

    private static bool TryHash(Span<byte> buffer, int bumpAt, byte bump, out SolanaAddress address)
    {
        Span<byte> hash = stackalloc byte[SolanaAddress.SizeInBytes];
        buffer[bumpAt] = bump;
        SHA256.HashData(buffer, hash);
        address = new SolanaAddress(hash);
        return !address.IsOnCurve;
    }
}
