namespace DePin.Sdk.Chains.Solana.Sending.Internal;

/// <summary>What became of a request. The numbers are those in the journal.</summary>
internal enum OutboxOutcome
{
    /// <summary>It is open: what was signed for it may still take effect.</summary>
    Open = 0,

    /// <summary>It is on the chain and succeeded.</summary>
    Succeeded = 1,

    /// <summary>It is on the chain and failed.</summary>
    Failed = 2,

    /// <summary>All that was signed for it is certainly dead.</summary>
    Expired = 3,
}
