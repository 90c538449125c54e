namespace DePin.Sdk.Chains.Evm.Disputes;

/// <summary>Which contradiction of a provider's own signatures a case is about.</summary>
public enum EvmDisputeProof
{
    /// <summary>There is no case.</summary>
    None,

    /// <summary>Two different receipts for one run of a job.</summary>
    Equivocation,

    /// <summary>A receipt that charges more than the offer that it names.</summary>
    Overcharge,
}
