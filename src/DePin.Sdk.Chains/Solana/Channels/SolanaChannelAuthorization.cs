using DePin.Sdk.Chains.Solana.Transactions;

namespace DePin.Sdk.Chains.Solana.Channels;

/// <summary>A channel's opening that its payer has signed and a sponsor has yet to: the sponsor pays fee and rent, the payer the deposit. It travels as bytes, and is good for about a minute.</summary>
public sealed class SolanaChannelAuthorization
{
    internal SolanaChannelAuthorization(SolanaTransaction transaction) => Transaction = transaction;

    /// <summary>The transaction, which lacks the sponsor's signature.</summary>
    public SolanaTransaction Transaction { get; }

    /// <summary>Who is to pay fee and rent.</summary>
    public SolanaAddress Sponsor => Transaction.Message.FeePayer;

    /// <summary>Reads what <see cref="Serialize"/> wrote. What it would do is checked when it is opened.</summary>
    /// <exception cref="SolanaFormatException">The bytes are no transaction.</exception>
    public static SolanaChannelAuthorization Parse(ReadOnlySpan<byte> bytes) => new(SolanaTransaction.Deserialize(bytes));

    /// <summary>The bytes to hand to the sponsor, at most 1,232.</summary>
    public byte[] Serialize() => Transaction.Serialize();
}
