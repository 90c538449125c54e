using System.Text.Json.Nodes;
using DePin.Sdk.Chains.Evm;
using DePin.Sdk.Chains.Evm.Accounts;
using DePin.Sdk.Chains.Evm.Rpc;
using DePin.Sdk.Settlement;

namespace DePin.Sdk.IntegrationTests.Evm.Settlement;

/// <summary>What goes wrong between a voucher and the money, on a real node: nothing is lost, nothing is paid twice, and every wei is accounted for.</summary>
public sealed class EvmMoneyPathTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    [AnvilFact]
    public Task Reorganization_OfAConfirmedClaim_ClaimsAgain() => WithinAsync(async () =>
    {
        await using var world = await EvmWorld.StartAsync();
        var channel = await world.OpenAsync(1_000);
        await world.Chain.Node.MineAsync(3);
        var result = (await world.Settlement.SettleAsync([await world.SignAsync(channel.Id, 600)], world.Submitter)).Single();
        Assert.Equal(world.Units(600), result.Paid);

        world.Chain.Transport.IsMining = false;
        await world.Chain.Node.CallAsync("anvil_reorg", [2, new JsonArray()]);
        Assert.Equal(world.Units(0), (await world.Settlement.FindChannelAsync(channel.Id))!.Settled);

        // The sender watches what it has reported, and sends the same bytes again.
        world.Chain.Transport.IsMining = true;
        await world.MineUntilAsync(async () => (await world.Settlement.FindChannelAsync(channel.Id))!.Settled == world.Units(600));
        Assert.Equal(600u, await world.BalanceAsync(world.Payee));
        Assert.Equal(999_000u, await world.BalanceAsync(world.Payer));
        Assert.Equal(result.TransactionId, (await world.Chain.Client.GetReceiptAsync(Hash32.Parse(result.TransactionId!)))?.TransactionHash.ToString());
        Assert.Equal(world.Units(0), (await world.Settlement.SettleAsync([await world.SignAsync(channel.Id, 600)], world.Submitter)).Single().Paid);
        await world.AssertConservedAsync();
    });

    [AnvilFact]
    public Task NodeKilled_InTheMiddleOfABatch_SettlesAllOnce() => WithinAsync(async () =>
    {
        await using var world = await EvmWorld.StartAsync(change: options => options.MaxVouchersPerTransaction = 2);
        var vouchers = new List<SignedVoucher>();
        for (byte salt = 1; salt <= 6; salt++)
        {
            vouchers.Add(await world.SignAsync((await world.OpenAsync(1_000, salt)).Id, 100u * salt));
        }

        // A restart keeps the chain as of now; the kill below loses what came later.
        await world.Chain.Node.RestartAsync();
        world.Chain.Transport.IsMining = false;
        var settling = world.Settlement.SettleAsync(vouchers, world.Submitter);
        await EvmWorld.UntilAsync(async () => await world.CountPendingAsync() == 3);
        await world.Chain.Node.CallAsync("anvil_mine", [1]);
        await world.Chain.Node.KillAsync();
        await world.Chain.Node.RestartAsync();
        await world.MineUntilAsync(() => Task.FromResult(settling.IsCompleted));

        var results = await settling;
        Assert.Equal(vouchers.Select(voucher => voucher.Voucher.Cumulative), results.Select(result => result.Paid));
        Assert.All(results, result => Assert.Equal(result.Paid, result.Channel.Settled));

        // The block may have been seen before the node lost it; then the sender puts its transactions back after they were reported.
        await world.MineUntilAsync(async () => await world.BalanceAsync(world.Payee) == 2_100);
        await world.Chain.Node.MineAsync(3);
        Assert.Equal(2_100u, await world.BalanceAsync(world.Payee));
        await world.AssertConservedAsync();
    });

    [AnvilFact]
    public Task Rpc_TimesOutAfterAccepting_SettlesOnce() => WithinAsync(async () =>
    {
        await using var world = await EvmWorld.StartAsync();
        await using var faulty = new FaultyTransport(world.Chain.Transport);
        await using var settlement = await world.Chain.ConnectAsync(new EvmClient(faulty));
        var channel = await world.OpenAsync(1_000);
        int lost = 0;
        faulty.Answered = (requests, answers) => requests.Any(request => request.Method == "eth_sendRawTransaction") && Interlocked.Increment(ref lost) <= 3
            ? throw new EvmRpcException(EvmRpcError.TimedOut, "The node took the transaction and did not answer.", mayHaveBeenReceived: true)
            : answers;

        var result = (await settlement.SettleAsync([await world.SignAsync(channel.Id, 250)], world.Submitter)).Single();
        Assert.Equal((world.Units(250), world.Units(250)), (result.Paid, result.Channel.Settled));
        Assert.True(lost >= 1);
        Assert.Equal(1ul, await world.Chain.Client.GetTransactionCountAsync(world.Submitter.GetEvmAddress()));
        await world.AssertConservedAsync();
    });

    [AnvilFact]
    public Task Outcome_NotSeenInTime_IsUnknownAndFoundLater() => WithinAsync(async () =>
    {
        await using var world = await EvmWorld.StartAsync(change: options => options.Sender.ConfirmationTimeout = TimeSpan.FromSeconds(1));
        var channel = await world.OpenAsync(1_000);
        var voucher = await world.SignAsync(channel.Id, 250);
        world.Chain.Transport.IsMining = false;
        var unknown = await Assert.ThrowsAnyAsync<SettlementException>(() => world.Settlement.SettleAsync([voucher], world.Submitter));
        Assert.True(unknown.MayHaveBeenBroadcast);
        Assert.NotNull(unknown.TransactionId);

        world.Chain.Transport.IsMining = true;
        await EvmWorld.UntilAsync(async () => (await world.Settlement.FindChannelAsync(channel.Id))!.Settled == world.Units(250));
        Assert.True((await world.Chain.Client.GetReceiptAsync(Hash32.Parse(unknown.TransactionId!)))!.Succeeded);
        Assert.Equal(world.Units(0), (await world.Settlement.SettleAsync([voucher], world.Submitter)).Single().Paid);
        await world.AssertConservedAsync();
    });

    [AnvilFact]
    public Task Opening_NotSeenInTime_IsFoundByOpeningAgain() => WithinAsync(async () =>
    {
        await using var world = await EvmWorld.StartAsync(token: null, change: options => options.Sender.ConfirmationTimeout = TimeSpan.FromSeconds(1));
        world.Chain.Transport.IsMining = false;
        var unknown = await Assert.ThrowsAnyAsync<SettlementException>(() => world.OpenAsync(1_000));
        Assert.True(unknown.MayHaveBeenBroadcast);

        // The second opening has the next nonce: the contract opens the channel for the first, refuses the second, and the payer deposits once.
        var again = world.OpenAsync(1_000);
        world.Chain.Transport.IsMining = true;
        var channel = await again;
        Assert.Equal(world.Units(1_000), channel.Deposit);
        Assert.Equal(1_000u, await world.Chain.BalanceAsync(EvmAddress.Zero, world.Chain.Escrow));
        await EvmWorld.UntilAsync(async () => await world.CountPendingAsync() == 0);
        await world.AssertConservedAsync();
    });

    [AnvilTheory]
    [InlineData("eth_getLogs")]
    [InlineData("eth_getBlockByNumber")]
    public Task NodeThatTellsNoMore_AfterTheMoneyMoved_IsNoFailure(string silent) => WithinAsync(async () =>
    {
        await using var world = await EvmWorld.StartAsync(token: null);
        await using var faulty = new FaultyTransport(world.Chain.Transport);
        await using var settlement = await world.Chain.ConnectAsync(new EvmClient(faulty));
        var channels = new[] { await world.OpenAsync(1_000, salt: 1), await world.OpenAsync(1_000, salt: 2) };
        await settlement.SettleAsync([await world.SignAsync(channels[0].Id, 100)], world.Submitter);
        await Task.WhenAll(channels.Select(channel => settlement.FindChannelAsync(channel.Id)));

        // By number the start of the trace is asked for; the latest block is another question.
        faulty.Answered = (requests, answers) => requests.Any(request => request.Method == silent && !System.Text.Encoding.UTF8.GetString(request.Parameters.Span).Contains("latest", StringComparison.Ordinal))
            ? throw new EvmRpcException(EvmRpcError.Unavailable, "The node is gone.")
            : answers;
        var results = await settlement.SettleAsync([await world.SignAsync(channels[0].Id, 250), await world.SignAsync(channels[1].Id, 40)], world.Submitter);
        Assert.Equal([world.Units(150), world.Units(40)], results.Select(result => result.Paid));
        Assert.Equal([world.Units(250), world.Units(40)], results.Select(result => result.Channel.Settled));
        await world.AssertConservedAsync();
    });

    [AnvilFact]
    public Task NodeWithoutTheBlock_ThatAnotherNodeHas_IsAskedForItsLatest() => WithinAsync(async () =>
    {
        await using var world = await EvmWorld.StartAsync(token: null);
        await using var behind = new FaultyTransport(world.Chain.Transport)
        {
            Answered = (requests, answers) => requests.Any(request => request.Method == "eth_call" && !System.Text.Encoding.UTF8.GetString(request.Parameters.Span).Contains("latest", StringComparison.Ordinal))
                ? throw new EvmRpcException(EvmRpcError.UnknownBlock, "header not found")
                : answers,
        };
        await using var settlement = await world.Chain.ConnectAsync(new EvmClient(behind));
        var channel = await settlement.OpenAsync(world.Terms(1_000), world.Payer);
        Assert.Equal(world.Units(1_100), (await settlement.TopUpAsync(channel.Id, world.Units(100), world.Payer)).Deposit);
        Assert.Equal(world.Units(300), (await settlement.SettleAsync([await world.SignAsync(channel.Id, 300)], world.Submitter)).Single().Paid);
        var closing = await settlement.RequestCloseAsync(channel.Id, world.Payer);
        Assert.Equal((ChannelStatus.Closing, world.Units(300)), (closing.Status, closing.Settled));
        var closed = await settlement.CloseAsync(channel.Id, await world.SignAsync(channel.Id, 500), world.Payee);
        Assert.Equal((world.Units(200), world.Units(600)), (closed.Paid, closed.Channel.Refunded));
        await world.AssertConservedAsync();
    });

    [AnvilFact]
    public Task TwoSubmitters_OfTheSameVouchers_PayOnce() => WithinAsync(async () =>
    {
        await using var world = await EvmWorld.StartAsync(token: null);
        var vouchers = new List<SignedVoucher>();
        for (byte salt = 1; salt <= 5; salt++)
        {
            vouchers.Add(await world.SignAsync((await world.OpenAsync(1_000, salt)).Id, 100u * salt));
        }

        world.Chain.Transport.IsMining = false;
        var settling = new[] { world.Submitter, world.Payee, world.Payer }.Select(submitter => world.Settlement.SettleAsync(vouchers, submitter)).ToArray();
        await EvmWorld.UntilAsync(async () => await world.CountPendingAsync() == 3);
        world.Chain.Transport.IsMining = true;
        var results = (await Task.WhenAll(settling)).SelectMany(result => result).ToList();

        Assert.Equal(1_500u, results.Aggregate(UInt128.Zero, (sum, result) => sum + result.Paid.BaseUnits));
        Assert.All(results, result => Assert.Equal(result.Paid.IsZero, result.TransactionId is null));
        Assert.All(results.GroupBy(result => result.Channel.Id), channel => Assert.Equal(2, channel.Count(result => result.Paid.IsZero)));
        await world.AssertConservedAsync();
    });

    [AnvilFact]
    public Task ClosedMeanwhile_TheRowIsPassedOverAndTheResultSaysSo() => WithinAsync(async () =>
    {
        await using var world = await EvmWorld.StartAsync();
        var closing = await world.OpenAsync(1_000, salt: 1);
        var open = await world.OpenAsync(1_000, salt: 2);
        SignedVoucher[] vouchers = [await world.SignAsync(closing.Id, 300), await world.SignAsync(open.Id, 400)];

        // The close pays a higher tip, so that the block has it first.
        world.Chain.Transport.IsMining = false;
        var settling = world.Settlement.SettleAsync(vouchers, world.Submitter);
        await EvmWorld.UntilAsync(async () => await world.CountPendingAsync() == 1);
        await using var hasty = await world.Chain.ConnectAsync(options => options.Sender.MinPriorityFeePerGas = UInt256.Parse("20000000000"));
        var close = hasty.CloseAsync(closing.Id, null, world.Payee);
        await EvmWorld.UntilAsync(async () => await world.CountPendingAsync() == 2);
        world.Chain.Transport.IsMining = true;

        Assert.Equal(world.Units(1_000), (await close).Channel.Refunded);
        var results = await settling;
        Assert.Equal((world.Units(0), ChannelStatus.Closed, null), (results[0].Paid, results[0].Channel.Status, results[0].TransactionId));
        Assert.Equal((world.Units(400), ChannelStatus.Open), (results[1].Paid, results[1].Channel.Status));
        Assert.Equal(400u, await world.BalanceAsync(world.Payee));
        Assert.Equal(999_000u, await world.BalanceAsync(world.Payer));
        await world.AssertConservedAsync();
    });

    private static Task WithinAsync(Func<Task> test) => test().WaitAsync(Limit);
}
