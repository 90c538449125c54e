using DePin.Sdk.Jobs;
using DePin.Sdk.Settlement;
using DePin.Sdk.Testing;

namespace DePin.Sdk.Tests.Providers;

public class ProviderDrainTests
{
    [Fact]
    public async Task DrainAsync_JobsRun_RefusesNewOnesAndLetsThemEnd()
    {
        var gate = new ModelGate(1);
        await using var harness = ProviderHarness.Create(new ScriptedChatClient(ScriptedChatClient.Numbered(4)) { BeforeToken = gate.HoldAsync }, running: 1);
        var channel = await harness.OpenChannelAsync();
        await using var running = await harness.StartAsync(channel);
        await gate.ReachedAsync();
        await using var waiting = await harness.StartAsync(channel);
        await waiting.ReadAsync();

        var draining = harness.Runtime.DrainAsync(TimeSpan.FromMinutes(5));

        Assert.True((await waiting.FailAsync(DePinErrorCode.Unavailable)).IsTransient);
        await using var late = await harness.StartAsync(channel);
        Assert.True((await late.FailAsync(DePinErrorCode.Unavailable)).IsTransient);
        Assert.True(harness.Runtime.GetStatus().IsDraining);
        gate.Open();
        Assert.Equal(JobOutcome.Completed, (await running.FinishPayingAsync()).Outcome);
        await draining;
        Assert.Equal(ProviderHarness.Units(4), await harness.Ledger.GetBalanceAsync(harness.Runtime.Payee, LedgerSettlement.Credit));
    }

    [Fact]
    public async Task DrainAsync_TimeIsUp_StopsJobsWithReceiptAndClaims()
    {
        var time = new ManualTimeProvider();
        var gate = new ModelGate(3);
        await using var harness = ProviderHarness.Create(new ScriptedChatClient(ScriptedChatClient.Numbered(9)) { BeforeToken = gate.HoldAsync }, time: time);
        var channel = await harness.OpenChannelAsync();
        await using var running = await harness.StartAsync(channel);
        await gate.ReachedAsync();

        var draining = harness.Runtime.DrainAsync(TimeSpan.FromSeconds(20));
        time.Advance(TimeSpan.FromSeconds(20));
        var receipt = await running.FinishPayingAsync();
        await draining;

        Assert.Equal((JobOutcome.Drained, ProviderHarness.Units(3)), (receipt.Outcome, receipt.Amount));
        Assert.Equal(ProviderHarness.Units(3), await harness.Ledger.GetBalanceAsync(harness.Runtime.Payee, LedgerSettlement.Credit));
    }

    [Fact]
    public async Task DrainAsync_NothingRuns_EndsAtOnce()
    {
        await using var harness = ProviderHarness.Create(new ScriptedChatClient(["Hail."]));

        await harness.Runtime.DrainAsync(TimeSpan.FromHours(1)).WaitAsync(TimeSpan.FromSeconds(30));
        await harness.Runtime.DrainAsync(TimeSpan.FromHours(1)).WaitAsync(TimeSpan.FromSeconds(30));

        Assert.True(harness.Runtime.GetStatus().IsDraining);
    }

    [Fact]
    public async Task DrainAsync_JobWaitsForPayment_BreaksOffWithoutReceiptAndClaims()
    {
        var time = new ManualTimeProvider();
        await using var harness = ProviderHarness.Create(
            new ScriptedChatClient(ScriptedChatClient.Numbered(9)), credit: 3, time: time, configure: o => o.Payments.VoucherTimeout = TimeSpan.FromHours(1));
        var channel = await harness.OpenChannelAsync();
        await using var blocked = await harness.StartAsync(channel);
        await blocked.ReadUntilAsync(() => blocked.Due == 4);
        await blocked.PayAsync(4);
        await blocked.ReadUntilAsync(() => blocked.Due == 8);

        var draining = harness.Runtime.DrainAsync(TimeSpan.FromSeconds(20));
        time.Advance(TimeSpan.FromSeconds(20));

        Assert.True((await blocked.FailAsync(DePinErrorCode.Unavailable)).IsTransient);
        await draining;
        Assert.Null(blocked.Receipt);
        Assert.Equal(7, blocked.Outputs.Count);
        Assert.Equal(ProviderHarness.Units(7), (await harness.Journal.FindAsync(channel.Id))!.Delivered);
        Assert.Equal(ProviderHarness.Units(4), await harness.Ledger.GetBalanceAsync(harness.Runtime.Payee, LedgerSettlement.Credit));
    }
}
