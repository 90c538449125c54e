namespace DePin.Sdk.Chains.Solana.Programs;

/// <summary>What Token-2022 can add to a mint or token account; the values are the program's. Read values may be others: the program gets new ones.</summary>
public enum TokenExtensionType : ushort
{
    /// <summary>None: the list ends.</summary>
    Uninitialized = 0,

    /// <summary>Mint: a part of each transfer is withheld.</summary>
    TransferFeeConfig = 1,

    /// <summary>Account: what was withheld.</summary>
    TransferFeeAmount = 2,

    /// <summary>Mint: somebody may close it.</summary>
    MintCloseAuthority = 3,

    /// <summary>Mint: amounts can be encrypted.</summary>
    ConfidentialTransferMint = 4,

    /// <summary>Account: an encrypted balance.</summary>
    ConfidentialTransferAccount = 5,

    /// <summary>Mint: the state that new accounts begin in.</summary>
    DefaultAccountState = 6,

    /// <summary>Account: its owner cannot change.</summary>
    ImmutableOwner = 7,

    /// <summary>Account: a transfer to it may need a memo.</summary>
    MemoTransfer = 8,

    /// <summary>Mint: tokens cannot be transferred.</summary>
    NonTransferable = 9,

    /// <summary>Mint: shown amounts grow with time.</summary>
    InterestBearingConfig = 10,

    /// <summary>Account: programs may not spend from it on the owner's signature alone.</summary>
    CpiGuard = 11,

    /// <summary>Mint: somebody may move and burn everybody's tokens.</summary>
    PermanentDelegate = 12,

    /// <summary>Account: of a mint that cannot be transferred.</summary>
    NonTransferableAccount = 13,

    /// <summary>Mint: a program is called at each transfer.</summary>
    TransferHook = 14,

    /// <summary>Account: of a mint with such a program.</summary>
    TransferHookAccount = 15,

    /// <summary>Mint: fees of encrypted transfers.</summary>
    ConfidentialTransferFeeConfig = 16,

    /// <summary>Account: withheld fees of encrypted transfers.</summary>
    ConfidentialTransferFeeAmount = 17,

    /// <summary>Mint: where its name is found.</summary>
    MetadataPointer = 18,

    /// <summary>Mint: its name.</summary>
    TokenMetadata = 19,

    /// <summary>Mint: where its group is found.</summary>
    GroupPointer = 20,

    /// <summary>Mint: a group.</summary>
    TokenGroup = 21,

    /// <summary>Mint: where its membership is found.</summary>
    GroupMemberPointer = 22,

    /// <summary>Mint: a membership.</summary>
    TokenGroupMember = 23,

    /// <summary>Mint: encrypted minting and burning.</summary>
    ConfidentialMintBurn = 24,

    /// <summary>Mint: shown amounts are multiplied.</summary>
    ScaledUiAmount = 25,

    /// <summary>Mint: somebody may stop all transfers.</summary>
    Pausable = 26,

    /// <summary>Account: of a mint that may be stopped.</summary>
    PausableAccount = 27,
}
