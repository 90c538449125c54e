namespace DePin.Sdk.Chains.Solana.Channels;

/// <summary>What a channel's address is derived from: nobody can open another channel at the same address, ever.</summary>
/// <param name="Payer">Deposits, and gets back what is not settled.</param>
/// <param name="Payee">Is paid.</param>
/// <param name="Mint">The token.</param>
/// <param name="AuthorizedSigner">The key whose vouchers count; the payer's own or another.</param>
/// <param name="Salt">Tells channels of the same parties apart.</param>
/// <param name="OpenSlot">A slot at most <see cref="PaymentChannelProgram.OpenSlotWindow"/> before the opening. The account's rent comes back once that many slots have passed since.</param>
public readonly record struct PaymentChannelTerms(SolanaAddress Payer, SolanaAddress Payee, SolanaAddress Mint, SolanaAddress AuthorizedSigner, ulong Salt, ulong OpenSlot);
