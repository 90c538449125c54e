namespace DePin.Sdk.Chains.Solana.Transactions;

/// <summary>An account that an instruction uses, and how.</summary>
/// <param name="Address">The account.</param>
/// <param name="IsSigner">Whether it must sign the transaction.</param>
/// <param name="IsWritable">Whether the instruction may change it.</param>
public readonly record struct SolanaAccountMeta(SolanaAddress Address, bool IsSigner, bool IsWritable)
{
    /// <summary>An account that is only read.</summary>
    public static SolanaAccountMeta Readonly(SolanaAddress address) => new(address, false, false);

    /// <summary>An account that is changed.</summary>
    public static SolanaAccountMeta Writable(SolanaAddress address) => new(address, false, true);

    /// <summary>An account that signs and is not changed.</summary>
    public static SolanaAccountMeta ReadonlySigner(SolanaAddress address) => new(address, true, false);

    /// <summary>An account that signs and is changed.</summary>
    public static SolanaAccountMeta WritableSigner(SolanaAddress address) => new(address, true, true);
}
