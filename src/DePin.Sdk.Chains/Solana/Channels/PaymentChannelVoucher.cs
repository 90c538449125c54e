using System.Buffers.Binary;

namespace DePin.Sdk.Chains.Solana.Channels;

/// <summary>What the authorized signer of a channel signs: "of this channel, so much in all". The signature is over exactly these 50 bytes, and the program reads them where the Ed25519 program has checked them.</summary>
/// <param name="Channel">The channel's account, whose address no other channel ever has. Clusters are not told apart: a payee watches the cluster that its channel is on.</param>
/// <param name="Cumulative">The total over the channel's life, in base units.</param>
/// <param name="ExpiresAt">The second, since 1970, from which on the voucher does not count; 0 for never.</param>
public readonly record struct PaymentChannelVoucher(SolanaAddress Channel, ulong Cumulative, long ExpiresAt = 0)
{
    /// <summary>The length, in bytes.</summary>
    public const int SizeInBytes = 50;

    private const byte Tag = (byte)'V';
    private const byte Version = 1;
    private const int ChannelAt = 2;
    private const int CumulativeAt = 34;
    private const int ExpiresAtAt = 42;

    /// <summary>Writes the bytes to sign.</summary>
    /// <exception cref="ArgumentException">The destination is shorter.</exception>
    public void Write(Span<byte> destination)
    {
        if (destination.Length < SizeInBytes)
        {
            throw new ArgumentException($"A voucher has {SizeInBytes} bytes, and there is room for {destination.Length}.", nameof(destination));
        }

        (destination[0], destination[1]) = (Tag, Version);
        Channel.CopyTo(destination[ChannelAt..]);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[CumulativeAt..], Cumulative);
        BinaryPrimitives.WriteInt64LittleEndian(destination[ExpiresAtAt..], ExpiresAt);
    }

    /// <summary>The bytes to sign.</summary>
    public byte[] ToArray()
    {
        var bytes = new byte[SizeInBytes];
        Write(bytes);
        return bytes;
    }

    /// <summary>Reads the bytes that were signed.</summary>
    /// <exception cref="SolanaFormatException">They are no voucher of this version.</exception>
    public static PaymentChannelVoucher Parse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != SizeInBytes || bytes[0] != Tag || bytes[1] != Version)
        {
            throw new SolanaFormatException($"A voucher is {SizeInBytes} bytes that start with 56 01.", Math.Min(bytes.Length, ChannelAt));
        }

        return new PaymentChannelVoucher(
            new SolanaAddress(bytes[ChannelAt..CumulativeAt]),
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[CumulativeAt..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[ExpiresAtAt..]));
    }
}
