using DePin.Sdk.Jobs;
using DePin.Sdk.Providers.Internal;
using DePin.Sdk.Settlement;
using DePin.Sdk.Testing;

namespace DePin.Sdk.Tests.Providers;

public class ChannelJobsTests
{
    private readonly ManualTimeProvider _time = new();

    private DateTimeOffset InAnHour => _time.GetUtcNow() + TimeSpan.FromHours(1);

    [Fact]
    public void TryAdd_SameJob_OnlyOnceOnEachChannel()
    {
        var jobs = new ChannelJobs(_time);
        var job = JobId.New();

        Assert.True(jobs.TryAdd(Channel(1), job, InAnHour));
        Assert.False(jobs.TryAdd(Channel(1), job, InAnHour));
        Assert.True(jobs.TryAdd(Channel(2), job, InAnHour));
    }

    [Fact]
    public void TryAdd_ProofsAreVoid_TheirRoomIsFree()
    {
        var jobs = new ChannelJobs(_time);
        for (byte i = 0; i < 100; i++)
        {
            jobs.TryAdd(Channel(i), JobId.New(), InAnHour);
        }

        _time.Advance(TimeSpan.FromHours(1));
        jobs.TryAdd(Channel(200), JobId.New(), InAnHour);

        Assert.Equal(1, jobs.Count);
    }

    [Fact]
    public void TryAdd_ManyJobsOnOneChannel_ForgetsItsOldestAndNoneOfAnother()
    {
        var jobs = new ChannelJobs(_time, perChannel: 10);
        var other = JobId.New();
        jobs.TryAdd(Channel(1), other, InAnHour);
        var mine = Enumerable.Range(0, 50).Select(_ => JobId.New()).ToArray();
        Assert.All(mine, job => Assert.True(jobs.TryAdd(Channel(2), job, InAnHour)));

        Assert.Equal(11, jobs.Count);
        Assert.False(jobs.TryAdd(Channel(1), other, InAnHour));
        Assert.All(mine[40..], job => Assert.False(jobs.TryAdd(Channel(2), job, InAnHour)));
    }

    [Fact]
    public void TryAdd_MoreThanAllTheRoom_IsBoundedAndTakesFromTheLargest()
    {
        var jobs = new ChannelJobs(_time, perChannel: 1000, total: 100);
        var few = Enumerable.Range(0, 5).Select(_ => JobId.New()).ToArray();
        Assert.All(few, job => Assert.True(jobs.TryAdd(Channel(1), job, InAnHour)));
        for (int i = 0; i < 1000; i++)
        {
            jobs.TryAdd(Channel((byte)(2 + (i % 4))), JobId.New(), InAnHour);
            Assert.InRange(jobs.Count, 1, 100);
        }

        Assert.All(few, job => Assert.False(jobs.TryAdd(Channel(1), job, InAnHour)));
    }

    private static ChannelId Channel(byte number) => new(Enumerable.Repeat(number, 32).ToArray());
}
