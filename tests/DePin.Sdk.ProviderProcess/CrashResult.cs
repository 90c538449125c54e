using DePin.Sdk.Settlement;

namespace DePin.Sdk.ProviderProcess;

/// <summary>What a run of <see cref="CrashScenario"/> found.</summary>
/// <param name="Cycles">How often the provider was killed.</param>
/// <param name="VouchersAccepted">How many channels' vouchers the provider said it had accepted, summed over the cycles.</param>
/// <param name="VouchersLost">How many of those its journal did not hold after the kill, or held lower.</param>
/// <param name="AnswersCompleted">How many requests of the load ended well.</param>
/// <param name="AnswersFailed">How many ended with an error, as they must when their only provider dies.</param>
/// <param name="HighestAccepted">The highest voucher that was accepted, summed over the channels.</param>
/// <param name="PaidToProvider">What the ledger paid the provider in the end.</param>
/// <param name="OwedByConsumer">What the consumer's journal says was delivered to it.</param>
/// <param name="Ledger">The ledger's totals in the end.</param>
public sealed record CrashResult(
    int Cycles, int VouchersAccepted, int VouchersLost, int AnswersCompleted, int AnswersFailed, Amount HighestAccepted, Amount PaidToProvider, Amount OwedByConsumer, LedgerTotals Ledger)
{
    /// <summary>True when nothing accepted was lost, the provider got at least that, nobody paid more than was owed, and the ledger adds up.</summary>
    public bool IsSound => VouchersAccepted > 0 && VouchersLost == 0 && AnswersCompleted > 0 && PaidToProvider >= HighestAccepted && PaidToProvider <= OwedByConsumer && Ledger.IsConserved;
}
