namespace DePin.Sdk.Chains.Solana.Rpc;

/// <summary>Why an instruction failed. The names are the runtime's.</summary>
public enum SolanaInstructionErrorKind
{
    /// <summary>One that is not listed here; <see cref="SolanaInstructionError.Name"/> has its name.</summary>
    Unknown,

    /// <summary>The program does not say.</summary>
    GenericError,

    /// <summary>An argument is invalid.</summary>
    InvalidArgument,

    /// <summary>The instruction's data is invalid.</summary>
    InvalidInstructionData,

    /// <summary>An account's data is invalid.</summary>
    InvalidAccountData,

    /// <summary>An account's data is too small.</summary>
    AccountDataTooSmall,

    /// <summary>An account has too little.</summary>
    InsufficientFunds,

    /// <summary>The program is another one than was expected.</summary>
    IncorrectProgramId,

    /// <summary>A signature that the program asks for is missing.</summary>
    MissingRequiredSignature,

    /// <summary>The account is in use already.</summary>
    AccountAlreadyInitialized,

    /// <summary>The account is not in use yet.</summary>
    UninitializedAccount,

    /// <summary>Lamports would appear or vanish.</summary>
    UnbalancedInstruction,

    /// <summary>A program gave away an account that it may not.</summary>
    ModifiedProgramId,

    /// <summary>A program spent lamports of an account of another program.</summary>
    ExternalAccountLamportSpend,

    /// <summary>A program changed the data of another program's account.</summary>
    ExternalAccountDataModified,

    /// <summary>The lamports of a read-only account were changed.</summary>
    ReadonlyLamportChange,

    /// <summary>The data of a read-only account was changed.</summary>
    ReadonlyDataModified,

    /// <summary>An account is there twice.</summary>
    DuplicateAccountIndex,

    /// <summary>A program's executable mark was changed.</summary>
    ExecutableModified,

    /// <summary>An account's rent epoch was changed.</summary>
    RentEpochModified,

    /// <summary>The instruction names too few accounts.</summary>
    NotEnoughAccountKeys,

    /// <summary>A program changed the size of an account's data that it may not.</summary>
    AccountDataSizeChanged,

    /// <summary>What is to be executed is no program.</summary>
    AccountNotExecutable,

    /// <summary>An account is borrowed already.</summary>
    AccountBorrowFailed,

    /// <summary>An account is still borrowed at the end.</summary>
    AccountBorrowOutstanding,

    /// <summary>Two views of an account differ.</summary>
    DuplicateAccountOutOfSync,

    /// <summary>An error of the program's own; <see cref="SolanaInstructionError.CustomCode"/> has its number.</summary>
    Custom,

    /// <summary>The program gave an error that is none.</summary>
    InvalidError,

    /// <summary>A program's code was changed.</summary>
    ExecutableDataModified,

    /// <summary>A program's lamports were changed.</summary>
    ExecutableLamportChange,

    /// <summary>A program's account has too little for its rent.</summary>
    ExecutableAccountNotRentExempt,

    /// <summary>The program is not supported.</summary>
    UnsupportedProgramId,

    /// <summary>Programs call each other too deeply.</summary>
    CallDepth,

    /// <summary>An account is missing.</summary>
    MissingAccount,

    /// <summary>A program was called while it was running.</summary>
    ReentrancyNotAllowed,

    /// <summary>A seed of a derived address is too long.</summary>
    MaxSeedLengthExceeded,

    /// <summary>The seeds do not give the address.</summary>
    InvalidSeeds,

    /// <summary>An account's data was resized in a way that is not allowed.</summary>
    InvalidRealloc,

    /// <summary>The compute units are used up.</summary>
    ComputationalBudgetExceeded,

    /// <summary>A program claimed a signature or a write that it was not given.</summary>
    PrivilegeEscalation,

    /// <summary>The program could not be started.</summary>
    ProgramEnvironmentSetupFailure,

    /// <summary>The program crashed.</summary>
    ProgramFailedToComplete,

    /// <summary>The program could not be compiled.</summary>
    ProgramFailedToCompile,

    /// <summary>The account cannot be changed.</summary>
    Immutable,

    /// <summary>The authority is another one.</summary>
    IncorrectAuthority,

    /// <summary>The program could not read or write its data.</summary>
    BorshIoError,

    /// <summary>An account has too little for its rent.</summary>
    AccountNotRentExempt,

    /// <summary>The account belongs to another program.</summary>
    InvalidAccountOwner,

    /// <summary>A number became too large or negative.</summary>
    ArithmeticOverflow,

    /// <summary>The sysvar is not supported.</summary>
    UnsupportedSysvar,

    /// <summary>The owner is not allowed.</summary>
    IllegalOwner,

    /// <summary>Too much data was allocated.</summary>
    MaxAccountsDataAllocationsExceeded,

    /// <summary>There are too many accounts.</summary>
    MaxAccountsExceeded,

    /// <summary>There are too many calls between programs.</summary>
    MaxInstructionTraceLengthExceeded,

    /// <summary>A builtin program used no compute units.</summary>
    BuiltinProgramsMustConsumeComputeUnits,
}
