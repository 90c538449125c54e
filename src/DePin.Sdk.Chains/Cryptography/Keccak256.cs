using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace DePin.Sdk.Chains.Cryptography;

/// <summary>Keccak-256 as Ethereum uses it: the sponge of SHA3-256 with the padding from before FIPS 202, so that the two give different digests.
/// A value hashes incrementally; it is mutable, so pass it by reference. Nothing is allocated.</summary>
public struct Keccak256
{
    /// <summary>The length of a digest, in bytes.</summary>
    public const int HashSizeInBytes = 32;

    private const int RateInBytes = 136;

    private State _state;
    private int _position;

    /// <summary>Hashes a message into a buffer.</summary>
    /// <param name="source">The message. It may overlap <paramref name="destination"/>.</param>
    /// <param name="destination">Receives the digest in its first 32 bytes.</param>
    /// <exception cref="ArgumentException">The buffer has fewer than 32 bytes.</exception>
    public static void HashData(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        RequireRoom(destination);
        var hash = default(Keccak256);
        hash.Append(source);
        hash.Finish(destination);
    }

    /// <summary>Hashes a message.</summary>
    public static byte[] HashData(ReadOnlySpan<byte> source)
    {
        var digest = new byte[HashSizeInBytes];
        HashData(source, digest);
        return digest;
    }

    /// <summary>Adds bytes to the message.</summary>
    public void Append(ReadOnlySpan<byte> source)
    {
        Span<ulong> lanes = _state;
        while (!source.IsEmpty)
        {
            if (_position == 0 && source.Length >= RateInBytes)
            {
                for (int i = 0; i < RateInBytes / sizeof(ulong); i++)
                {
                    lanes[i] ^= BinaryPrimitives.ReadUInt64LittleEndian(source[(i * sizeof(ulong))..]);
                }

                source = source[RateInBytes..];
                KeccakPermutation.Apply(lanes);
                continue;
            }

            int taken;
            if (_position % sizeof(ulong) == 0 && source.Length >= sizeof(ulong))
            {
                lanes[_position / sizeof(ulong)] ^= BinaryPrimitives.ReadUInt64LittleEndian(source);
                taken = sizeof(ulong);
            }
            else
            {
                lanes[_position / sizeof(ulong)] ^= (ulong)source[0] << (8 * (_position % sizeof(ulong)));
                taken = 1;
            }

            source = source[taken..];
            _position += taken;
            if (_position == RateInBytes)
            {
                _position = 0;
                KeccakPermutation.Apply(lanes);
            }
        }
    }

    /// <summary>Writes the digest of what was appended and starts over with an empty message.</summary>
    /// <param name="destination">Receives the digest in its first 32 bytes.</param>
    /// <exception cref="ArgumentException">The buffer has fewer than 32 bytes; the message stays as it was.</exception>
    public void GetHashAndReset(Span<byte> destination)
    {
        RequireRoom(destination);
        Finish(destination);
        this = default;
    }

    private void Finish(Span<byte> destination)
    {
        Span<ulong> lanes = _state;
        lanes[_position / sizeof(ulong)] ^= 1UL << (8 * (_position % sizeof(ulong)));
        lanes[(RateInBytes / sizeof(ulong)) - 1] ^= 1UL << 63;
        KeccakPermutation.Apply(lanes);
        for (int i = 0; i < HashSizeInBytes / sizeof(ulong); i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(destination[(i * sizeof(ulong))..], lanes[i]);
        }
    }

    private static void RequireRoom(Span<byte> destination)
    {
        if (destination.Length < HashSizeInBytes)
        {
            throw new ArgumentException($"A digest takes {HashSizeInBytes} bytes; the buffer has {destination.Length}.", nameof(destination));
        }
    }

    [InlineArray(KeccakPermutation.Lanes)]
    private struct State
    {
        private ulong _first;
    }
}
