using System.Numerics;
using DePin.Sdk.Chains.Evm;
using DePin.Sdk.Chains.Evm.Sending;
using DePin.Sdk.Chains.Evm.Sending.Internal;

namespace DePin.Sdk.Chains.Tests.Evm.Sending.Internal;

public sealed class FeePolicyTests
{
    private const ulong Gwei = 1_000_000_000;

    [Fact]
    public void Market_TipsOfBlocks_TakesTheirMedianAndTwiceTheBaseFee()
    {
        var policy = new FeePolicy(null, 5UL);

        Assert.Equal(new EvmFees(10 * Gwei, (20 * Gwei) + 5, 5UL, false), policy.Market(10 * Gwei, [1UL, 2UL, 3UL]));
        Assert.Equal(7UL, (ulong)policy.Market(10 * Gwei, [9UL, 7UL, 1UL]).MaxPriorityFeePerGas);
        Assert.Equal(5UL, (ulong)policy.Market(10 * Gwei, []).MaxPriorityFeePerGas);
    }

    [Fact]
    public void Market_BaseFeeBeyondAllBounds_Saturates() =>
        Assert.Equal(UInt256.MaxValue, new FeePolicy(null, 1UL).Market(UInt256.MaxValue, []).MaxFeePerGas);

    [Theory]
    [InlineData(100UL, 21UL, 1UL)]
    [InlineData(21UL, 21UL, 1UL)]
    [InlineData(15UL, 15UL, 1UL)]
    [InlineData(11UL, 11UL, 1UL)]
    public void Offer_Ceiling_IsKeptWhileTheNextBlockMayTakeIt(ulong ceiling, ulong maxFee, ulong tip)
    {
        var policy = new FeePolicy(ceiling, 1UL);
        var offer = policy.Offer(policy.Market(10UL, [1UL]));
        Assert.Equal((maxFee, tip), ((ulong)offer!.Value.MaxFeePerGas, (ulong)offer.Value.MaxPriorityFeePerGas));
    }

    [Fact]
    public void Offer_CeilingBelowTheBaseFeeAndTip_IsNone()
    {
        var policy = new FeePolicy(10UL, 1UL);
        Assert.Null(policy.Offer(policy.Market(10UL, [1UL])));
        Assert.Null(policy.Offer(policy.LegacyMarket(11UL)));
    }

    [Fact]
    public void Replace_AnyFees_RaisesBothByAnEighthWithinTheCeiling()
    {
        var random = new Random(3);
        for (int i = 0; i < 10_000; i++)
        {
            ulong ceiling = (ulong)random.NextInt64(1, 1L << random.Next(2, 62));
            var policy = new FeePolicy(ceiling, UInt256.Zero);
            ulong earlier = (ulong)random.NextInt64(0, (long)ceiling) + 1;
            ulong tip = (ulong)random.NextInt64(0, (long)earlier + 1);
            var market = policy.Market((ulong)random.NextInt64(0, (long)ceiling), [(ulong)random.NextInt64(0, (long)ceiling)]);

            if (policy.Replace(earlier, tip, market) is not { } raised)
            {
                Assert.True((BigInteger)earlier * 1125 > (BigInteger)ceiling * 1000 - 1000);
                continue;
            }

            Assert.True(raised.MaxFeePerGas <= ceiling);
            Assert.True((BigInteger)raised.MaxFeePerGas * 1000 >= (BigInteger)earlier * 1125);
            Assert.True((BigInteger)raised.MaxPriorityFeePerGas * 1000 >= (BigInteger)tip * 1125);
            Assert.True(raised.MaxPriorityFeePerGas <= raised.MaxFeePerGas);
        }
    }

    [Fact]
    public void Replace_OneWei_IsTwo() => Assert.Equal(2UL, (ulong)new FeePolicy(null, UInt256.Zero).Replace(UInt256.One, UInt256.One, default)!.Value.MaxFeePerGas);
}
