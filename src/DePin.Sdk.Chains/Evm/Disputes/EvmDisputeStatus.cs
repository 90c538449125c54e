namespace DePin.Sdk.Chains.Evm.Disputes;

/// <summary>Where a case stands.</summary>
public enum EvmDisputeStatus
{
    /// <summary>There is no such case.</summary>
    None,

    /// <summary>Governance can veto it until its end; after that anybody can end it with a slash.</summary>
    Open,

    /// <summary>It ended with a slash.</summary>
    Slashed,

    /// <summary>Governance ended it without one.</summary>
    Vetoed,
}
