namespace DePin.Sdk.Chains.Solana.Staking;

/// <summary>Where a case stands.</summary>
public enum ProviderStakeCaseStatus
{
    /// <summary>There is no such case.</summary>
    None,

    /// <summary>The guardian can veto it until its end; after that anybody can end it with a slash.</summary>
    Open,

    /// <summary>It ended with a slash.</summary>
    Slashed,

    /// <summary>The guardian ended it without one.</summary>
    Vetoed,
}
