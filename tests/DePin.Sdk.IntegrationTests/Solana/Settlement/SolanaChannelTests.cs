using System.Security.Cryptography;
using DePin.Sdk.Chains.Cryptography;
using DePin.Sdk.Chains.Solana;
using DePin.Sdk.Chains.Solana.Channels;
using DePin.Sdk.Chains.Solana.Programs;
using DePin.Sdk.Chains.Solana.Rpc;
using DePin.Sdk.Identity;
using DePin.Sdk.Settlement;
using static DePin.Sdk.IntegrationTests.Solana.Settlement.SolanaTestChain;

namespace DePin.Sdk.IntegrationTests.Solana.Settlement;

/// <summary>What is Solana's own about channels: addresses that are remembered, rent, sponsors, token accounts, and transactions that are packed.</summary>
public sealed class SolanaChannelTests(SharedSolanaChain shared) : IClassFixture<SharedSolanaChain>, IAsyncLifetime
{
    private const ulong Funds = 1_000_000;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private readonly CancellationTokenSource _limit = new(Limit);
    private Ed25519Signer _payer = null!;
    private Ed25519Signer _payee = null!;
    private SolanaAddress _mint;

    private SolanaTestChain Chain => shared.Chain;

    private CancellationToken Token => _limit.Token;

    public async Task InitializeAsync()
    {
        if (SurfpoolFixture.MissingReason is null)
        {
            (_payer, _payee, _mint) = (await Chain.CreateSignerAsync(), await Chain.CreateSignerAsync(), await Chain.CreateMintAsync(canFreeze: true));
            await Chain.SetTokensAsync(AddressOf(_payer), _mint, Funds);
        }
    }

    public Task DisposeAsync()
    {
        _payer?.Dispose();
        _payee?.Dispose();
        _limit.Dispose();
        return Task.CompletedTask;
    }

    [SurfpoolFact]
    public async Task Open_RepeatedAfterARestart_IsTheSameChannelToItsEndAndBeyond()
    {
        var folder = Directory.CreateTempSubdirectory("depin-solana-").FullName;
        OpenChannelRequest request;
        Channel opened;
        await using (var first = await Chain.ConnectAsync(options => options.DataDirectory = folder))
        {
            request = Request(first, 400);
            opened = await first.OpenAsync(request, _payer, Token);
        }

        await using (var second = await Chain.ConnectAsync(options => options.DataDirectory = folder))
        {
            Assert.Equal(opened, await second.OpenAsync(request, _payer, Token));
            await second.CloseAsync(opened.Id, await SignAsync(second, opened, 150, _payer), _payee, Token);
            await Chain.Node.AdvanceSlotsAsync((int)PaymentChannelProgram.OpenSlotWindow + 100, Token);
            Assert.True(await second.ReclaimRentAsync(_payer, Token) >= 1);
        }

        Assert.Null(await Chain.ReadAsync(opened.Id));
        await using (var third = await Chain.ConnectAsync(options => options.DataDirectory = folder))
        {
            var again = await third.OpenAsync(request, _payer, Token);
            Assert.Equal(opened with { Status = ChannelStatus.Closed, Settled = again.Settled, Refunded = again.Refunded }, again);
            Assert.Equal((150UL, 250UL), ((ulong)again.Settled.BaseUnits, (ulong)again.Refunded.BaseUnits));
        }

        Assert.Equal(Funds - 150, await Chain.BalanceAsync(AddressOf(_payer), _mint));
        Directory.Delete(folder, recursive: true);
    }

    [SurfpoolFact]
    public async Task Open_ByAProcessThatRemembersNothing_FindsTheLiveChannel()
    {
        await using var first = await Chain.ConnectAsync();
        var request = Request(first, 400);
        var opened = await first.OpenAsync(request, _payer, Token);
        await using var second = await Chain.ConnectAsync();
        Assert.Equal(opened, await second.OpenAsync(request, _payer, Token));
        Assert.NotEqual(opened.Id, (await second.OpenAsync(request with { Salt = RandomNumberGenerator.GetBytes(32) }, _payer, Token)).Id);
        Assert.Equal(Funds - 800, await Chain.BalanceAsync(AddressOf(_payer), _mint));
    }

    [SurfpoolFact]
    public async Task Find_ChannelThatIsGone_IsToldByItsTransactions()
    {
        Channel closed;
        await using (var settlement = await Chain.ConnectAsync())
        {
            var channel = await settlement.OpenAsync(Request(settlement, 400), _payer, Token);
            await settlement.SettleAsync([await SignAsync(settlement, channel, 90, _payer)], _payee, Token);
            await settlement.TopUpAsync(channel.Id, new Amount(100, settlement.GetAsset(_mint)), _payer, Token);
            await settlement.RequestCloseAsync(channel.Id, _payer, Token);
            closed = (await settlement.SettleAsync([await SignAsync(settlement, channel, 220, _payer)], _payee, Token))[0].Channel;
            await Chain.Node.AdvanceSlotsAsync((int)PaymentChannelProgram.OpenSlotWindow + 100, Token);
            await settlement.ReclaimRentAsync(_payer, Token);
        }

        Assert.Equal((500UL, 220UL, 280UL), ((ulong)closed.Deposit.BaseUnits, (ulong)closed.Settled.BaseUnits, (ulong)closed.Refunded.BaseUnits));
        Assert.Null(await Chain.ReadAsync(closed.Id));
        await using var stranger = await Chain.ConnectAsync();
        Assert.Equal(closed, await stranger.FindChannelAsync(closed.Id, Token));
        Assert.Equal([closed, null], await stranger.FindChannelsAsync([closed.Id, new ChannelId(RandomNumberGenerator.GetBytes(32))], Token));
        Assert.Equal(DePinErrorCode.ChannelState, (await Assert.ThrowsAsync<SettlementException>(() => stranger.CloseAsync(closed.Id, null, _payee, Token))).Code);
    }

    [SurfpoolFact]
    public async Task Settle_SeveralProcessesAtOnce_PayEachUnitOnceAndSaySo()
    {
        await using var one = await Chain.ConnectAsync();
        await using var two = await Chain.ConnectAsync();
        using var stranger = await Chain.CreateSignerAsync();
        var channel = await one.OpenAsync(Request(one, 1_000), _payer, Token);
        var vouchers = await Task.WhenAll(Enumerable.Range(1, 12).Select(i => SignAsync(one, channel, (ulong)i * 10, _payer)));
        var results = await Task.WhenAll(vouchers.SelectMany((voucher, i) => new[]
        {
            Task.Run(() => one.SettleAsync([voucher], _payee, Token), Token),
            Task.Run(() => two.SettleAsync([vouchers[^(i + 1)]], stranger, Token), Token),
        }));
        Assert.Equal(120UL, results.Aggregate(0UL, (sum, result) => sum + (ulong)result[0].Paid.BaseUnits));
        Assert.Equal(120UL, await Chain.BalanceAsync(AddressOf(_payee), _mint));
        Assert.All(results, result => Assert.Equal(result[0].Paid.IsZero, result[0].TransactionId is null));
        Assert.Equal(Funds, await Chain.TotalAsync(_mint));
    }

    [SurfpoolFact]
    public async Task Settle_ManyVouchers_TravelTogether()
    {
        await using var settlement = await Chain.ConnectAsync();
        var channels = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => settlement.OpenAsync(Request(settlement, 100), _payer, Token)));
        await Chain.SetTokensAsync(AddressOf(_payee), _mint, 0);
        await Chain.SetTokensAsync(PaymentChannelProgram.Mainnet.TreasuryOwner, _mint, 0);
        var vouchers = await Task.WhenAll(channels.Select((channel, i) => SignAsync(settlement, channel, (ulong)i + 1, _payer)));
        ulong before = await Chain.Client.GetBalanceAsync(AddressOf(_payee), cancellationToken: Token);
        var results = await settlement.SettleAsync(vouchers, _payee, Token);
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8], results.Select(result => (ulong)result.Paid.BaseUnits));
        Assert.Equal(4, results.Select(result => result.TransactionId).Distinct().Count());
        Assert.Equal(channels.Select(channel => channel.Id), results.Select(result => result.Channel.Id));
        Assert.Equal(36UL, await Chain.BalanceAsync(AddressOf(_payee), _mint));

        // What is reckoned for one is exact, and for many no less than what was spent: 5,000 lamports for each signature.
        var fee = (await settlement.GetSettlementFeeAsync(Token))!;
        ulong spent = before - await Chain.Client.GetBalanceAsync(AddressOf(_payee), cancellationToken: Token);
        Assert.Equal((10_000UL, 62_500UL, 60_000UL), ((ulong)fee.For(1).BaseUnits, (ulong)fee.For(8).BaseUnits, spent));
    }

    [SurfpoolFact]
    public async Task Settle_WithALookupTable_TakesFewerTransactions()
    {
        await using var opener = await Chain.ConnectAsync();
        var channels = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => opener.OpenAsync(Request(opener, 100), _payer, Token)));
        await Chain.SetTokensAsync(AddressOf(_payee), _mint, 0);
        await Chain.SetTokensAsync(PaymentChannelProgram.Mainnet.TreasuryOwner, _mint, 0);

        // What all settlements of a payee in one token name.
        SolanaAddress[] shared =
        [
            _mint, TokenProgram.ProgramId, opener.Program.ProgramId, opener.Program.EventAuthority, Sysvars.Instructions,
            AssociatedTokenAddress.Find(AddressOf(_payee), _mint, TokenProgram.ProgramId), AssociatedTokenAddress.Find(opener.Program.TreasuryOwner, _mint, TokenProgram.ProgramId),
        ];
        await using var sender = await DePin.Sdk.Chains.Solana.Sending.SolanaSender.OpenAsync(Chain.Client, _payer, cancellationToken: Token);
        var table = await new DePin.Sdk.Chains.Solana.LookupTables.SolanaLookupTables(Chain.Client, sender).CreateAsync(shared, Token);
        await using var settlement = await Chain.ConnectAsync(options => options.LookupTables = [table]);
        var vouchers = await Task.WhenAll(channels.Select((channel, i) => SignAsync(settlement, channel, (ulong)i + 1, _payer)));
        var results = await settlement.SettleAsync(vouchers, _payee, Token);
        Assert.Equal([1UL, 2UL, 3UL, 4UL, 5UL, 6UL], results.Select(result => (ulong)result.Paid.BaseUnits));
        Assert.Equal(2, results.Select(result => result.TransactionId).Distinct().Count());
        Assert.Equal(21UL, await Chain.BalanceAsync(AddressOf(_payee), _mint));
    }

    [SurfpoolFact]
    public async Task Settle_TokenAccountOfThePayee_IsMadeWhereMissingAndRefusedWhereFrozen()
    {
        await using var settlement = await Chain.ConnectAsync();
        var channel = await settlement.OpenAsync(Request(settlement, 400), _payer, Token);
        Assert.Null(await Chain.Client.GetAccountAsync(AssociatedTokenAddress.Find(AddressOf(_payee), _mint, TokenProgram.ProgramId), cancellationToken: Token));
        Assert.Equal(100UL, (ulong)(await settlement.SettleAsync([await SignAsync(settlement, channel, 100, _payer)], _payee, Token))[0].Paid.BaseUnits);

        await Chain.SetTokensAsync(AddressOf(_payee), _mint, 100, isFrozen: true);
        var voucher = await SignAsync(settlement, channel, 150, _payer);
        var refusal = await Assert.ThrowsAsync<SettlementException>(() => settlement.SettleAsync([voucher], _payee, Token));
        Assert.Equal((DePinErrorCode.ChannelState, false), (refusal.Code, refusal.MayHaveBeenBroadcast));
        await Assert.ThrowsAsync<SettlementException>(() => settlement.CloseAsync(channel.Id, voucher, _payee, Token));
        Assert.Equal(100UL, (await Chain.ReadAsync(channel.Id))!.Settled);

        await Chain.SetTokensAsync(AddressOf(_payee), _mint, 100);
        var closed = await settlement.CloseAsync(channel.Id, voucher, _payee, Token);
        Assert.Equal((50UL, 250UL), ((ulong)closed.Paid.BaseUnits, (ulong)closed.Channel.Refunded.BaseUnits));
        Assert.Equal(0UL, await Chain.BalanceAsync(PaymentChannelProgram.Mainnet.TreasuryOwner, _mint));
        Assert.Equal(Funds, await Chain.TotalAsync(_mint));
    }

    [SurfpoolFact]
    public async Task Settle_FrozenEscrow_FixesWhatIsOwedAndPaysWhenItThaws()
    {
        await using var settlement = await Chain.ConnectAsync();
        var channel = await settlement.OpenAsync(Request(settlement, 400), _payer, Token);
        await Chain.SetTokensAsync(AddressOf(_payee), _mint, 0);
        var address = new SolanaAddress(channel.Id.Bytes.Span);
        await Chain.SetTokensAsync(address, _mint, 400, isFrozen: true);
        var voucher = await SignAsync(settlement, channel, 120, _payer);
        var first = (await settlement.SettleAsync([voucher], _payee, Token))[0];
        Assert.Equal((0UL, null, 0UL), ((ulong)first.Paid.BaseUnits, first.TransactionId, (ulong)first.Channel.Settled.BaseUnits));
        Assert.Equal(120UL, (await Chain.ReadAsync(channel.Id))!.Settled);
        Assert.Equal(0UL, (ulong)(await settlement.SettleAsync([voucher], _payee, Token))[0].Paid.BaseUnits);

        // The payer leaves; the payee's last word counts although nothing can be paid.
        await settlement.RequestCloseAsync(channel.Id, _payer, Token);
        var better = await SignAsync(settlement, channel, 150, _payer);
        var last = (await settlement.SettleAsync([better], _payee, Token))[0];
        Assert.Equal((ChannelStatus.Closed, 150UL, 0UL), (last.Channel.Status, (ulong)last.Channel.Settled.BaseUnits, (ulong)last.Paid.BaseUnits));
        await Assert.ThrowsAsync<SettlementException>(() => settlement.CloseAsync(channel.Id, null, _payee, Token));

        await Chain.SetTokensAsync(address, _mint, 400);
        Assert.Equal(150UL, (ulong)(await settlement.CloseAsync(channel.Id, null, _payee, Token)).Paid.BaseUnits);
        Assert.Equal((Funds - 150, 150UL), (await Chain.BalanceAsync(AddressOf(_payer), _mint), await Chain.BalanceAsync(AddressOf(_payee), _mint)));
    }

    [SurfpoolFact]
    public async Task Settle_FrozenPayeeWhileClosing_KeepsWhatIsOwedOutOfThePayersHands()
    {
        await using var settlement = await Chain.ConnectAsync();
        var channel = await settlement.OpenAsync(Request(settlement, 400), _payer, Token);
        await Chain.SetTokensAsync(AddressOf(_payee), _mint, 0, isFrozen: true);
        await settlement.RequestCloseAsync(channel.Id, _payer, Token);
        var result = (await settlement.SettleAsync([await SignAsync(settlement, channel, 120, _payer)], _payee, Token))[0];
        Assert.Equal((ChannelStatus.Closed, 0UL, 120UL, 280UL), (result.Channel.Status, (ulong)result.Paid.BaseUnits, (ulong)result.Channel.Settled.BaseUnits, (ulong)result.Channel.Refunded.BaseUnits));
        await Chain.SetTokensAsync(AddressOf(_payee), _mint, 0);
        Assert.Equal(120UL, (ulong)(await settlement.CloseAsync(channel.Id, null, _payee, Token)).Paid.BaseUnits);
        Assert.Equal(Funds, await Chain.TotalAsync(_mint));
    }

    [SurfpoolFact]
    public async Task Withdraw_PayeeCannotBePaid_TakesThePayersPartAndLeavesThePayees()
    {
        await using var settlement = await Chain.ConnectAsync();
        var channel = await settlement.OpenAsync(Request(settlement, 400), _payer, Token);
        var address = new SolanaAddress(channel.Id.Bytes.Span);
        var voucher = await SignAsync(settlement, channel, 120, _payer);
        var check = Ed25519Program.Verify(AddressOf(_payer), new SolanaSignature(voucher.Signature.Bytes.Span), new PaymentChannelVoucher(address, 120).ToArray());
        await using (var sender = await DePin.Sdk.Chains.Solana.Sending.SolanaSender.OpenAsync(Chain.Client, _payee, cancellationToken: Token))
        {
            await sender.SendAsync(new() { Instructions = [check, settlement.Program.Settle(address)] }, Token);
        }

        await Chain.SetTokensAsync(AddressOf(_payee), _mint, 0, isFrozen: true);
        await settlement.RequestCloseAsync(channel.Id, _payer, Token);
        await Chain.AdvanceAsync(channel.GracePeriod + TimeSpan.FromSeconds(2));
        var withdrawn = await settlement.WithdrawAsync(channel.Id, _payer, Token);
        Assert.Equal((ChannelStatus.Closed, 120UL, 280UL), (withdrawn.Status, (ulong)withdrawn.Settled.BaseUnits, (ulong)withdrawn.Refunded.BaseUnits));
        Assert.Equal(Funds - 120, await Chain.BalanceAsync(AddressOf(_payer), _mint));
        var again = await Assert.ThrowsAsync<SettlementException>(() => settlement.WithdrawAsync(channel.Id, _payer, Token));
        Assert.Equal((DePinErrorCode.ChannelState, false), (again.Code, again.MayHaveBeenBroadcast));

        // The payer's account is of no use either by then, which is not for the payee to wait for: its part has left.
        await Chain.SetTokensAsync(AddressOf(_payee), _mint, 0);
        await Chain.SetTokensAsync(AddressOf(_payer), _mint, Funds - 120, isFrozen: true);
        Assert.Equal(120UL, (ulong)(await settlement.CloseAsync(channel.Id, null, _payee, Token)).Paid.BaseUnits);
        Assert.Equal(Funds, await Chain.TotalAsync(_mint));
    }

    [SurfpoolFact]
    public async Task Close_PayerHasClosedItsTokenAccount_GetsItsRestAllTheSame()
    {
        await using var settlement = await Chain.ConnectAsync();
        var channel = await settlement.OpenAsync(Request(settlement, Funds), _payer, Token);
        var account = AssociatedTokenAddress.Find(AddressOf(_payer), _mint, TokenProgram.ProgramId);
        await Chain.Node.SetAccountAsync(account.ToString(), 0, default, SystemProgram.ProgramId.ToString(), Token);
        var result = await settlement.CloseAsync(channel.Id, await SignAsync(settlement, channel, 1, _payer), _payee, Token);
        Assert.Equal(Funds - 1, (ulong)result.Channel.Refunded.BaseUnits);
        Assert.Equal(Funds - 1, await Chain.BalanceAsync(AddressOf(_payer), _mint));
    }

    [SurfpoolFact]
    public async Task Settle_SettledByAStrangerWhoLeftThePayout_PaysIt()
    {
        await using var settlement = await Chain.ConnectAsync();
        var channel = await settlement.OpenAsync(Request(settlement, 400), _payer, Token);
        var voucher = await SignAsync(settlement, channel, 70, _payer);
        var address = new SolanaAddress(channel.Id.Bytes.Span);
        var check = Ed25519Program.Verify(AddressOf(_payer), new SolanaSignature(voucher.Signature.Bytes.Span), new PaymentChannelVoucher(address, 70).ToArray());
        await using (var sender = await DePin.Sdk.Chains.Solana.Sending.SolanaSender.OpenAsync(Chain.Client, _payer, cancellationToken: Token))
        {
            await sender.SendAsync(new() { Instructions = [check, settlement.Program.Settle(address)] }, Token);
        }

        Assert.Equal((70UL, 0UL), ((await Chain.ReadAsync(channel.Id))!.Settled, (await Chain.ReadAsync(channel.Id))!.PayoutWatermark));
        Assert.True((await settlement.FindChannelAsync(channel.Id, Token))!.Settled.IsZero);
        var result = (await settlement.SettleAsync([voucher], _payee, Token))[0];
        Assert.Equal((70UL, 70UL), ((ulong)result.Paid.BaseUnits, (ulong)result.Channel.Settled.BaseUnits));
        Assert.Equal(70UL, await Chain.BalanceAsync(AddressOf(_payee), _mint));
    }

    [SurfpoolFact]
    public async Task Channel_SealedByAStrangerAfterTheGracePeriod_IsPaidOutByWhoeverComesFirst()
    {
        await using var settlement = await Chain.ConnectAsync();
        var channel = await settlement.OpenAsync(Request(settlement, 400), _payer, Token);
        await settlement.SettleAsync([await SignAsync(settlement, channel, 30, _payer)], _payee, Token);
        await settlement.RequestCloseAsync(channel.Id, _payer, Token);
        await Chain.AdvanceAsync(channel.GracePeriod + TimeSpan.FromSeconds(2));
        using var stranger = await Chain.CreateSignerAsync();
        await using (var sender = await DePin.Sdk.Chains.Solana.Sending.SolanaSender.OpenAsync(Chain.Client, stranger, cancellationToken: Token))
        {
            await sender.SendAsync(new() { Instructions = [settlement.Program.Seal(new SolanaAddress(channel.Id.Bytes.Span))] }, Token);
        }

        var sealedChannel = (await settlement.FindChannelAsync(channel.Id, Token))!;
        Assert.Equal((ChannelStatus.Closed, 370UL), (sealedChannel.Status, (ulong)sealedChannel.Refunded.BaseUnits));
        var late = await SignAsync(settlement, channel, 60, _payer);
        Assert.Equal(DePinErrorCode.ChannelState, (await Assert.ThrowsAsync<SettlementException>(() => settlement.SettleAsync([late], _payee, Token))).Code);
        Assert.Equal(sealedChannel, await settlement.WithdrawAsync(channel.Id, _payer, Token));
        Assert.Equal((Funds - 30, 30UL), (await Chain.BalanceAsync(AddressOf(_payer), _mint), await Chain.BalanceAsync(AddressOf(_payee), _mint)));
        await Assert.ThrowsAsync<SettlementException>(() => settlement.WithdrawAsync(channel.Id, _payer, Token));
    }

    [SurfpoolFact]
    public async Task Find_ChannelWithSharesForOthers_IsNone()
    {
        await using var settlement = await Chain.ConnectAsync();
        ulong slot = await Chain.Client.GetSlotAsync(cancellationToken: Token);
        var terms = new PaymentChannelTerms(AddressOf(_payer), AddressOf(_payee), _mint, AddressOf(_payer), 1, slot);
        var splits = new PaymentChannelSplits(new PaymentChannelSplit(AddressOf(_payer), 9_999));
        await using (var sender = await DePin.Sdk.Chains.Solana.Sending.SolanaSender.OpenAsync(Chain.Client, _payer, cancellationToken: Token))
        {
            await sender.SendAsync(new() { Instructions = [settlement.Program.Open(terms, AddressOf(_payer), TokenProgram.ProgramId, 400, 600, splits)] }, Token);
        }

        var id = new ChannelId(settlement.Program.FindChannel(terms, out _).ToArray());
        Assert.NotNull(await Chain.ReadAsync(id));
        Assert.Null(await settlement.FindChannelAsync(id, Token));
    }

    private OpenChannelRequest Request(SolanaSettlement settlement, ulong deposit) => new()
    {
        Payee = settlement.GetAccount(_payee.PublicKey),
        Deposit = new Amount(deposit, settlement.GetAsset(_mint)),
        GracePeriod = TimeSpan.FromMinutes(10),
        Salt = RandomNumberGenerator.GetBytes(32),
    };
}
