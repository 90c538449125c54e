namespace DePin.Sdk.Chains.Solana.Staking;

/// <summary>The program's own errors, by their numbers; <see cref="ProviderStakeErrors"/> has words for them.</summary>
public enum ProviderStakeError
{
    /// <summary>No error.</summary>
    None = 0,

    /// <summary>A signature is missing.</summary>
    MissingSignature = 1,

    /// <summary>The instruction has too few accounts, or too many.</summary>
    WrongAccountCount = 2,

    /// <summary>The account is no pool.</summary>
    NotAPool = 3,

    /// <summary>The account is no stake: the key is not registered with the pool.</summary>
    NotAStake = 4,

    /// <summary>The account is no receipt that was shown.</summary>
    NotAReceipt = 5,

    /// <summary>The account is no case.</summary>
    NotACase = 6,

    /// <summary>The account is not at the address that its seeds give.</summary>
    AddressMismatch = 7,

    /// <summary>The mint is not the pool's, or not of SPL Token.</summary>
    WrongMint = 8,

    /// <summary>The vault is not the pool's.</summary>
    WrongVault = 9,

    /// <summary>The token program is not SPL Token.</summary>
    WrongTokenProgram = 10,

    /// <summary>The token account cannot be used here.</summary>
    WrongTokenAccount = 11,

    /// <summary>The account is another pool's.</summary>
    WrongPool = 12,

    /// <summary>The account is about another stake.</summary>
    WrongStake = 13,

    /// <summary>The terms are outside of their bounds.</summary>
    InvalidTerms = 20,

    /// <summary>There is a pool of these terms already.</summary>
    PoolKnown = 21,

    /// <summary>The key is registered with the pool already; a key never comes back.</summary>
    AlreadyRegistered = 30,

    /// <summary>What is in force would be less than the pool's minimum, and not nothing.</summary>
    BelowMinimumStake = 31,

    /// <summary>The amount is nothing, or more than there is.</summary>
    InvalidAmount = 32,

    /// <summary>Only who staked may do this.</summary>
    NotTheProvider = 33,

    /// <summary>Nothing thaws, or not long enough.</summary>
    StillThawing = 34,

    /// <summary>A case is open against the stake.</summary>
    StakeLocked = 35,

    /// <summary>There is no stake, in force or thawing.</summary>
    NothingAtStake = 36,

    /// <summary>No check of a signature by the Ed25519 program stands right before the instruction.</summary>
    MissingVerification = 50,

    /// <summary>The check of the signature is not of the one layout that counts.</summary>
    MalformedVerification = 51,

    /// <summary>The receipt is not signed by the stake's key, or names another.</summary>
    WrongKey = 52,

    /// <summary>What was signed is no receipt.</summary>
    InvalidReceipt = 53,

    /// <summary>The reporter has shown this receipt already.</summary>
    ReceiptKnown = 54,

    /// <summary>The receipts are for different jobs, or different runs of one.</summary>
    DifferentRuns = 55,

    /// <summary>The receipts are one and the same.</summary>
    SameReceipt = 56,

    /// <summary>Only who showed the receipt may do this.</summary>
    NotTheReporter = 57,

    /// <summary>There is a case about this job already, or was; once is all.</summary>
    CaseKnown = 70,

    /// <summary>The case is not open.</summary>
    CaseNotOpen = 71,

    /// <summary>The terms are not those of the receipts' payment channel.</summary>
    DifferentChannel = 72,

    /// <summary>The veto window is over.</summary>
    VetoWindowOver = 73,

    /// <summary>The veto window is not over.</summary>
    VetoWindowNotOver = 74,

    /// <summary>The veto window was doubled already.</summary>
    AlreadyExtended = 75,

    /// <summary>Only the pool's guardian may do this.</summary>
    NotTheGuardian = 76,

    /// <summary>The case owes nothing to it, or no longer.</summary>
    NothingToCollect = 77,

    /// <summary>The token account belongs to somebody else than the case owes.</summary>
    WrongBeneficiary = 78,
}
