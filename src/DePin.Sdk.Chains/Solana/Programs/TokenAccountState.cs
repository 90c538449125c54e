namespace DePin.Sdk.Chains.Solana.Programs;

/// <summary>Whether a token account can be used; the values are the programs'.</summary>
public enum TokenAccountState : byte
{
    /// <summary>It is not a token account yet.</summary>
    Uninitialized = 0,

    /// <summary>It can be used.</summary>
    Initialized = 1,

    /// <summary>The mint's freeze authority stopped it: nothing comes in or goes out.</summary>
    Frozen = 2,
}
