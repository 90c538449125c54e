using DePin.Sdk.Consumers.Internal;

namespace DePin.Sdk.Tests.Consumers;

public sealed class RequestBudgetTests
{
    private static readonly Asset A = Asset.Parse("depin:a/credit:usd");
    private static readonly Asset B = Asset.Parse("depin:b/credit:usd");
    private static readonly Asset C = Asset.Parse("depin:c/credit:usd");

    [Fact]
    public void Remaining_NoLimit_IsAnyAssetAndThenTheFirstOnes()
    {
        var budget = new RequestBudget([]);
        Assert.Equal([null], budget.Remaining);
        Assert.Empty(budget.Spent);
        Assert.Equal(UInt128.MaxValue, budget.Use(A).BaseUnits);
        Assert.Equal([new Amount(UInt128.MaxValue, A)], budget.Remaining);
        Assert.Equal([Amount.Zero(A)], budget.Spent);
    }

    [Fact]
    public void Remaining_NoLimitAndSeveralAccounts_IsAnyAsset()
    {
        var budget = new RequestBudget([], keepsAsset: false);
        budget.Use(A);
        Assert.True(budget.TrySpend(new Amount(5, A)));
        budget.Use(B);
        Assert.True(budget.TrySpend(new Amount(7, B)));
        Assert.Equal([null], budget.Remaining);
        Assert.Equal([new Amount(5, A), new Amount(7, B)], budget.Spent);
    }

    [Fact]
    public void TrySpend_AtTheLimit_IsRefusedBeyondAndCountsNothing()
    {
        var budget = new RequestBudget([new Amount(10, A)]);
        budget.Use(A);
        Assert.True(budget.TrySpend(new Amount(10, A)));
        Assert.False(budget.TrySpend(new Amount(1, A)));
        Assert.Equal([new Amount(10, A)], budget.Spent);
        Assert.Equal([Amount.Zero(A)], budget.Remaining);
    }

    [Fact]
    public void TrySpend_SeveralAssets_KeepToOneLimitTogether()
    {
        var budget = new RequestBudget([new Amount(100, A), new Amount(3, B), new Amount(UInt128.MaxValue, C)]);
        budget.Use(A);
        Assert.True(budget.TrySpend(new Amount(34, A)));

        // 34 % of 3 is a little more than 1: rounded up, so that both together never pass the limit.
        Assert.Equal(new Amount(1, B), budget.Use(B));
        Assert.True(budget.TrySpend(new Amount(1, B)));
        Assert.False(budget.TrySpend(new Amount(1, B)));
        Assert.Equal(new Amount(32, A), budget.Remaining[0]);
        Assert.True(budget.Use(C).BaseUnits < UInt128.MaxValue / 3);
        Assert.True(budget.TrySpend(budget.Remaining[2]!.Value));
        Assert.Equal(Amount.Zero(A), budget.Remaining[0]);
        Assert.Equal(3, budget.Spent.Count);
    }

    [Fact]
    public void TrySpend_AssetWithoutLimit_NothingIsLeftThere()
    {
        var budget = new RequestBudget([new Amount(10, A)]);
        Assert.True(budget.Use(B).IsZero);
        Assert.False(budget.TrySpend(new Amount(1, B)));
        Assert.Equal([new Amount(10, A)], budget.Remaining);
    }

    [Fact]
    public void TrySpend_RandomOrder_SharesNeverPassOne()
    {
        var random = new Random(7);
        for (int round = 0; round < 2_000; round++)
        {
            Amount[] limits = [new((UInt128)random.Next(1, 1000), A), new((UInt128)random.Next(1, 1000), B)];
            var budget = new RequestBudget(limits);
            budget.Use(A);
            budget.Use(B);
            for (int i = 0; i < 20; i++)
            {
                budget.TrySpend(new Amount((UInt128)random.Next(0, 300), random.Next(2) == 0 ? A : B));
            }

            double share = budget.Spent.Sum(spent => (double)spent.BaseUnits / (double)limits.Single(limit => limit.Asset == spent.Asset).BaseUnits);
            Assert.True(share <= 1 + 1e-9, $"{share} of {string.Join(", ", limits)}: {string.Join(", ", budget.Spent)}");
        }
    }
}
