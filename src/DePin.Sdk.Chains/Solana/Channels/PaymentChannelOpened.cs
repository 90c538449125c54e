namespace DePin.Sdk.Chains.Solana.Channels;

/// <summary>A channel was opened.</summary>
/// <param name="Channel">Its account.</param>
/// <param name="OpenSlot">The slot in its terms.</param>
public sealed record PaymentChannelOpened(SolanaAddress Channel, ulong OpenSlot) : PaymentChannelEvent(Channel);
