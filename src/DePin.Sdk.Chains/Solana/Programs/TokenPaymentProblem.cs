namespace DePin.Sdk.Chains.Solana.Programs;

/// <summary>Why a mint or a token account is not fit for payments.</summary>
public enum TokenPaymentProblem
{
    /// <summary>Nothing is wrong.</summary>
    None,

    /// <summary>It is no mint or token account yet.</summary>
    NotInitialized,

    /// <summary>The account was stopped, or the mint's accounts begin stopped.</summary>
    Frozen,

    /// <summary>The account belongs to another mint.</summary>
    OtherMint,

    /// <summary>The account belongs to another wallet.</summary>
    OtherOwner,

    /// <summary>The account takes transfers only with a memo.</summary>
    MemoRequired,

    /// <summary>A part of each transfer is, or can be, withheld.</summary>
    TransferFee,

    /// <summary>The tokens cannot be transferred.</summary>
    NonTransferable,

    /// <summary>A program is called at each transfer and can refuse it.</summary>
    TransferHook,

    /// <summary>Somebody can take the tokens out of everybody's accounts.</summary>
    PermanentDelegate,

    /// <summary>Somebody can stop all transfers.</summary>
    Pausable,

    /// <summary>It has an extension that is not known here.</summary>
    UnknownExtension,
}
