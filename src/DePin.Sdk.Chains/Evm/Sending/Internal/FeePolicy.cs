using System.Numerics;

namespace DePin.Sdk.Chains.Evm.Sending.Internal;

/// <summary>What to offer for gas, and what to offer to replace an earlier offer. Pure arithmetic.</summary>
internal sealed class FeePolicy(UInt256? ceiling, UInt256 minTip)
{
    /// <summary>Nodes take a replacement from 10 % on; some ask for 12.5 %.</summary>
    private const uint ReplacementPerMille = 1_125;

    /// <summary>What the market asks for, from the next block's base fee and the tips that recent blocks took.</summary>
    public EvmFees Market(UInt256 baseFee, IEnumerable<UInt256> tips)
    {
        var sorted = tips.Order().ToArray();
        var tip = sorted.Length == 0 ? minTip : Max(sorted[sorted.Length / 2], minTip);

        // Twice the base fee outlasts six full blocks in a row (EIP-1559: at most 12.5 % more each); what is not needed is not spent.
        return new EvmFees(baseFee, Saturate((2 * (BigInteger)baseFee) + tip), tip, IsLegacy: false);
    }

    /// <summary>What the market asks for where blocks have no base fee. A tenth is added, since the price may have moved by the next block.</summary>
    public EvmFees LegacyMarket(UInt256 gasPrice) => new(UInt256.Zero, Max(Scale(gasPrice, 1_100), minTip), UInt256.Zero, IsLegacy: true);

    /// <summary>Keeps an offer within the ceiling; null when the next block would not take what is left of it.</summary>
    public EvmFees? Offer(EvmFees market)
    {
        if (ceiling is not { } most || market.MaxFeePerGas <= most)
        {
            return market;
        }

        if (market.IsLegacy || market.BaseFeePerGas + minTip > most)
        {
            return null;
        }

        return market with { MaxFeePerGas = most, MaxPriorityFeePerGas = Min(market.MaxPriorityFeePerGas, most - market.BaseFeePerGas) };
    }

    /// <summary>The offer that replaces an earlier one: an eighth more than that, or what the market asks for; null when the ceiling leaves no room for it.</summary>
    public EvmFees? Replace(UInt256 earlierMaxFee, UInt256 earlierTip, EvmFees market)
    {
        var least = Scale(earlierMaxFee, ReplacementPerMille);
        if (ceiling is { } most && least > most)
        {
            return null;
        }

        var maxFee = Max(least, Capped(market.MaxFeePerGas));
        if (market.IsLegacy)
        {
            return market with { MaxFeePerGas = maxFee };
        }

        var tip = Max(Scale(earlierTip, ReplacementPerMille), market.MaxPriorityFeePerGas);
        return market with { MaxFeePerGas = Max(maxFee, Capped(tip)), MaxPriorityFeePerGas = Min(tip, Max(maxFee, Capped(tip))) };
    }

    private UInt256 Capped(UInt256 fee) => ceiling is { } most ? Min(fee, most) : fee;

    // Rounded up, so that a replacement of 1 wei is 2 wei.
    private static UInt256 Scale(UInt256 value, uint perMille) => Saturate((((BigInteger)value * perMille) + 999) / 1_000);

    private static UInt256 Saturate(BigInteger value) => value > UInt256.MaxValue ? UInt256.MaxValue : (UInt256)value;

    private static UInt256 Max(UInt256 a, UInt256 b) => a > b ? a : b;

    private static UInt256 Min(UInt256 a, UInt256 b) => a < b ? a : b;
}
