namespace DePin.Sdk.Chains.Solana.Channels.Internal;

/// <summary>A channel as it was read: its account, or what its account said last when it is gone.</summary>
/// <param name="Address">Where it is, or was.</param>
/// <param name="Account">What the account says. One that is gone says <see cref="PaymentChannelStatus.Distributed"/>.</param>
/// <param name="TokenProgram">The mint's program.</param>
internal sealed record ChannelView(SolanaAddress Address, PaymentChannelAccount Account, SolanaAddress TokenProgram)
{
    public SolanaAddress Escrow { get; } = AssociatedTokenAddress.Find(Address, Account.Terms.Mint, TokenProgram);

    /// <summary>The token's issuer has stopped the escrow: nothing can be paid out until it lets go, but what is settled stays settled.</summary>
    public bool IsEscrowFrozen { get; init; }

    public PaymentChannelTerms Terms => Account.Terms;

    public bool IsOpen => Account.Status == PaymentChannelStatus.Open;

    public bool IsClosing => Account.Status == PaymentChannelStatus.Closing;

    /// <summary>Nothing can be settled any more: what each side gets is fixed, paid out or not.</summary>
    public bool IsClosed => Account.Status is PaymentChannelStatus.Sealed or PaymentChannelStatus.Distributed;

    /// <summary>What the payee has for certain: paid out, or due at the payout that ends the channel.</summary>
    public ulong Paid => IsClosed ? Account.Settled : Account.PayoutWatermark;

    public SolanaAddress TokenAccountOf(SolanaAddress owner) => AssociatedTokenAddress.Find(owner, Terms.Mint, TokenProgram);
}
