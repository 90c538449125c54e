namespace DePin.Sdk.Chains.Solana.Channels;

/// <summary>A share of what a channel pays that goes to somebody else than its payee.</summary>
/// <param name="Recipient">Who is paid, into the associated token account.</param>
/// <param name="BasisPoints">The share in ten thousandths, 1 to 10,000.</param>
public readonly record struct PaymentChannelSplit(SolanaAddress Recipient, ushort BasisPoints);
