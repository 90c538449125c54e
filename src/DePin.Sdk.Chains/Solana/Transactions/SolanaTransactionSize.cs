namespace DePin.Sdk.Chains.Solana.Transactions;

/// <summary>How large a transaction will be, signatures included.</summary>
/// <param name="Bytes">The bytes that are sent.</param>
/// <param name="Accounts">The accounts that it locks, those from lookup tables included.</param>
/// <param name="Signatures">The signatures that it needs and its fee payer pays for; signatures that the Ed25519 program checks cost as much each and are not among them.</param>
public readonly record struct SolanaTransactionSize(int Bytes, int Accounts, int Signatures)
{
    /// <summary>Whether a node takes it: at most <see cref="SolanaTransaction.MaxSizeInBytes"/> bytes and <see cref="SolanaMessage.MaxAccounts"/> accounts.</summary>
    public bool Fits => Bytes <= SolanaTransaction.MaxSizeInBytes && Accounts <= SolanaMessage.MaxAccounts;
}
