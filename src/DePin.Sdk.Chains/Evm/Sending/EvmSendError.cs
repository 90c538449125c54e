namespace DePin.Sdk.Chains.Evm.Sending;

/// <summary>Why a transaction did not do what it was sent for.</summary>
public enum EvmSendError
{
    /// <summary>The contract refused: in the simulation, before anything was spent, or on the chain, where the gas is gone.</summary>
    Reverted,

    /// <summary>The account cannot pay the value and the most that the gas may cost.</summary>
    InsufficientFunds,

    /// <summary>Gas costs more than <see cref="EvmSenderOptions.MaxFeePerGas"/>, and did so for <see cref="EvmSenderOptions.MaxFeeWait"/>. Nothing was sent.</summary>
    FeeTooHigh,

    /// <summary>The key signed nothing, or what it signed belongs to another account. Nothing was sent.</summary>
    SigningFailed,

    /// <summary>The node refuses the transaction for good. Its nonce was given to a transfer of nothing, so it has no effect.</summary>
    Refused,

    /// <summary>The transaction was cancelled, and the cancellation is what the chain holds.</summary>
    Cancelled,

    /// <summary>Another program used the account's nonce: what the chain holds is none of this sender's. An account's key must be used by one sender alone.</summary>
    NonceTaken,

    /// <summary>The transaction is on its way, and its outcome is not known yet: the time for it ran out or the sender was closed. It goes on; the same key joins it.</summary>
    Pending,

    /// <summary>The key names an earlier transaction that does something else.</summary>
    KeyReused,

    /// <summary>No node answers. Nothing was sent.</summary>
    Unavailable,

    /// <summary>The sender's journal failed, and with it the sender. Open a new one, which finds out what became of the transaction.</summary>
    JournalFailed,
}
