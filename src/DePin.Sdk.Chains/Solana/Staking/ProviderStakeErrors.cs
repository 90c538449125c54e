namespace DePin.Sdk.Chains.Solana.Staking;

/// <summary>Words for the errors of the stake program.</summary>
public static class ProviderStakeErrors
{
    /// <summary>What an error says; null for a number that the program has no error of.</summary>
    public static string? Describe(ProviderStakeError error) => error switch
    {
        ProviderStakeError.MissingSignature => "A signature is missing.",
        ProviderStakeError.WrongAccountCount => "The instruction has too few accounts, or too many.",
        ProviderStakeError.NotAPool => "The account is no pool.",
        ProviderStakeError.NotAStake => "The account is no stake: the key is not registered with the pool.",
        ProviderStakeError.NotAReceipt => "The account is no receipt that was shown.",
        ProviderStakeError.NotACase => "The account is no case.",
        ProviderStakeError.AddressMismatch => "The account is not at the address that its seeds give.",
        ProviderStakeError.WrongMint => "The mint is not the pool's, or not of SPL Token.",
        ProviderStakeError.WrongVault => "The vault is not the pool's.",
        ProviderStakeError.WrongTokenProgram => "The token program is not SPL Token.",
        ProviderStakeError.WrongTokenAccount => "The token account cannot be used here.",
        ProviderStakeError.WrongPool => "The account is another pool's.",
        ProviderStakeError.WrongStake => "The account is about another stake.",
        ProviderStakeError.InvalidTerms => "The terms are outside of their bounds.",
        ProviderStakeError.PoolKnown => "There is a pool of these terms already.",
        ProviderStakeError.AlreadyRegistered => "The key is registered with the pool already; a key never comes back.",
        ProviderStakeError.BelowMinimumStake => "What is in force would be less than the pool's minimum, and not nothing.",
        ProviderStakeError.InvalidAmount => "The amount is nothing, or more than there is.",
        ProviderStakeError.NotTheProvider => "Only who staked may do this.",
        ProviderStakeError.StillThawing => "Nothing thaws, or not long enough.",
        ProviderStakeError.StakeLocked => "A case is open against the stake.",
        ProviderStakeError.NothingAtStake => "There is no stake, in force or thawing.",
        ProviderStakeError.MissingVerification => "No check of a signature by the Ed25519 program stands right before the instruction.",
        ProviderStakeError.MalformedVerification => "The check of the signature is not of the one layout that counts.",
        ProviderStakeError.WrongKey => "The receipt is not signed by the stake's key, or names another.",
        ProviderStakeError.InvalidReceipt => "What was signed is no receipt.",
        ProviderStakeError.ReceiptKnown => "The reporter has shown this receipt already.",
        ProviderStakeError.DifferentRuns => "The receipts are for different jobs, or different runs of one.",
        ProviderStakeError.SameReceipt => "The receipts are one and the same.",
        ProviderStakeError.NotTheReporter => "Only who showed the receipt may do this.",
        ProviderStakeError.CaseKnown => "There is a case about this job already, or was; once is all.",
        ProviderStakeError.CaseNotOpen => "The case is not open.",
        ProviderStakeError.DifferentChannel => "The terms are not those of the receipts' payment channel.",
        ProviderStakeError.VetoWindowOver => "The veto window is over.",
        ProviderStakeError.VetoWindowNotOver => "The veto window is not over.",
        ProviderStakeError.AlreadyExtended => "The veto window was doubled already.",
        ProviderStakeError.NotTheGuardian => "Only the pool's guardian may do this.",
        ProviderStakeError.NothingToCollect => "The case owes nothing to it, or no longer.",
        ProviderStakeError.WrongBeneficiary => "The token account belongs to somebody else than the case owes.",
        _ => null,
    };
}
