namespace DePin.Sdk.Chains.Solana.Transactions;

/// <summary>The forms of messages that can be written and read.</summary>
public enum SolanaMessageVersion
{
    /// <summary>Without a version byte; every account is spelled out.</summary>
    Legacy,

    /// <summary>Version 0, whose accounts may come from lookup tables.</summary>
    V0,
}
