namespace DePin.Sdk.Chains.Evm.Rewards;

/// <summary>Why a row cannot be claimed now.</summary>
public enum EvmClaimRefusal
{
    /// <summary>It can be.</summary>
    None,

    /// <summary>No root is posted, its challenge window is not over, it is challenged, or the time for claims has passed.</summary>
    NotOpen,

    /// <summary>It was paid already.</summary>
    AlreadyClaimed,

    /// <summary>The list promises more than its total.</summary>
    ExceedsTotal,

    /// <summary>The row is not in the tree whose root is posted.</summary>
    InvalidProof,
}
