using System.Buffers.Binary;

namespace DePin.Sdk.Chains.Solana.Channels;

/// <summary>What the payment-channels program tells in instructions to itself, which stand among a transaction's inner instructions.</summary>
/// <param name="Channel">The channel.</param>
public abstract record PaymentChannelEvent(SolanaAddress Channel)
{
    private const int TagSizeInBytes = 8;
    private const int HeadSizeInBytes = 2 * TagSizeInBytes;
    private const int ChannelEnd = HeadSizeInBytes + SolanaAddress.SizeInBytes;
    private const int OwnerEnd = ChannelEnd + SolanaAddress.SizeInBytes;

    // The first 8 bytes of every event that a program of Anchor's kind tells itself; then those that name the event.
    private static ReadOnlySpan<byte> EventTag => [0xE4, 0x45, 0xA5, 0x2E, 0x51, 0xCB, 0x9A, 0x1D];

    private static ReadOnlySpan<byte> OpenedTag => [0xA6, 0xAC, 0x61, 0x09, 0x4D, 0x4C, 0xBD, 0x6D];

    private static ReadOnlySpan<byte> PayoutRedirectedTag => [0xD1, 0x16, 0xB9, 0xD7, 0x54, 0xA7, 0x54, 0x50];

    /// <summary>Reads the data of an inner instruction whose program is the payment-channels program; null when it is no event that is known.</summary>
    /// <remarks>Only the program itself can call itself so: it checks that its own event authority signs.</remarks>
    public static PaymentChannelEvent? TryRead(ReadOnlySpan<byte> data)
    {
        if (data.Length < HeadSizeInBytes || !data.StartsWith(EventTag))
        {
            return null;
        }

        var tag = data[TagSizeInBytes..HeadSizeInBytes];
        if (tag.SequenceEqual(OpenedTag) && data.Length == ChannelEnd + sizeof(ulong))
        {
            return new PaymentChannelOpened(new SolanaAddress(data[HeadSizeInBytes..ChannelEnd]), BinaryPrimitives.ReadUInt64LittleEndian(data[ChannelEnd..]));
        }

        if (!tag.SequenceEqual(PayoutRedirectedTag) || data.Length != OwnerEnd + sizeof(ulong) + 2 || data[^2] > (byte)PaymentChannelBeneficiary.Payer || data[^1] > (byte)PaymentChannelRedirectReason.ReassignedAuthority)
        {
            return null;
        }

        return new PaymentChannelPayoutRedirected(
            new SolanaAddress(data[HeadSizeInBytes..ChannelEnd]),
            new SolanaAddress(data[ChannelEnd..OwnerEnd]),
            BinaryPrimitives.ReadUInt64LittleEndian(data[OwnerEnd..]),
            (PaymentChannelBeneficiary)data[^2],
            (PaymentChannelRedirectReason)data[^1]);
    }
}
