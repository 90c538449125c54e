using DePin.Sdk.Payments;
using DePin.Sdk.Settlement;
using static DePin.Sdk.Tests.Payments.PaymentWorld;

namespace DePin.Sdk.Tests.Payments;

public sealed class ClaimPlanTests
{
    // What settling costs on a chain at 39,000 + 12,300 gas for each voucher.
    private static readonly SettlementFee Fee = new(Units(39_000), Units(12_300));

    [Fact]
    public void Choose_SettlingIsFree_EverythingGoesInFullBatches()
    {
        var batches = ClaimPlan.Choose([.. Enumerable.Range(0, 250).Select(_ => Candidate(1))], fee: null, isFeeKnown: true, 0.01);
        Assert.Equal([100, 100, 50], batches.Select(batch => batch.Length));
    }

    [Theory]
    [InlineData(5_130_000, 1)] // one percent of it is the fee of a settlement of one
    [InlineData(5_129_900, 0)]
    public void Choose_NothingPresses_ClaimsWhenTheFeeIsWithinItsShare(uint owed, int batches) =>
        Assert.Equal(batches, ClaimPlan.Choose([Candidate(owed)], Fee, isFeeKnown: true, 0.01).Count);

    [Fact]
    public void Choose_ManySmallOnes_AffordTogetherWhatNoneAffordsAlone()
    {
        var small = Candidate(2_000_000); // may spend 20,000: its place, and 7,700 for the rest
        Assert.Empty(ClaimPlan.Choose([.. Enumerable.Repeat(small, 5)], Fee, isFeeKnown: true, 0.01));
        Assert.Equal(6, Assert.Single(ClaimPlan.Choose([.. Enumerable.Repeat(small, 6)], Fee, isFeeKnown: true, 0.01)).Length);
    }

    [Fact]
    public void Choose_OneThatCannotPayForItsPlace_StaysBehind()
    {
        var batch = Assert.Single(ClaimPlan.Choose([Candidate(1_229_000), Candidate(9_000_000)], Fee, isFeeKnown: true, 0.01));
        Assert.Equal(Units(9_000_000), Assert.Single(batch).Owed);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0.5, 0)] // an eighth of the way to the whole: 13.4 percent of 100,000
    [InlineData(0.9, 1)]
    [InlineData(1, 1)]
    public void Choose_Pressing_SpendsMore(double urgency, int batches) =>
        Assert.Equal(batches, ClaimPlan.Choose([Candidate(100_000, urgency)], Fee, isFeeKnown: true, 0.01).Count);

    [Fact]
    public void Choose_FeeAboveWhatItBrings_IsNeverClaimed() =>
        Assert.Empty(ClaimPlan.Choose([Candidate(51_299, urgency: 1, isClosing: true)], Fee, isFeeKnown: true, 0.01));

    [Fact]
    public void Choose_FeeUnknown_ClaimsWhatPressesAlone()
    {
        var batch = Assert.Single(ClaimPlan.Choose([Candidate(1), Candidate(2, 0.99), Candidate(3, 1), Candidate(4, 0.1, isClosing: true)], fee: null, isFeeKnown: false, 0.01));
        Assert.Equal([Units(3), Units(4)], batch.Select(candidate => candidate.Owed));
    }

    [Fact]
    public void Choose_AmountsAtTheLimit_DoNotOverflow()
    {
        var huge = Candidate(UInt128.MaxValue, urgency: 1);
        Assert.Equal(2, Assert.Single(ClaimPlan.Choose([huge, huge], Fee, isFeeKnown: true, 1)).Length);
    }

    [Fact]
    public void Choose_AnyCandidates_NeverSpendsMoreThanTheyMay()
    {
        var random = new Random(17);
        for (int round = 0; round < 2_000; round++)
        {
            var fee = new SettlementFee(Units((UInt128)random.NextInt64(0, 1 << 20)), Units((UInt128)random.NextInt64(0, 1 << 20)));
            var candidates = Enumerable.Range(0, random.Next(0, 230)).Select(_ => Candidate((UInt128)(1L << random.Next(0, 40)), random.NextDouble() * 1.2)).ToList();
            var batches = ClaimPlan.Choose(candidates, fee, isFeeKnown: true, 0.02);
            Assert.Equal(batches.Sum(batch => batch.Length), batches.SelectMany(batch => batch).Distinct().Count());
            Assert.All(batches, batch =>
            {
                Assert.InRange(batch.Length, 1, ClaimPlan.BatchSize);
                Assert.True(batch.Aggregate(Units(0), (sum, candidate) => sum + candidate.Owed) >= fee.For(batch.Length));
            });
        }
    }

    private static ClaimCandidate Candidate(UInt128 owed, double urgency = 0, bool isClosing = false)
    {
        var id = new ChannelId(new byte[32]);
        var account = AccountId.Parse("eip155:1:0x00000000000000000000000000000000000000aa");
        var channel = new Channel
        {
            Id = id,
            Payer = account,
            Payee = account,
            VoucherKey = default,
            Deposit = Units(UInt128.MaxValue),
            Settled = Units(0),
            Refunded = Units(0),
            GracePeriod = Grace,
            Status = isClosing ? ChannelStatus.Closing : ChannelStatus.Open,
        };
        return new ClaimCandidate(new JournalEntry(channel, new SignedVoucher(new Voucher(id, Units(owed)), default), Units(0)), urgency, isClosing);
    }
}
