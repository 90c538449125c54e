namespace DePin.Sdk.Payments;

/// <summary>Something that could be claimed.</summary>
/// <param name="Entry">The channel and its voucher.</param>
/// <param name="Urgency">How much it presses: 0 not at all, 1 at any fee below what it brings.</param>
/// <param name="IsClosing">Whether the payer is leaving.</param>
internal sealed record ClaimCandidate(JournalEntry Entry, double Urgency, bool IsClosing)
{
    /// <summary>What a claim would bring.</summary>
    public Amount Owed => Amount.SubtractOrZero(Entry.Voucher!.Voucher.Cumulative, Entry.Channel.Settled);
}
