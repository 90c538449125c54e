namespace DePin.Sdk.Chains.Solana.Channels;

/// <summary>Somebody's token account could not be paid, and the treasury has the money for good.</summary>
/// <param name="Channel">The channel that paid.</param>
/// <param name="Owner">Whose money it was.</param>
/// <param name="Amount">How much, in base units.</param>
/// <param name="Beneficiary">In what role it was to be paid.</param>
/// <param name="Reason">Why it could not be.</param>
public sealed record PaymentChannelPayoutRedirected(SolanaAddress Channel, SolanaAddress Owner, ulong Amount, PaymentChannelBeneficiary Beneficiary, PaymentChannelRedirectReason Reason)
    : PaymentChannelEvent(Channel);
