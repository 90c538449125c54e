using System.Buffers.Binary;

namespace DePin.Sdk.Chains.Evm.TypedData;

/// <summary>The voucher of a payment channel: its payee may take up to this much of the deposit in all. Signed in <see cref="TypedDataDomain.PaymentChannel"/>.</summary>
/// <param name="ChannelId">The channel.</param>
/// <param name="CumulativeAmount">Base units of the channel's token since it was opened.</param>
public readonly record struct PaymentVoucher(Hash32 ChannelId, UInt128 CumulativeAmount) : ITypedData
{
    /// <inheritdoc/>
    public static Hash32 TypeHash { get; } = Hash32.Keccak("Voucher(bytes32 channelId,uint128 cumulativeAmount)"u8);

    /// <inheritdoc/>
    public static int FieldCount => 2;

    /// <inheritdoc/>
    public void WriteFields(Span<byte> words)
    {
        ChannelId.CopyTo(words);
        BinaryPrimitives.WriteUInt128BigEndian(words[48..], CumulativeAmount);
    }
}
