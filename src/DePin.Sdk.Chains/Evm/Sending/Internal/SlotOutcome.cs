namespace DePin.Sdk.Chains.Evm.Sending.Internal;

/// <summary>What became of a nonce. The numbers are those in the journal.</summary>
internal enum SlotOutcome
{
    /// <summary>It is open: nothing final is known.</summary>
    Open = 0,

    /// <summary>What was asked for is on the chain and succeeded.</summary>
    Succeeded = 1,

    /// <summary>What was asked for is on the chain and reverted.</summary>
    Reverted = 2,

    /// <summary>A transfer of nothing is on the chain in its place.</summary>
    Cancelled = 3,

    /// <summary>Something that this lane did not sign is on the chain.</summary>
    Displaced = 4,
}
