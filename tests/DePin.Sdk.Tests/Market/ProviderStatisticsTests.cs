using DePin.Sdk.Market;
using DePin.Sdk.Testing;
using DePin.Sdk.Testing.Market;

namespace DePin.Sdk.Tests.Market;

public sealed class ProviderStatisticsTests
{
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public void Get_UnknownProvider_IsOptimistic() =>
        Assert.Equal(new ProviderSnapshot(null, 1, 0), new ProviderStatistics(_time).Get(SampleOffers.Key(1)));

    [Fact]
    public void Get_AfterSlowAnswer_RisesAtOnce()
    {
        var statistics = new ProviderStatistics(_time);
        for (int i = 0; i < 20; i++)
        {
            statistics.RecordFirstToken(SampleOffers.Key(1), TimeSpan.FromMilliseconds(10));
        }

        statistics.RecordFirstToken(SampleOffers.Key(1), TimeSpan.FromSeconds(2));

        Assert.Equal(TimeSpan.FromSeconds(2), statistics.Get(SampleOffers.Key(1)).TimeToFirstToken);
    }

    [Fact]
    public void Get_AfterPeakAndTime_SinksTowardsTheMeanButNotBelow()
    {
        var statistics = new ProviderStatistics(_time);
        statistics.RecordFirstToken(SampleOffers.Key(1), TimeSpan.FromMilliseconds(100));
        statistics.RecordFirstToken(SampleOffers.Key(1), TimeSpan.FromSeconds(1));
        var peak = statistics.Get(SampleOffers.Key(1)).TimeToFirstToken!.Value;
        _time.Advance(TimeSpan.FromSeconds(30));
        var later = statistics.Get(SampleOffers.Key(1)).TimeToFirstToken!.Value;
        _time.Advance(TimeSpan.FromMinutes(9));
        var muchLater = statistics.Get(SampleOffers.Key(1)).TimeToFirstToken!.Value;

        Assert.True(peak > later && later > muchLater);
        Assert.InRange(muchLater.TotalSeconds, 0.28, 0.29); // 0.1 and 0.2 of the way to 1
    }

    [Fact]
    public void RecordFirstToken_FastAnswersInNoTime_HardlyLowerThePeak()
    {
        var statistics = new ProviderStatistics(_time);
        statistics.RecordFirstToken(SampleOffers.Key(1), TimeSpan.FromSeconds(1));
        for (int i = 0; i < 50; i++)
        {
            statistics.RecordFirstToken(SampleOffers.Key(1), TimeSpan.FromMilliseconds(1));
        }

        Assert.Equal(TimeSpan.FromSeconds(1), statistics.Get(SampleOffers.Key(1)).TimeToFirstToken);
    }

    [Fact]
    public void Get_LongIdle_IsUnknownAgain()
    {
        var statistics = new ProviderStatistics(_time);
        statistics.RecordFirstToken(SampleOffers.Key(1), TimeSpan.FromSeconds(1));
        _time.Advance(ProviderExperience.ForgetAfter);

        Assert.Null(statistics.Get(SampleOffers.Key(1)).TimeToFirstToken);
    }

    [Fact]
    public void RecordEnd_Failures_LowerTheRateAndFade()
    {
        var statistics = new ProviderStatistics(_time);
        for (int i = 0; i < 5; i++)
        {
            statistics.RecordStart(SampleOffers.Key(1));
            statistics.RecordEnd(SampleOffers.Key(1), succeeded: false);
        }

        double failed = statistics.Get(SampleOffers.Key(1)).SuccessRate;
        _time.Advance(TimeSpan.FromMinutes(5));
        double faded = statistics.Get(SampleOffers.Key(1)).SuccessRate;
        statistics.RecordEnd(SampleOffers.Key(1), succeeded: true);

        Assert.InRange(failed, 0.0, 0.2);
        Assert.InRange(faded, 0.99, 1);
        Assert.True(statistics.Get(SampleOffers.Key(1)).SuccessRate >= faded);
    }

    [Fact]
    public void RecordEnd_WithoutStart_DoesNotGoBelowZero()
    {
        var statistics = new ProviderStatistics(_time);
        statistics.RecordEnd(SampleOffers.Key(1), succeeded: true);
        statistics.RecordStart(SampleOffers.Key(1));

        Assert.Equal(1, statistics.Get(SampleOffers.Key(1)).InFlight);
    }

    [Fact]
    public void RecordStart_BeyondCapacity_ForgetsTheLeastRecentlyUsedIdleOnes()
    {
        var statistics = new ProviderStatistics(_time, capacity: 64);
        statistics.RecordStart(SampleOffers.Key(0));
        for (int i = 1; i < 1000; i++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(1));
            statistics.RecordStart(SampleOffers.Key(i));
            statistics.RecordFirstToken(SampleOffers.Key(i), TimeSpan.FromSeconds(1));
            statistics.RecordEnd(SampleOffers.Key(i), succeeded: true);
            Assert.InRange(statistics.Count, 1, 64);
        }

        Assert.Equal(1, statistics.Get(SampleOffers.Key(0)).InFlight);
        Assert.NotNull(statistics.Get(SampleOffers.Key(999)).TimeToFirstToken);
        Assert.Null(statistics.Get(SampleOffers.Key(1)).TimeToFirstToken);
    }

    [Fact]
    public async Task Record_ManyThreads_CountsExactly()
    {
        var statistics = new ProviderStatistics(_time, capacity: 128);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            for (int i = 0; i < 2000; i++)
            {
                statistics.RecordStart(SampleOffers.Key(i % 16));
                if (i % 2 == 0)
                {
                    statistics.RecordEnd(SampleOffers.Key(i % 16), succeeded: true);
                }
            }
        })));

        Assert.Equal(8 * 1000, Enumerable.Range(0, 16).Sum(i => statistics.Get(SampleOffers.Key(i)).InFlight));
        Assert.Equal(16, statistics.Count);
    }
}
