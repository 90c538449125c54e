namespace DePin.Sdk.Chains.Solana.Rpc;

/// <summary>Why the runtime refused a transaction or undid it. The names are the runtime's.</summary>
public enum SolanaTransactionErrorKind
{
    /// <summary>One that is not listed here; <see cref="SolanaTransactionError.Name"/> has its name.</summary>
    Unknown,

    /// <summary>An account is being processed by another transaction.</summary>
    AccountInUse,

    /// <summary>An account is named twice.</summary>
    AccountLoadedTwice,

    /// <summary>An account to be debited does not exist; often a fee payer without funds.</summary>
    AccountNotFound,

    /// <summary>A program does not exist.</summary>
    ProgramAccountNotFound,

    /// <summary>The fee payer cannot pay the fee.</summary>
    InsufficientFundsForFee,

    /// <summary>The fee payer is no account that can pay fees.</summary>
    InvalidAccountForFee,

    /// <summary>This very transaction is on the chain already.</summary>
    AlreadyProcessed,

    /// <summary>The blockhash is unknown or too old.</summary>
    BlockhashNotFound,

    /// <summary>An instruction failed; <see cref="SolanaTransactionError.Instruction"/> says how.</summary>
    InstructionError,

    /// <summary>Programs call each other too deeply.</summary>
    CallChainTooDeep,

    /// <summary>The fee payer has not signed.</summary>
    MissingSignatureForFee,

    /// <summary>An instruction names an account that the message has not.</summary>
    InvalidAccountIndex,

    /// <summary>A signature is wrong.</summary>
    SignatureFailure,

    /// <summary>A program cannot be executed.</summary>
    InvalidProgramForExecution,

    /// <summary>The message contradicts itself.</summary>
    SanitizeFailure,

    /// <summary>The cluster takes no transactions now.</summary>
    ClusterMaintenance,

    /// <summary>An account is still borrowed at the end.</summary>
    AccountBorrowOutstanding,

    /// <summary>The block has no room for it.</summary>
    WouldExceedMaxBlockCostLimit,

    /// <summary>The version of the message is not supported.</summary>
    UnsupportedVersion,

    /// <summary>An account that cannot be written is marked as writable.</summary>
    InvalidWritableAccount,

    /// <summary>The block has no room for more writes to an account.</summary>
    WouldExceedMaxAccountCostLimit,

    /// <summary>The block has no room for so much new data.</summary>
    WouldExceedAccountDataBlockLimit,

    /// <summary>Too many accounts are named.</summary>
    TooManyAccountLocks,

    /// <summary>A lookup table does not exist.</summary>
    AddressLookupTableNotFound,

    /// <summary>A lookup table belongs to another program.</summary>
    InvalidAddressLookupTableOwner,

    /// <summary>A lookup table's content is invalid.</summary>
    InvalidAddressLookupTableData,

    /// <summary>A lookup table has no such entry, or not yet.</summary>
    InvalidAddressLookupTableIndex,

    /// <summary>An account would fall below what rent asks for.</summary>
    InvalidRentPayingAccount,

    /// <summary>The block has no room for more votes.</summary>
    WouldExceedMaxVoteCostLimit,

    /// <summary>The chain has no room for so much data.</summary>
    WouldExceedAccountDataTotalLimit,

    /// <summary>An instruction that may be there once is there twice.</summary>
    DuplicateInstruction,

    /// <summary>An account would be left with less than rent asks for; <see cref="SolanaTransactionError.AccountIndex"/> says which.</summary>
    InsufficientFundsForRent,

    /// <summary>The accounts are larger than the transaction may load.</summary>
    MaxLoadedAccountsDataSizeExceeded,

    /// <summary>The limit of loaded data is zero.</summary>
    InvalidLoadedAccountsDataSizeLimit,

    /// <summary>The transaction changed between two checks.</summary>
    ResanitizationNeeded,

    /// <summary>A program may not be executed now; <see cref="SolanaTransactionError.AccountIndex"/> says which.</summary>
    ProgramExecutionTemporarilyRestricted,

    /// <summary>Lamports would appear or vanish.</summary>
    UnbalancedTransaction,

    /// <summary>The node has no room for a program.</summary>
    ProgramCacheHitMaxLimit,

    /// <summary>The node gave up before it wrote the result.</summary>
    CommitCancelled,
}
