using DePin.Sdk.Settlement;

namespace DePin.Sdk.Payments;

/// <summary>
/// Decides what is claimed now. Each voucher may spend a share of what it brings on fees, more the more it presses; a batch is sent when
/// together they can pay for it, and nobody travels in it who cannot pay for the place.
/// </summary>
internal static class ClaimPlan
{
    public const int BatchSize = 100;

    // Shares are counted in millionths: money is not multiplied by floating point.
    private const uint Whole = 1_000_000;

    /// <summary>The batches that are worth sending now.</summary>
    /// <param name="candidates">What could be claimed, in one asset.</param>
    /// <param name="fee">What settling costs, in that asset; null where it is free.</param>
    /// <param name="isFeeKnown">False when it costs something that cannot be said in that asset.</param>
    /// <param name="maximumFeeShare">The share that a voucher which does not press may spend.</param>
    public static List<ClaimCandidate[]> Choose(IReadOnlyList<ClaimCandidate> candidates, SettlementFee? fee, bool isFeeKnown, double maximumFeeShare)
    {
        if (!isFeeKnown)
        {
            return [.. candidates.Where(candidate => candidate.IsClosing || candidate.Urgency >= 1).OrderByDescending(candidate => candidate.Urgency).Chunk(BatchSize)];
        }

        if (fee is null)
        {
            return [.. candidates.Chunk(BatchSize)];
        }

        UInt128 place = fee.PerVoucher.BaseUnits;
        var affordable = candidates
            .Select(candidate => (Candidate: candidate, Budget: Budget(candidate, maximumFeeShare)))
            .Where(row => row.Budget > UInt128.Zero && row.Budget >= place)
            .OrderByDescending(row => row.Budget);
        var batches = new List<ClaimCandidate[]>();
        foreach (var batch in affordable.Chunk(BatchSize))
        {
            // Each pays for its own place, so that a longer batch affords more than a shorter one: all of it goes, or none.
            UInt128 surplus = batch.Aggregate(UInt128.Zero, (sum, row) => SaturatingMath.Add(sum, row.Budget - place));
            if (surplus >= fee.PerTransaction.BaseUnits)
            {
                batches.Add([.. batch.Select(row => row.Candidate)]);
            }
        }

        return batches;
    }

    // The share grows with the third power: at half the urgency an eighth of the way to the whole, so that cheap moments on the way are still waited for.
    private static UInt128 Budget(ClaimCandidate candidate, double maximumFeeShare)
    {
        double urgency = Math.Clamp(candidate.Urgency, 0, 1);
        double share = maximumFeeShare + ((1 - maximumFeeShare) * urgency * urgency * urgency);
        var (units, millionths) = (candidate.Owed.BaseUnits, (uint)Math.Round(share * Whole));
        return units > UInt128.MaxValue / Whole ? units / Whole * millionths : units * millionths / Whole;
    }
}
