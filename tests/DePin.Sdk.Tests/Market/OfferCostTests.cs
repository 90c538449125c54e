using DePin.Sdk.Jobs;
using DePin.Sdk.Market;
using DePin.Sdk.Testing.Market;

namespace DePin.Sdk.Tests.Market;

public sealed class OfferCostTests
{
    [Fact]
    public void TryCompute_AnyPriceAndUsage_AgreesWithCostOf()
    {
        var random = new Random(3);
        int overflows = 0;
        for (int i = 0; i < 20_000; i++)
        {
            var price = new TokenPrice(new Amount(Wide(random), SampleOffers.Asset), new Amount(Wide(random), SampleOffers.Asset));
            var usage = new JobUsage(random.NextInt64() >> random.Next(64), random.NextInt64() >> random.Next(64));
            UInt128? expected = null;
            try
            {
                expected = price.CostOf(usage).BaseUnits;
            }
            catch (OverflowException)
            {
                overflows++;
            }

            bool fits = OfferCost.TryCompute(price, usage, out var cost);

            Assert.Equal(expected is not null, fits);
            Assert.Equal(expected ?? UInt128.MaxValue, fits ? cost : UInt128.MaxValue);
        }

        Assert.InRange(overflows, 100, 19_900);
    }

    private static UInt128 Wide(Random random) => new UInt128((ulong)random.NextInt64() << 1, (ulong)random.NextInt64() << 1) >> random.Next(128);
}
