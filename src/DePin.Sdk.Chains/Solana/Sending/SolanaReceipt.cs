namespace DePin.Sdk.Chains.Solana.Sending;

/// <summary>A transaction that is on the chain and succeeded. <see cref="SolanaSender.GetTransactionAsync"/> reads what it did.</summary>
/// <param name="Signature">The transaction's id.</param>
/// <param name="Slot">The slot whose block holds it.</param>
/// <param name="FeePayer">Who paid for it.</param>
public sealed record SolanaReceipt(SolanaSignature Signature, ulong Slot, SolanaAddress FeePayer);
