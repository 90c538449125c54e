namespace DePin.Sdk.Chains.Evm.Rewards;

/// <summary>Where an epoch's rewards stand.</summary>
public enum EvmEpochStatus
{
    /// <summary>No root is posted, or the last one was rejected.</summary>
    None,

    /// <summary>A root is posted: open to challenges until the window ends, then to claims.</summary>
    Posted,

    /// <summary>The root is challenged, and frozen until governance rules.</summary>
    Challenged,

    /// <summary>The epoch is over; the treasury got what nobody had claimed.</summary>
    Swept,
}
