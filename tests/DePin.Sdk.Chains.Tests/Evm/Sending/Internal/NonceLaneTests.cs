using DePin.Sdk.Chains.Evm.Sending.Internal;

namespace DePin.Sdk.Chains.Tests.Evm.Sending.Internal;

public sealed class NonceLaneTests
{
    [Fact]
    public void FindGaps_NoncesWithoutASlot_AreThoseFromTheChainsNextOne()
    {
        var lane = new NonceLane();
        foreach (ulong nonce in new ulong[] { 5, 6, 9 })
        {
            lane.Add(new LaneSlot { Nonce = nonce });
        }

        lane.SkipTo(12);

        Assert.Equal([3UL, 4UL, 7UL, 8UL, 10UL, 11UL], lane.FindGaps(3, 100));
        Assert.Equal([3UL, 4UL, 7UL], lane.FindGaps(3, 3));
        Assert.Equal([7UL, 8UL, 10UL, 11UL], lane.FindGaps(6, 100));
        Assert.Empty(lane.FindGaps(12, 100));
        Assert.Empty(lane.FindGaps(20, 100));
        Assert.Equal(12UL, lane.NextNonce);
    }

    [Fact]
    public void SkipTo_LowerNonce_NeverGivesANonceAgain()
    {
        var lane = new NonceLane();
        lane.Add(new LaneSlot { Nonce = 8 });
        lane.SkipTo(3);
        Assert.Equal(9UL, lane.NextNonce);
    }

    [Fact]
    public void Unwatch_BlocksThatAreDeepEnough_AreForgotten()
    {
        var lane = new NonceLane();
        lane.Watch(1, 10);
        lane.Watch(2, 11);
        lane.Unwatch(head: 14, depth: 4);
        Assert.True(lane.IsWatching);
        lane.Unwatch(head: 15, depth: 4);
        Assert.False(lane.IsWatching);
    }
}
