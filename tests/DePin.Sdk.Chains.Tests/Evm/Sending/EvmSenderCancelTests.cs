using System.Numerics;
using DePin.Sdk.Chains.Evm.Sending;

namespace DePin.Sdk.Chains.Tests.Evm.Sending;

/// <summary>Cancellations and reorganisations: what is over, and what is not.</summary>
public sealed class EvmSenderCancelTests
{
    [Fact]
    public async Task CancelAsync_InTime_LeavesNoEffect()
    {
        await using var bench = await SenderBench.OpenAsync();
        var sending = bench.Sender.SendAsync(SenderBench.Request(1, "a"));
        await Eventually.HoldsAsync(() => bench.Chain.Pooled == 1);

        var cancelling = bench.Sender.CancelAsync("a");
        await Eventually.HoldsAsync(() => bench.Chain.Pending.Single().Transaction.To == bench.Account);
        Assert.True(await bench.DriveAsync(cancelling));
        var error = await Assert.ThrowsAsync<EvmSendException>(() => sending);

        Assert.Equal((EvmSendError.Cancelled, false), (error.Error, error.MayHaveBeenBroadcast));
        Assert.Equal(BigInteger.Zero, bench.Chain.Balance(SenderBench.Payee));
        Assert.True(await bench.Sender.CancelAsync("a"));
        Assert.Equal(EvmSendError.Cancelled, (await Assert.ThrowsAsync<EvmSendException>(() => bench.Sender.SendAsync(SenderBench.Request(1, "a")))).Error);
        await bench.DriveAsync(bench.Sender.SendAsync(SenderBench.Request(2)));
        Assert.Equal(2, bench.Chain.Mined.Count);
    }

    [Fact]
    public async Task CancelAsync_TooLate_SaysSo()
    {
        await using var bench = await SenderBench.OpenAsync();
        var sending = bench.Sender.SendAsync(SenderBench.Request(1, "a"));
        await Eventually.HoldsAsync(() => bench.Chain.Pooled == 1);
        bench.Chain.Mine();

        Assert.False(await bench.DriveAsync(bench.Sender.CancelAsync("a")));
        Assert.True((await sending).Succeeded);
        Assert.False(await bench.Sender.CancelAsync("a"));
        var error = await Assert.ThrowsAsync<DePinException>(() => bench.Sender.CancelAsync("b"));
        Assert.Equal(DePinErrorCode.InvalidRequest, error.Code);
    }

    [Fact]
    public async Task CancelAsync_NotSignedYet_SendsNothing()
    {
        await using var bench = await SenderBench.OpenAsync(b =>
        {
            b.Options.MaxFeePerGas = 5_000_000_000UL;
            b.Options.MaxFeeWait = TimeSpan.FromHours(1);
            b.Chain.BaseFee = 50_000_000_000UL;
        });
        var sending = bench.Sender.SendAsync(SenderBench.Request(1, "a"));

        Assert.True(await bench.Sender.CancelAsync("a"));

        Assert.Equal(EvmSendError.Cancelled, (await Assert.ThrowsAsync<EvmSendException>(() => sending)).Error);
        Assert.DoesNotContain("eth_sendRawTransaction", bench.Chain.Calls);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task SendAsync_ReorganisationBeforeItIsFinal_IsWaitedForAgain(bool keepsTransactions)
    {
        await using var bench = await SenderBench.OpenAsync(b => b.Options.Finality = EvmFinality.Confirmations(4));
        var sending = bench.Sender.SendAsync(SenderBench.Request(1));
        await Eventually.HoldsAsync(() => bench.Chain.Pooled == 1);
        bench.Chain.Mine(2);
        await bench.PollAsync(3);
        bench.Chain.Reorganise(2, keepsTransactions);
        Assert.Empty(bench.Chain.Mined);

        var receipt = await bench.DriveAsync(sending);

        Assert.Single(bench.Chain.Mined);
        Assert.True(receipt.BlockNumber >= 3);
    }

    [Fact]
    public async Task SendAsync_BlockIsReplacedByOneThatHoldsItToo_ReportsTheLatter()
    {
        await using var bench = await SenderBench.OpenAsync(b => b.Options.Finality = EvmFinality.Confirmations(5));
        var sending = bench.Sender.SendAsync(SenderBench.Request(1));
        await Eventually.HoldsAsync(() => bench.Chain.Pooled == 1);
        bench.Chain.Mine(2);
        await bench.PollAsync(2, () => { });
        bench.Chain.Reorganise(1);
        bench.Chain.Reorganise(3, keepsTransactions: true);
        bench.Chain.Mine();

        var receipt = await bench.DriveAsync(sending);

        Assert.True(receipt.BlockNumber > 1);
        Assert.Single(bench.Chain.Mined);
    }

    [Fact]
    public async Task Reorganisation_AfterItWasReported_SendsTheSameBytesAgain()
    {
        await using var bench = await SenderBench.OpenAsync();
        var first = await bench.DriveAsync(bench.Sender.SendAsync(SenderBench.Request(1, "a")));
        bench.Chain.Reorganise((int)bench.Chain.Head);
        Assert.Empty(bench.Chain.Mined);

        await bench.DriveAsync(Eventually.HoldsAsync(() => bench.Chain.Mined.Count == 1));

        Assert.Equal(first.TransactionHash, Assert.Single(bench.Chain.Mined).Hash);
        var joined = await bench.DriveAsync(bench.Sender.SendAsync(SenderBench.Request(1, "a")));
        Assert.Equal(first.TransactionHash, joined.TransactionHash);
        Assert.Single(bench.Chain.Mined);
    }

    [Fact]
    public async Task Reorganisation_OfWhatWasReportedAsFailed_NeverGivesItAnEffect()
    {
        await using var bench = await SenderBench.OpenAsync(b => b.Options.Simulate = false);
        var request = new EvmTransactionRequest { To = SenderBench.Payee, Data = new byte[] { 0xFF }, GasLimit = 100_000, Key = "a" };
        await Assert.ThrowsAsync<EvmSendException>(() => bench.DriveAsync(bench.Sender.SendAsync(request)));
        bench.Chain.Reorganise((int)bench.Chain.Head);

        await bench.DriveAsync(Eventually.HoldsAsync(() => bench.Chain.Mined.Count == 1));

        Assert.Equal(bench.Account, Assert.Single(bench.Chain.Mined).Transaction.To);
    }
}
