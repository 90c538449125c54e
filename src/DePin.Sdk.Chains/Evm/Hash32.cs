using DePin.Sdk.Chains.Cryptography;
using DePin.Sdk.Chains.Evm.Encoding;

namespace DePin.Sdk.Chains.Evm;

/// <summary>32 bytes that name something: a transaction, a block, an event's topic, a channel. <c>bytes32</c> in Solidity.</summary>
public readonly record struct Hash32
{
    /// <summary>The length, in bytes.</summary>
    public const int SizeInBytes = 32;

    private readonly UInt256 _value;

    private Hash32(UInt256 value) => _value = value;

    /// <summary>Takes 32 bytes.</summary>
    /// <exception cref="ArgumentException">There are not exactly 32.</exception>
    public Hash32(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != SizeInBytes)
        {
            throw new ArgumentException($"A hash has 32 bytes, not {bytes.Length}.", nameof(bytes));
        }

        _value = UInt256.FromBigEndian(bytes);
    }

    /// <summary>True when every byte is zero.</summary>
    public bool IsZero => _value.IsZero;

    /// <summary>The Keccak-256 digest of a message.</summary>
    public static Hash32 Keccak(ReadOnlySpan<byte> message)
    {
        Span<byte> digest = stackalloc byte[SizeInBytes];
        Keccak256.HashData(message, digest);
        return new Hash32(digest);
    }

    /// <summary>Reads the bytes as a big-endian number.</summary>
    public UInt256 ToUInt256() => _value;

    /// <summary>The big-endian bytes of a number.</summary>
    public static Hash32 FromUInt256(UInt256 value) => new(value);

    /// <summary>Reads <c>0x</c> and 64 hexadecimal digits.</summary>
    /// <exception cref="EvmFormatException">The text is something else.</exception>
    public static Hash32 Parse(string text)
    {
        Span<byte> bytes = stackalloc byte[SizeInBytes];
        Hex.DecodeExact(text, bytes);
        return new Hash32(bytes);
    }

    /// <summary>Writes the 32 bytes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The buffer has fewer than 32 bytes.</exception>
    public void CopyTo(Span<byte> destination) => _value.WriteBigEndian(destination);

    /// <summary>The 32 bytes, as a new array.</summary>
    public byte[] ToArray()
    {
        var bytes = new byte[SizeInBytes];
        CopyTo(bytes);
        return bytes;
    }

    /// <summary><c>0x</c> and 64 lower-case hexadecimal digits.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[SizeInBytes];
        CopyTo(bytes);
        return Hex.Encode(bytes);
    }
}
