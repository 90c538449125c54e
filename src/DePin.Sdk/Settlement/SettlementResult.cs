namespace DePin.Sdk.Settlement;

/// <summary>What became of one voucher in a settlement.</summary>
/// <param name="Channel">The channel as it stands afterwards.</param>
/// <param name="Paid">What this settlement moved to the payee; zero when the voucher was already settled.</param>
/// <param name="TransactionId">The transaction that moved it; null when nothing moved.</param>
public sealed record SettlementResult(Channel Channel, Amount Paid, string? TransactionId);
