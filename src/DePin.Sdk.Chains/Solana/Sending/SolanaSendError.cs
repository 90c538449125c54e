namespace DePin.Sdk.Chains.Solana.Sending;

/// <summary>Why a transaction did not do what it was sent for.</summary>
public enum SolanaSendError
{
    /// <summary>A program refused it in the simulation, or no node takes it. Nothing is on the chain, and nothing was paid.</summary>
    Refused,

    /// <summary>A program refused it on the chain. The fee is spent, and nothing else changed.</summary>
    Failed,

    /// <summary>The fee payer cannot pay the fee. Nothing was sent.</summary>
    InsufficientFunds,

    /// <summary>It does not fit in 1,232 bytes or locks too many accounts. Nothing was sent.</summary>
    TooLarge,

    /// <summary>A key signed nothing, or what it signed is not valid under the public key that it names. Nothing was sent.</summary>
    SigningFailed,

    /// <summary>It certainly has no effect and never will: what it was signed for has expired, on a chain that does not hold it. It can be asked for again, under the same key too.</summary>
    Expired,

    /// <summary>It is on its way, and its outcome is not known yet: the time for it ran out or the sender was closed. It goes on; the same key joins it.</summary>
    Pending,

    /// <summary>It was sent so long ago that the node has forgotten the time: whether the chain holds it cannot be found out there, so that it is not signed again. Open the journal on a node that keeps history.</summary>
    Unknown,

    /// <summary>The key names an earlier transaction that does something else.</summary>
    KeyReused,

    /// <summary>No node answers. Nothing was sent.</summary>
    Unavailable,

    /// <summary>The sender's journal failed, and with it the sender. Open a new one, which finds out what became of the transaction.</summary>
    JournalFailed,
}
