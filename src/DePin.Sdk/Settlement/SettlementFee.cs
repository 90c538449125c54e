namespace DePin.Sdk.Settlement;

/// <summary>
/// What settling costs the submitter in network fees now: settling n vouchers at once costs <c>PerTransaction + n × PerVoucher</c>, so
/// that the more travel together, the less each costs.
/// </summary>
/// <param name="PerTransaction">What every settlement costs, however many vouchers it carries; in the asset that fees are paid in, on EVM chains the chain's own coin.</param>
/// <param name="PerVoucher">What each voucher adds, in the same asset.</param>
public sealed record SettlementFee(Amount PerTransaction, Amount PerVoucher)
{
    /// <summary>What settling so many vouchers at once costs.</summary>
    /// <exception cref="OverflowException">It is more than an amount can be.</exception>
    public Amount For(int vouchers)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(vouchers);
        return PerTransaction + (PerVoucher * (ulong)vouchers);
    }
}
