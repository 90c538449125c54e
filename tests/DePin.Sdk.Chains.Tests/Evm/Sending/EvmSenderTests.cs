using System.Numerics;
using DePin.Sdk.Chains.Evm;
using DePin.Sdk.Chains.Evm.Encoding;
using DePin.Sdk.Chains.Evm.Sending;
using DePin.Sdk.Chains.Evm.Transactions;

namespace DePin.Sdk.Chains.Tests.Evm.Sending;

/// <summary>What a request meets on a node that does what it should.</summary>
public sealed class EvmSenderTests
{
    private static readonly ReadOnlyMemory<byte> Failing = new byte[] { 0xFF, 1, 2, 3 };

    [Fact]
    public async Task SendAsync_OneTransfer_IsMinedAndReported()
    {
        await using var bench = await SenderBench.OpenAsync();

        var receipt = await bench.DriveAsync(bench.Sender.SendAsync(SenderBench.Request(1)));

        var mined = Assert.Single(bench.Chain.Mined);
        Assert.Equal(mined.Hash, receipt.TransactionHash);
        Assert.True(receipt.Succeeded);
        Assert.Equal(bench.Account, mined.RecoverSender());
        Assert.Equal(EvmTransactionType.DynamicFee, mined.Transaction.Type);
        Assert.Equal(0UL, mined.Transaction.Nonce);
        Assert.Equal(62_500UL, mined.Transaction.GasLimit);
        Assert.Equal(BigInteger.One, bench.Chain.Balance(SenderBench.Payee));
        Assert.Equal((10 * SenderBench.Ether) - 1 - (BigInteger)receipt.Fee, bench.Chain.Balance(bench.Account));
    }

    [Fact]
    public async Task SendAsync_ManyAtOnce_TakeConsecutiveNoncesInFewBatches()
    {
        await using var bench = await SenderBench.OpenAsync(b => b.Options.MaxInFlight = 50);

        await bench.DriveAsync(Task.WhenAll(Enumerable.Range(0, 300).Select(i => Task.Run(() => bench.Sender.SendAsync(SenderBench.Request(i))))));

        Assert.Equal(300, bench.Chain.Mined.Count);
        Assert.Equal(Enumerable.Range(0, 300).Select(i => (ulong)i), bench.Chain.Mined.Select(mined => mined.Transaction.Nonce));
        Assert.Equal(300, bench.Chain.Mined.Select(mined => Convert.ToHexString(mined.Transaction.Data.Span)).Distinct().Count());
        Assert.Equal(new BigInteger(300), bench.Chain.Balance(SenderBench.Payee));
        Assert.Equal(300, bench.Chain.Calls.Count(call => call == "eth_sendRawTransaction"));
    }

    [Fact]
    public async Task SendAsync_SimulationReverts_CostsNothingAndSaysWhy()
    {
        await using var bench = await SenderBench.OpenAsync();

        foreach (ulong? gas in new ulong?[] { null, 100_000 })
        {
            var error = await Assert.ThrowsAsync<EvmSendException>(() => bench.Sender.SendAsync(new EvmTransactionRequest { To = SenderBench.Payee, Data = Failing, GasLimit = gas }));

            Assert.Equal(EvmSendError.Reverted, error.Error);
            Assert.Equal("no", error.Revert!.ToString());
            Assert.False(error.MayHaveBeenBroadcast);
            Assert.Equal(DePinErrorCode.SettlementFailed, error.Code);
        }

        Assert.DoesNotContain("eth_sendRawTransaction", bench.Chain.Calls);
        var receipt = await bench.DriveAsync(bench.Sender.SendAsync(SenderBench.Request(1)));
        Assert.Equal(0UL, Assert.Single(bench.Chain.Mined).Transaction.Nonce);
        Assert.True(receipt.Succeeded);
    }

    [Fact]
    public async Task SendAsync_RevertsOnTheChain_SaysWhyWithTheReceipt()
    {
        await using var bench = await SenderBench.OpenAsync(b => b.Options.Simulate = false);
        var request = new EvmTransactionRequest { To = SenderBench.Payee, Data = Failing, GasLimit = 100_000, Key = "claim" };

        var error = await Assert.ThrowsAsync<EvmSendException>(() => bench.DriveAsync(bench.Sender.SendAsync(request)));
        await bench.ReopenAsync();
        var again = await Assert.ThrowsAsync<EvmSendException>(() => bench.DriveAsync(bench.Sender.SendAsync(request with { Key = "other" })));

        Assert.Equal(EvmSendError.Reverted, error.Error);
        Assert.Equal("no", error.Revert!.ToString());
        Assert.False(error.Receipt!.Succeeded);
        Assert.Equal(error.Receipt.TransactionHash.ToString(), error.TransactionId);
        Assert.True(error.MayHaveBeenBroadcast);
        Assert.Equal("no", again.Revert!.ToString());
        Assert.Equal(2, bench.Chain.Mined.Count);
    }

    [Fact]
    public async Task SendAsync_ChainWithoutBaseFee_SendsLegacyTransactions()
    {
        await using var bench = await SenderBench.OpenAsync(b => b.Chain.HasBaseFee = false);

        await bench.DriveAsync(bench.Sender.SendAsync(SenderBench.Request(1)));

        var mined = Assert.Single(bench.Chain.Mined).Transaction;
        Assert.Equal(EvmTransactionType.Legacy, mined.Type);
        Assert.Equal(1_100_000_000UL, (ulong)mined.MaxFeePerGas);
        Assert.Equal(SimulatedChain.ChainId, mined.ChainId);
    }

    [Fact]
    public async Task SendAsync_AccountIsTooPoor_FailsBeforeItSigns()
    {
        await using var bench = await SenderBench.OpenAsync();

        var error = await Assert.ThrowsAsync<EvmSendException>(() => bench.DriveAsync(bench.Sender.SendAsync(SenderBench.Request(1) with { Value = (UInt256)(10 * SenderBench.Ether) })));

        Assert.Equal(EvmSendError.InsufficientFunds, error.Error);
        Assert.Equal(DePinErrorCode.InsufficientFunds, error.Code);
        Assert.False(error.MayHaveBeenBroadcast);
        Assert.Equal(0, bench.Chain.Pooled);
    }

    [Fact]
    public async Task SendAsync_MoneyForOneAtATime_SendsOneAfterTheOther()
    {
        await using var bench = await SenderBench.OpenAsync();
        var request = SenderBench.Request(1) with { Value = (UInt256)(3 * SenderBench.Ether) };

        await bench.DriveAsync(Task.WhenAll(Enumerable.Range(0, 3).Select(_ => bench.Sender.SendAsync(request))));

        Assert.Equal(9 * SenderBench.Ether, bench.Chain.Balance(SenderBench.Payee));
    }

    [Fact]
    public async Task SendAsync_GasAboveTheCeiling_FailsAtOnceOrWaits()
    {
        await using var bench = await SenderBench.OpenAsync(b =>
        {
            b.Options.MaxFeePerGas = 5_000_000_000UL;
            b.Chain.BaseFee = 50_000_000_000UL;
        });

        var error = await Assert.ThrowsAsync<EvmSendException>(() => bench.DriveAsync(bench.Sender.SendAsync(SenderBench.Request(1))));
        Assert.Equal(EvmSendError.FeeTooHigh, error.Error);
        Assert.True(error.IsTransient);

        bench.Options.MaxFeeWait = TimeSpan.FromMinutes(10);
        await bench.ReopenAsync();
        var waiting = bench.Sender.SendAsync(SenderBench.Request(2));
        await bench.PollAsync(20);
        Assert.False(waiting.IsCompleted);
        Assert.Equal(0, bench.Chain.Pooled);
        bench.Chain.BaseFee = 2_000_000_000UL;
        var receipt = await bench.DriveAsync(waiting);
        Assert.True(receipt.EffectiveGasPrice <= 5_000_000_000UL);
        Assert.Equal(5_000_000_000UL, (ulong)Assert.Single(bench.Chain.Mined).Transaction.MaxFeePerGas);
    }

    [Fact]
    public async Task SendAsync_GasStaysAboveTheCeiling_FailsWhenTheWaitIsOver()
    {
        await using var bench = await SenderBench.OpenAsync(b =>
        {
            b.Options.MaxFeePerGas = 5_000_000_000UL;
            b.Options.MaxFeeWait = TimeSpan.FromMinutes(1);
            b.Chain.BaseFee = 50_000_000_000UL;
        });

        var error = await Assert.ThrowsAsync<EvmSendException>(() => bench.DriveAsync(bench.Sender.SendAsync(SenderBench.Request(1))));

        Assert.Equal(EvmSendError.FeeTooHigh, error.Error);
        Assert.False(error.MayHaveBeenBroadcast);
        Assert.DoesNotContain("eth_sendRawTransaction", bench.Chain.Calls);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 3)]
    [InlineData(0, 9)]
    public async Task SendAsync_Finality_IsWaitedFor(int confirmations, int blocks)
    {
        await using var bench = await SenderBench.OpenAsync(b => b.Options.Finality = confirmations == 0 ? EvmFinality.Finalized : EvmFinality.Confirmations(confirmations));
        var sending = bench.Sender.SendAsync(SenderBench.Request(1));
        await Eventually.HoldsAsync(() => bench.Chain.Pooled == 1);

        for (int i = 1; i < blocks; i++)
        {
            await bench.PollAsync(4, () => { });
            bench.Chain.Mine();
            await bench.PollAsync(4, () => { });
            Assert.False(sending.IsCompleted, $"reported after {i} blocks");
        }

        bench.Chain.Mine();
        var receipt = await bench.DriveAsync(sending, () => { });
        Assert.Equal(1UL, receipt.BlockNumber);
        Assert.Equal((ulong)blocks, bench.Chain.Head);
    }

    [Fact]
    public async Task SendAsync_CancelledBeforeItIsSigned_SendsNothing()
    {
        await using var bench = await SenderBench.OpenAsync(b =>
        {
            b.Options.MaxFeePerGas = 5_000_000_000UL;
            b.Options.MaxFeeWait = TimeSpan.FromHours(1);
            b.Chain.BaseFee = 50_000_000_000UL;
        });
        using var stop = new CancellationTokenSource();
        var left = bench.Sender.SendAsync(SenderBench.Request(1, "a"), stop.Token);
        var joined = bench.Sender.SendAsync(SenderBench.Request(1, "a"), stop.Token);
        var stays = bench.Sender.SendAsync(SenderBench.Request(2, "b"));
        await bench.PollAsync(3);

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => joined);
        bench.Chain.BaseFee = 1_000_000_000UL;
        await bench.DriveAsync(stays);

        Assert.Equal(2, Assert.Single(bench.Chain.Mined).Transaction.Data.Span[3]);
        await bench.DriveAsync(bench.Sender.SendAsync(SenderBench.Request(1, "a")));
        Assert.Equal(2, bench.Chain.Mined.Count);
    }

    [Fact]
    public async Task SendAsync_NotFinalInTime_IsPendingAndTheKeyJoinsIt()
    {
        await using var bench = await SenderBench.OpenAsync(b => b.Options.ConfirmationTimeout = TimeSpan.FromSeconds(30));

        var sending = bench.Sender.SendAsync(SenderBench.Request(1, "a"));
        await Eventually.HoldsAsync(() => bench.Chain.Pooled == 1);
        var error = await Assert.ThrowsAsync<EvmSendException>(() => bench.DriveAsync(sending, () => { }, otherTimers: 1));
        Assert.Equal(EvmSendError.Pending, error.Error);
        Assert.True(error.MayHaveBeenBroadcast);
        Assert.NotNull(error.TransactionId);

        var receipt = await bench.DriveAsync(bench.Sender.SendAsync(SenderBench.Request(1, "a")), otherTimers: 1);
        Assert.Equal(error.TransactionId, receipt.TransactionHash.ToString());
        Assert.Single(bench.Chain.Mined);
    }

    [Fact]
    public async Task GetFeesAsync_Market_IsReported()
    {
        await using var bench = await SenderBench.OpenAsync();
        var fees = await bench.Sender.GetFeesAsync();
        Assert.Equal(new EvmFees(1_000_000_000UL, 3_000_000_000UL, 1_000_000_000UL, false), fees);
        Assert.Equal(2_000_000_000UL, (ulong)fees.NextBlockPrice);
    }
}
