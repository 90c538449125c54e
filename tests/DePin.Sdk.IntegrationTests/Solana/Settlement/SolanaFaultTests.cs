using System.Security.Cryptography;
using DePin.Sdk.Chains.Cryptography;
using DePin.Sdk.Chains.Rpc;
using DePin.Sdk.Chains.Solana;
using DePin.Sdk.Payments;
using DePin.Sdk.Settlement;
using static DePin.Sdk.IntegrationTests.Solana.Settlement.SolanaTestChain;

namespace DePin.Sdk.IntegrationTests.Solana.Settlement;

/// <summary>Servers that die, answers that get lost, blockhashes that expire and clocks that jump: nothing is lost, nothing is paid twice, and all tokens are there in the end.</summary>
public sealed class SolanaFaultTests(SharedSolanaChain shared) : IClassFixture<SharedSolanaChain>, IAsyncLifetime
{
    private const ulong Funds = 1_000_000;
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(10);

    private readonly CancellationTokenSource _limit = new(TimeSpan.FromMinutes(5));
    private readonly string _folder = Directory.CreateTempSubdirectory("depin-faults-").FullName;
    private HttpJsonRpcTransport _transport = null!;
    private FaultyNode _node = null!;
    private Ed25519Signer _payer = null!;
    private Ed25519Signer _payee = null!;
    private SolanaAddress _mint;

    private SolanaTestChain Chain => shared.Chain;

    private CancellationToken Token => _limit.Token;

    public async Task InitializeAsync()
    {
        if (SurfpoolFixture.MissingReason is null)
        {
            _transport = new HttpJsonRpcTransport(Chain.Node.RpcUrl);
            _node = new FaultyNode(_transport);
            (_payer, _payee, _mint) = (await Chain.CreateSignerAsync(), await Chain.CreateSignerAsync(), await Chain.CreateMintAsync());
            await Chain.SetTokensAsync(AddressOf(_payer), _mint, Funds);
        }
    }

    public async Task DisposeAsync()
    {
        if (_transport is not null)
        {
            await _transport.DisposeAsync();
            _payer.Dispose();
            _payee.Dispose();
        }

        _limit.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [SurfpoolFact]
    public async Task ServerKilled_InTheMiddleOfAClaim_PaysEachVoucherOnce()
    {
        await using var settlement = await ConnectAsync("payee");
        var channels = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => settlement.OpenAsync(Request(settlement, 1_000), _payer, Token)));
        var vouchers = await Task.WhenAll(channels.Select((channel, i) => SignAsync(settlement, channel, 100 + (ulong)i, _payer)));
        int sends = 0;
        _node.Sending = async () =>
        {
            // The second of three transactions meets a server that dies before it hears of it, and comes back later.
            if (Interlocked.Increment(ref sends) == 2)
            {
                await Chain.Node.KillAsync(Token);
                _ = Task.Delay(TimeSpan.FromSeconds(1), Token).ContinueWith(_ => Chain.Node.RestartAsync(Token), Token, TaskContinuationOptions.None, TaskScheduler.Default);
            }
        };
        IReadOnlyList<SettlementResult>? results = null;
        ulong paid = 0;
        while (results is null || (await settlement.FindChannelsAsync([.. channels.Select(channel => channel.Id)], Token)).Any(channel => channel!.Settled.IsZero))
        {
            try
            {
                results = await settlement.SettleAsync(vouchers, _payee, Token);
                paid += results.Aggregate(0UL, (sum, result) => sum + (ulong)result.Paid.BaseUnits);
            }
            catch (DePinException problem) when (problem.IsTransient || problem is SettlementException { MayHaveBeenBroadcast: true })
            {
                await Task.Delay(100, Token);
            }
        }

        Assert.Equal(615UL, await Chain.BalanceAsync(AddressOf(_payee), _mint));
        Assert.True(paid <= 615, $"{paid} were said to be paid.");
        await AllIsThereAsync(615);
    }

    [SurfpoolFact]
    public async Task Notifications_ThatAreLost_KeepNobodyWaiting()
    {
        await using var socket = new WebSocketJsonRpcTransport(Chain.Node.WebSocketUrl);
        await using var deaf = new WebSocketJsonRpcTransport(new Uri("ws://127.0.0.1:9"));
        await using var hears = await ConnectAsync("hears", options => options.Sender.Notifications = socket);
        await using var hearsNothing = await ConnectAsync("deaf", options => options.Sender.Notifications = deaf);
        var channel = await hears.OpenAsync(Request(hears, 1_000), _payer, Token);

        // The subscription dies with the server while a transaction is on its way, and what it would have said is never said.
        _node.Sending = async () =>
        {
            _node.Sending = null;
            await Chain.Node.RestartAsync(Token);
        };
        ulong paid = 0;
        foreach (var (settlement, total) in new[] { (hears, 100UL), (hearsNothing, 150UL), (hears, 200UL) })
        {
            paid += (ulong)(await settlement.SettleAsync([await SignAsync(settlement, channel, total, _payer)], _payee, Token))[0].Paid.BaseUnits;
        }

        Assert.Equal(200UL, paid);
        await AllIsThereAsync(200);
    }

    [SurfpoolFact]
    public async Task Blockhash_ExpiresBetweenSigningAndSending_IsSignedAnewAndPaysOnce()
    {
        await using var settlement = await ConnectAsync("payee");
        var channel = await settlement.OpenAsync(Request(settlement, 1_000), _payer, Token);

        // The node says that it has the transaction, and drops it until its blockhash is too old.
        _node.SwallowsSends = true;
        var settling = settlement.SettleAsync([await SignAsync(settlement, channel, 250, _payer)], _payee, Token);
        int before = _node.Sent;
        while (_node.Sent < before + 1)
        {
            await Task.Delay(20, Token);
        }

        await Chain.Node.AdvanceBlocksAsync(200, Token);
        _node.SwallowsSends = false;
        var result = (await settling)[0];
        Assert.Equal((250UL, 250UL), ((ulong)result.Paid.BaseUnits, (ulong)result.Channel.Settled.BaseUnits));
        await AllIsThereAsync(250);
    }

    [SurfpoolFact]
    public async Task EveryTransaction_ReachesTheNodeTwiceWithAnswersLost_DoesItsWorkOnce()
    {
        await using var settlement = await ConnectAsync("all");
        (_node.SendsTwice, _node.LoseSends) = (true, int.MaxValue);
        var channel = await settlement.OpenAsync(Request(settlement, 1_000), _payer, Token);
        channel = await settlement.TopUpAsync(channel.Id, new Amount(500, settlement.GetAsset(_mint)), _payer, Token);
        Assert.Equal(1_500UL, (ulong)channel.Deposit.BaseUnits);
        var settled = (await settlement.SettleAsync([await SignAsync(settlement, channel, 300, _payer)], _payee, Token))[0];
        Assert.Equal(300UL, (ulong)settled.Paid.BaseUnits);
        var closed = await settlement.CloseAsync(channel.Id, await SignAsync(settlement, channel, 400, _payer), _payee, Token);
        Assert.Equal((100UL, 1_100UL), ((ulong)closed.Paid.BaseUnits, (ulong)closed.Channel.Refunded.BaseUnits));
        await AllIsThereAsync(400);
    }

    [SurfpoolFact]
    public async Task Opening_WhoseAnswerIsLostForGood_DepositsOnceAcrossRestarts()
    {
        OpenChannelRequest request;
        await using (var first = await ConnectAsync("payer", options => options.Sender.ConfirmationTimeout = TimeSpan.FromMilliseconds(300)))
        {
            request = Request(first, 1_000);
            _node.SwallowsSends = true;
            var unknown = await Assert.ThrowsAnyAsync<SettlementException>(() => first.OpenAsync(request, _payer, Token));
            Assert.True(unknown.MayHaveBeenBroadcast);
        }

        // A second process asks again while the first one's transaction is still about, and then it arrives after all.
        _node.SwallowsSends = false;
        await using var second = await ConnectAsync("payer");
        var opened = await second.OpenAsync(request, _payer, Token);
        Assert.Equal(opened, await second.OpenAsync(request, _payer, Token));
        await Chain.Node.AdvanceSlotsAsync(200, Token);
        Assert.Equal(Funds - 1_000, await Chain.BalanceAsync(AddressOf(_payer), _mint));
        Assert.Equal(Funds, await Chain.TotalAsync(_mint));
    }

    [SurfpoolFact]
    public async Task Payer_ClosesWhileTheProviderIsDown_IsClaimedFromInTime()
    {
        var channel = await ServeAsync(400);
        await using (var payer = await Chain.ConnectAsync())
        {
            Assert.Equal(ChannelStatus.Closing, (await payer.RequestCloseAsync(channel.Id, _payer, Token)).Status);
        }

        await Chain.AdvanceAsync(Grace * 0.7);
        await RunProviderUntilAsync(async () => await Chain.BalanceAsync(AddressOf(_payee), _mint) == 400);
        await AllIsThereAsync(400);
        await using var look = await Chain.ConnectAsync();
        Assert.Equal(ChannelStatus.Closed, (await look.FindChannelAsync(channel.Id, Token))!.Status);
    }

    [SurfpoolFact]
    public async Task Clock_MovesPastTheGracePeriod_LeavesThePayerItsMoneyAndTheProviderRunning()
    {
        var channel = await ServeAsync(400);
        await using var payer = await Chain.ConnectAsync();
        await payer.RequestCloseAsync(channel.Id, _payer, Token);
        await Chain.AdvanceAsync(Grace + TimeSpan.FromSeconds(5));
        Channel? withdrawn = null;
        await RunProviderUntilAsync(async () =>
        {
            // The provider came too late, and the program lets it settle no more.
            withdrawn ??= await payer.WithdrawAsync(channel.Id, _payer, Token);
            return true;
        });
        Assert.Equal((ChannelStatus.Closed, 1_000UL), (withdrawn!.Status, (ulong)withdrawn.Refunded.BaseUnits));
        await AllIsThereAsync(0);
    }

    [SurfpoolFact]
    public async Task Payer_ClosesAndWithdraws_WhileThePayeeSettles_EachUnitHasOneOwner()
    {
        await using var one = await ConnectAsync("one");
        await using var two = await Chain.ConnectAsync();
        for (int round = 0; round < 4; round++)
        {
            var channel = await one.OpenAsync(Request(one, 1_000), _payer, Token);
            ulong before = await Chain.BalanceAsync(AddressOf(_payee), _mint);
            var vouchers = await Task.WhenAll(Enumerable.Range(1, 5).Select(i => SignAsync(one, channel, (ulong)i * 50, _payer)));
            var tasks = vouchers.Select(voucher => Task.Run(() => PaidAsync(() => one.SettleAsync([voucher], _payee, Token)), Token)).ToList();
            tasks.Add(Task.Run(async () =>
            {
                await two.RequestCloseAsync(channel.Id, _payer, Token);
                return 0UL;
            }, Token));
            tasks.Add(Task.Run(() => PaidAsync(async () => [await two.CloseAsync(channel.Id, vouchers[0], _payee, Token)]), Token));
            var parts = await Task.WhenAll(tasks.Select(IgnoreRefusalAsync));
            ulong paid = parts.Aggregate(0UL, (sum, part) => sum + part);
            var end = (await one.FindChannelAsync(channel.Id, Token))!;
            ulong received = await Chain.BalanceAsync(AddressOf(_payee), _mint) - before;
            Assert.True(paid == received && paid == (ulong)end.Settled.BaseUnits, $"{string.Join(" + ", parts)} were paid, {received} arrived, and {end.Settled.BaseUnits} are settled on a channel that is {end.Status}.");
        }

        Assert.Equal(Funds, await Chain.TotalAsync(_mint));
    }

    private static async Task<ulong> PaidAsync(Func<Task<IReadOnlyList<SettlementResult>>> settle) => (ulong)(await settle())[0].Paid.BaseUnits;

    private static async Task<ulong> IgnoreRefusalAsync(Task<ulong> operation)
    {
        try
        {
            return await operation;
        }
        catch (SettlementException refusal) when (!refusal.MayHaveBeenBroadcast)
        {
            return 0;
        }
    }

    /// <summary>A provider takes a voucher and dies.</summary>
    private async Task<Channel> ServeAsync(ulong owed)
    {
        await using var settlement = await ConnectAsync("payee");
        var channel = await settlement.OpenAsync(Request(settlement, 1_000), _payer, Token);
        await using var journal = SqliteVoucherJournal.Open(Path.Combine(_folder, "vouchers.db"));
        await using var acceptor = new PaymentAcceptor(settlement, _payee, journal, null, Chain.Clock);
        await using var payment = await acceptor.BeginAsync(channel.Id, new Amount(50, settlement.GetAsset(_mint)), Token);
        await payment.AcceptAsync(await SignAsync(settlement, channel, owed, _payer), Token);
        return channel;
    }

    /// <summary>The provider comes back with what it remembers, and works until something is so.</summary>
    private async Task RunProviderUntilAsync(Func<Task<bool>> isSo)
    {
        await using var settlement = await ConnectAsync("payee");
        await using var journal = SqliteVoucherJournal.Open(Path.Combine(_folder, "vouchers.db"));
        await using var acceptor = new PaymentAcceptor(settlement, _payee, journal, new PaymentAcceptorOptions { ClaimInterval = TimeSpan.FromSeconds(1), MinimumGracePeriod = TimeSpan.FromMinutes(1) }, Chain.Clock);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var running = acceptor.RunAsync(end.Token);
        while (!await isSo())
        {
            await Task.Delay(50, Token);
        }

        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        await acceptor.ClaimAsync(Token);
    }

    private Task<SolanaSettlement> ConnectAsync(string who, Action<SolanaSettlementOptions>? configure = null) => Chain.ConnectAsync(
        options =>
        {
            options.DataDirectory = Path.Combine(_folder, who);
            configure?.Invoke(options);
        },
        _node);

    private OpenChannelRequest Request(SolanaSettlement settlement, ulong deposit) => new()
    {
        Payee = settlement.GetAccount(_payee.PublicKey),
        Deposit = new Amount(deposit, settlement.GetAsset(_mint)),
        GracePeriod = Grace,
        Salt = RandomNumberGenerator.GetBytes(32),
    };

    /// <summary>The payee has what it is owed, and all that there ever was is somewhere.</summary>
    private async Task AllIsThereAsync(ulong paid)
    {
        Assert.Equal(paid, await Chain.BalanceAsync(AddressOf(_payee), _mint));
        Assert.Equal(Funds, await Chain.TotalAsync(_mint));
    }
}
