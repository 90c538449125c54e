using System.Numerics;
using DePin.Sdk.Chains.Evm;
using DePin.Sdk.Chains.Evm.Rpc;
using DePin.Sdk.Chains.Evm.Sending;
using DePin.Sdk.Chains.Rpc;

namespace DePin.Sdk.Chains.Tests.Evm.Sending;

/// <summary>Nodes that break, forget, refuse and contradict, and other programs with the same key.</summary>
public sealed class EvmSenderFaultTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task SendAsync_BroadcastOfUnknownOutcome_SendsTheSameBytesAgain(bool isDelivered)
    {
        await using var bench = await SenderBench.OpenAsync();
        await bench.ReopenAsync(FaultyTransport.Times(bench.Chain, 3, "eth_sendRawTransaction", isDelivered ? FaultyTransport.Fault.AfterDelivery : FaultyTransport.Fault.BeforeDelivery));

        await bench.DriveAsync(Task.WhenAll(bench.Sender.SendAsync(SenderBench.Request(1)), bench.Sender.SendAsync(SenderBench.Request(2))));

        Assert.Equal(2, bench.Chain.Mined.Count);
        Assert.Equal(new BigInteger(2), bench.Chain.Balance(SenderBench.Payee));
    }

    [Fact]
    public async Task SendAsync_NodeIsDownForAWhile_GoesOnWhereItStood()
    {
        await using var bench = await SenderBench.OpenAsync();
        bool isDown = false;
        await bench.ReopenAsync(new FaultyTransport(bench.Chain, _ => isDown ? FaultyTransport.Fault.BeforeDelivery : FaultyTransport.Fault.None));
        var sending = bench.Sender.SendAsync(SenderBench.Request(1));
        await Eventually.HoldsAsync(() => bench.Chain.Pooled == 1);
        isDown = true;
        bench.Chain.DropPool();

        await bench.PollAsync(30);
        Assert.False(sending.IsCompleted);
        var refused = await Assert.ThrowsAsync<EvmSendException>(() => bench.Sender.SendAsync(SenderBench.Request(2)));
        Assert.Equal((EvmSendError.Unavailable, false, true), (refused.Error, refused.MayHaveBeenBroadcast, refused.IsTransient));
        isDown = false;

        await bench.DriveAsync(sending);
        Assert.Single(bench.Chain.Mined);
    }

    [Fact]
    public async Task SendAsync_PoolLosesALowerNonce_ClosesTheGap()
    {
        await using var bench = await SenderBench.OpenAsync();
        var sending = Task.WhenAll(Enumerable.Range(0, 10).Select(i => bench.Sender.SendAsync(SenderBench.Request(i))));
        await Eventually.HoldsAsync(() => bench.Chain.Pooled == 10);
        var hashes = bench.Chain.Pending.Select(transaction => transaction.Hash).ToHashSet();
        bench.Chain.DropPool(nonce => nonce is 2 or 5);

        await bench.DriveAsync(sending);

        Assert.Equal(hashes, bench.Chain.Mined.Select(mined => mined.Hash).ToHashSet());
    }

    [Fact]
    public async Task SendAsync_BaseFeeRisesAboveTheOffer_IsReplacedAtTheMarketPrice()
    {
        await using var bench = await SenderBench.OpenAsync();
        var sending = Task.WhenAll(Enumerable.Range(0, 5).Select(i => bench.Sender.SendAsync(SenderBench.Request(i))));
        await Eventually.HoldsAsync(() => bench.Chain.Pooled == 5);
        bench.Chain.BaseFee = 40_000_000_000UL;

        await bench.DriveAsync(sending);

        Assert.Equal(5, bench.Chain.Mined.Count);
        Assert.All(bench.Chain.Mined, mined => Assert.Equal(81_000_000_000UL, (ulong)mined.Transaction.MaxFeePerGas));
        Assert.Equal(new BigInteger(5), bench.Chain.Balance(SenderBench.Payee));
    }

    [Fact]
    public async Task SendAsync_FirstAttemptIsMinedAfterItsReplacement_CountsOnce()
    {
        await using var bench = await SenderBench.OpenAsync();
        var sending = bench.Sender.SendAsync(SenderBench.Request(1));
        await Eventually.HoldsAsync(() => bench.Chain.Pooled == 1);
        var first = Assert.Single(bench.Chain.Pending);
        bench.Chain.BaseFee = 40_000_000_000UL;
        await bench.PollAsync(80, () => bench.Chain.Mine());
        bench.Chain.Script = request => request.Method == "eth_sendRawTransaction" ? SimulatedChain.Error("replacement transaction underpriced") : null;
        bench.Chain.BaseFee = 1_000_000_000UL;
        bench.Chain.DropPool();
        bench.Chain.Inject(first);

        if (!sending.IsCompleted)
        {
            await bench.DriveAsync(sending);
        }

        Assert.Single(bench.Chain.Mined);
        Assert.Equal(BigInteger.One, bench.Chain.Balance(SenderBench.Payee));
    }

    [Fact]
    public async Task SendAsync_NodeAsksForMore_IsReplaced()
    {
        await using var bench = await SenderBench.OpenAsync(b => b.Chain.PoolMinTip = 1_200_000_000UL);

        await bench.DriveAsync(bench.Sender.SendAsync(SenderBench.Request(1)));

        Assert.Equal(1_265_625_000UL, (ulong)Assert.Single(bench.Chain.Mined).Transaction.MaxPriorityFeePerGas);
    }

    [Fact]
    public async Task SendAsync_NodeRefusesForGood_IsGivenUpAndTheLaneGoesOn()
    {
        await using var bench = await SenderBench.OpenAsync();
        bench.Chain.Script = request => request.Method == "eth_sendRawTransaction" && !bench.IsCancellation(request) && !SenderBench.Holds(request, SenderBench.Request(2)) ? SimulatedChain.Error("exceeds block gas limit") : null;

        var refused = bench.Sender.SendAsync(SenderBench.Request(1, "a"));
        var good = bench.Sender.SendAsync(SenderBench.Request(2));
        var error = await Assert.ThrowsAsync<EvmSendException>(() => bench.DriveAsync(refused));
        await bench.DriveAsync(good);

        Assert.Equal((EvmSendError.Refused, false), (error.Error, error.MayHaveBeenBroadcast));
        Assert.Contains("exceeds block gas limit", error.Message, StringComparison.Ordinal);
        Assert.Equal(BigInteger.One, bench.Chain.Balance(SenderBench.Payee));
        Assert.Equal(2, bench.Chain.Mined.Count);
        Assert.Equal(EvmSendError.Refused, (await Assert.ThrowsAsync<EvmSendException>(() => bench.DriveAsync(bench.Sender.SendAsync(SenderBench.Request(1, "a"))))).Error);
    }

    [Fact]
    public async Task SendAsync_RefusalsAfterAnUnansweredAttemptElsewhere_AreNoReasonToGiveUp()
    {
        await using var bench = await SenderBench.OpenAsync();
        int refusals = 5;
        bench.Chain.Script = request => request.Method == "eth_sendRawTransaction" && refusals-- > 0
            ? JsonRpcResponse.FromError(new JsonRpcError(-32000, "exceeds block gas limit"), mayHaveBeenReceived: true)
            : null;

        await bench.DriveAsync(bench.Sender.SendAsync(SenderBench.Request(1)));

        Assert.Single(bench.Chain.Mined);
        Assert.Equal(BigInteger.One, bench.Chain.Balance(SenderBench.Payee));
    }

    [Fact]
    public async Task SendAsync_MoneyIsGoneWhenItIsBroadcast_SaysSoAndIsSentLater()
    {
        await using var bench = await SenderBench.OpenAsync();
        int refusals = 1;
        bench.Chain.Script = request => request.Method == "eth_sendRawTransaction" && refusals-- > 0 ? SimulatedChain.Error("insufficient funds for gas * price + value") : null;

        var error = await Assert.ThrowsAsync<EvmSendException>(() => bench.DriveAsync(bench.Sender.SendAsync(SenderBench.Request(1, "a")), () => { }));
        Assert.Equal((EvmSendError.InsufficientFunds, true), (error.Error, error.MayHaveBeenBroadcast));

        var receipt = await bench.DriveAsync(bench.Sender.SendAsync(SenderBench.Request(1, "a")));
        Assert.Equal(error.TransactionId, receipt.TransactionHash.ToString());
        Assert.Single(bench.Chain.Mined);
    }

    [Fact]
    public async Task SendAsync_AnotherProgramTakesTheNonce_SaysSoAndTheLaneGoesOn()
    {
        await using var bench = await SenderBench.OpenAsync();
        var sending = bench.Sender.SendAsync(SenderBench.Request(1, "a"));
        await Eventually.HoldsAsync(() => bench.Chain.Pooled == 1);
        bench.Chain.Inject(bench.Foreign(0));

        var error = await Assert.ThrowsAsync<EvmSendException>(() => bench.DriveAsync(sending));
        await bench.DriveAsync(bench.Sender.SendAsync(SenderBench.Request(2)));

        Assert.Equal(EvmSendError.NonceTaken, error.Error);
        Assert.True(error.MayHaveBeenBroadcast);
        Assert.Equal(2, bench.Chain.Mined.Count);
        Assert.Equal(BigInteger.One, bench.Chain.Balance(SenderBench.Payee));
    }

    [Fact]
    public async Task SendAsync_AnotherProgramsTransactionsWait_GoesBehindThem()
    {
        await using var bench = await SenderBench.OpenAsync(b =>
        {
            b.Chain.Inject(b.Foreign(0));
            b.Chain.Inject(b.Foreign(1));
        });

        await bench.DriveAsync(bench.Sender.SendAsync(SenderBench.Request(1)));

        Assert.Equal(3, bench.Chain.Mined.Count);
        Assert.Equal(2UL, bench.Chain.Mined[2].Transaction.Nonce);
    }

    [Fact]
    public async Task SendAsync_AnotherProgramsTransactionsVanish_FillsTheirNonces()
    {
        await using var bench = await SenderBench.OpenAsync(b =>
        {
            b.Chain.Inject(b.Foreign(0));
            b.Chain.Inject(b.Foreign(1));
        });
        bench.Chain.DropPool();

        await bench.DriveAsync(bench.Sender.SendAsync(SenderBench.Request(1)));

        Assert.Equal(3, bench.Chain.Mined.Count);
        Assert.All(bench.Chain.Mined.Take(2), mined => Assert.Equal((bench.Account, UInt256.Zero), (mined.Transaction.To, mined.Transaction.Value)));
        Assert.Equal(BigInteger.One, bench.Chain.Balance(SenderBench.Payee));
    }

    [Fact]
    public async Task SendAsync_NodeIsSlowerThanThePolls_IsStillSent()
    {
        await using var bench = await SenderBench.OpenAsync();
        bool isSlow = false;
        await bench.ReopenAsync(new FaultyTransport(bench.Chain, requests =>
        {
            if (isSlow && requests.Any(request => request.Method == "eth_getTransactionCount"))
            {
                bench.Clock.Advance(2 * bench.Options.PollInterval);
            }

            return FaultyTransport.Fault.None;
        }));
        var first = bench.Sender.SendAsync(SenderBench.Request(1));
        await Eventually.HoldsAsync(() => bench.Chain.Pooled == 1);
        isSlow = true;

        var second = bench.Sender.SendAsync(SenderBench.Request(2));
        await bench.DriveAsync(Eventually.HoldsAsync(() => bench.Chain.Pooled == 2), () => { });

        isSlow = false;
        await bench.DriveAsync(Task.WhenAll(first, second));
        Assert.Equal(2, bench.Chain.Mined.Count);
    }

    [Fact]
    public async Task SendAsync_NodeTakesSmallBatchesOnly_UsesSmallBatches()
    {
        await using var bench = await SenderBench.OpenAsync();
        int largest = 0;
        await bench.ReopenAsync(new LimitedTransport(bench.Chain, 4, size => largest = Math.Max(largest, size)));

        await bench.DriveAsync(Task.WhenAll(Enumerable.Range(0, 40).Select(i => bench.Sender.SendAsync(SenderBench.Request(i)))));

        Assert.Equal(40, bench.Chain.Mined.Count);
        Assert.InRange(largest, 1, 4);
    }

    private sealed class LimitedTransport(IJsonRpcTransport inner, int most, Action<int> taken) : IJsonRpcTransport
    {
        public Task<IReadOnlyList<JsonRpcResponse>> SendAsync(IReadOnlyList<JsonRpcRequest> requests, CancellationToken cancellationToken = default)
        {
            if (requests.Count > most)
            {
                throw new EvmRpcException(EvmRpcError.LimitExceeded, "batch too large");
            }

            taken(requests.Count);
            return inner.SendAsync(requests, cancellationToken);
        }

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
