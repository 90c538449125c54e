using DePin.Sdk.Chains.Solana;
using DePin.Sdk.Chains.Solana.Rpc;
using DePin.Sdk.Chains.Solana.Sending.Internal;

namespace DePin.Sdk.Chains.Tests.Solana.Sending.Internal;

public sealed class OutboxRulesTests
{
    private static readonly SolanaHash Ours = new(Enumerable.Repeat((byte)1, 32).ToArray());
    private static readonly SolanaHash Other = new(Enumerable.Repeat((byte)2, 32).ToArray());

    [Theory]
    [InlineData(1_400, 1_155, false)]
    [InlineData(1_400, 1_156, true)]
    [InlineData(999, 1_156, false)]
    public void IsPastItsTime_FinalizedChain_IsPastTheLastBlockAndTheMargin(ulong slot, ulong height, bool expected) =>
        Assert.Equal(expected, OutboxRules.IsPastItsTime(Attempt(), new HeightReading(slot, height), margin: 5));

    [Fact]
    public void IsPastItsTime_Nonce_IsNotByHeight() =>
        Assert.False(OutboxRules.IsPastItsTime(Attempt() with { Nonce = SolanaAddress.Zero }, new HeightReading(9_999, 9_999), margin: 0));

    [Theory]
    [InlineData(1_000, true, true)]
    [InlineData(1_000, false, false)]
    [InlineData(999, true, false)]
    public void IsNonceSpent_AnotherValue_CountsOnlyFromTheSigningOn(ulong slot, bool isOther, bool expected) =>
        Assert.Equal(expected, OutboxRules.IsNonceSpent(Attempt(), new NonceReading(slot, isOther ? Other : Ours, default)));

    [Fact]
    public void IsNonceSpent_AccountIsGone_ItIs() => Assert.True(OutboxRules.IsNonceSpent(Attempt(), new NonceReading(1_000, null, default)));

    [Theory]
    [InlineData(1_199, true, 0, false)] // the node is behind what was seen
    [InlineData(1_200, false, ulong.MaxValue, true)] // it has all of it at hand
    [InlineData(1_279, false, ulong.MaxValue, true)]
    [InlineData(1_280, false, ulong.MaxValue, false)]
    [InlineData(1_280, true, 1_000, true)] // it has it in its history
    [InlineData(1_280, true, 1_001, false)] // its history begins too late
    public void ProvesAbsence_Answer_MustBeLateAndReachBack(ulong slot, bool hasHistory, ulong first, bool expected) =>
        Assert.Equal(expected, OutboxRules.ProvesAbsence(Attempt(), new StatusReading(slot, hasHistory, []), seenAt: 1_200, first));

    [Theory]
    [InlineData(49, false)]
    [InlineData(50, true)]
    public void IsGone_NodeIsBehindTheLanding_SaysNothing(ulong slot, bool expected) =>
        Assert.Equal(expected, OutboxRules.IsGone(new Landing(50, SolanaCommitment.Confirmed, null), new StatusReading(slot, false, [null])));

    [Theory]
    [InlineData(new ulong[0], 75, 0)]
    [InlineData(new ulong[] { 4, 1, 3, 2 }, 75, 3)]
    [InlineData(new ulong[] { 4, 1, 3, 2 }, 100, 4)]
    [InlineData(new ulong[] { 4, 1, 3, 2 }, 0, 1)]
    [InlineData(new ulong[] { 4, 1, 3, 2 }, 1, 1)]
    public void Percentile_Prices_IsThatOfTheBlocks(ulong[] prices, int percentile, ulong expected) => Assert.Equal(expected, PriorityFees.Percentile(prices, percentile));

    [Theory]
    [InlineData(10, 0, 100, 10)]
    [InlineData(10, 20, 100, 30)]
    [InlineData(50, 20, 100, 50)]
    [InlineData(10, 90, 100, 100)]
    [InlineData(0, 0, 100, 0)]
    [InlineData(0, ulong.MaxValue, 100, 100)]
    public void Offer_AfterAnEarlierOne_IsHalfAsMuchAgainUpToTheCeiling(ulong market, ulong earlier, ulong most, ulong expected) =>
        Assert.Equal(expected, PriorityFees.Offer(market, earlier, most));

    private static OutboxAttempt Attempt() => new(default, default, Ours, KnownSlot: 1_000, LastValidBlockHeight: 1_150, Nonce: null, Price: 0);
}
