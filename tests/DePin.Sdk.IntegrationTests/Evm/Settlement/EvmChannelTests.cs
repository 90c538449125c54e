using System.Text.Json;
using DePin.Sdk.Chains.Cryptography;
using DePin.Sdk.Chains.Evm;
using DePin.Sdk.Chains.Evm.Accounts;
using DePin.Sdk.Chains.Evm.Encoding;
using DePin.Sdk.Chains.Evm.Escrow;
using DePin.Sdk.Chains.Evm.Rpc;
using DePin.Sdk.Chains.Evm.Sending;
using DePin.Sdk.Chains.Rpc;
using DePin.Sdk.Identity;
using DePin.Sdk.Payments;
using DePin.Sdk.Settlement;

namespace DePin.Sdk.IntegrationTests.Evm.Settlement;

/// <summary>Channels with everything that a chain adds to the ledger's rules: tokens and signers of all kinds, restarts, nodes that lie, the escrow's own grace period.</summary>
public sealed class EvmChannelTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    [AnvilFact]
    public Task PayerCloses_WhileTheProviderIsDown_ItRestartsInsideTheWindowAndIsPaid() => WithinAsync(async () =>
    {
        using var folder = new TempDirectory();
        await using var world = await EvmWorld.StartAsync();
        var channel = await world.OpenAsync(100_000);
        await using (var journal = SqliteVoucherJournal.Open(folder.File("vouchers.db")))
        {
            await journal.SaveChannelAsync(channel);
            await journal.SaveVoucherAsync(await world.SignAsync(channel.Id, 70_000));
        }

        // The provider is gone, and the payer leaves.
        await world.Settlement.RequestCloseAsync(channel.Id, world.Payer);
        await world.Chain.Node.AdvanceTimeAsync(EvmTestChain.GracePeriod / 2);

        await using (var settlement = await world.Chain.ConnectAsync(options => options.DataDirectory = folder.File("provider")))
        {
            await using var journal = SqliteVoucherJournal.Open(folder.File("vouchers.db"));
            await using var acceptor = new PaymentAcceptor(settlement, world.Payee, journal);
            using var stop = new CancellationTokenSource();
            var running = acceptor.RunAsync(stop.Token);
            await EvmWorld.UntilAsync(async () => (await world.Settlement.FindChannelAsync(channel.Id))!.Settled == world.Units(70_000));
            await stop.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        }

        await world.Chain.Node.AdvanceTimeAsync(EvmTestChain.GracePeriod);
        Assert.Equal(world.Units(30_000), (await world.Settlement.WithdrawAsync(channel.Id, world.Payer)).Refunded);
        Assert.Equal(70_000u, await world.BalanceAsync(world.Payee));
        await world.AssertConservedAsync();
    });

    [AnvilFact]
    public Task Restart_WithADataDirectory_GoesOnWithoutTheChainsLogs() => WithinAsync(async () =>
    {
        using var folder = new TempDirectory();
        await using var world = await EvmWorld.StartAsync(change: options => options.DataDirectory = folder.File("state"));
        var channel = await world.OpenAsync(1_000);
        await world.ReconnectAsync();
        await using var blind = new FaultyTransport(world.Chain.Transport)
        {
            Answered = static (requests, answers) => requests.Any(request => request.Method == "eth_getLogs") ? [JsonRpcResponse.FromResult(JsonDocument.Parse("[]").RootElement)] : answers,
        };
        await using (var forgetful = await world.Chain.ConnectAsync(new EvmClient(blind)))
        {
            var hidden = await Assert.ThrowsAnyAsync<SettlementException>(() => forgetful.FindChannelAsync(channel.Id));
            Assert.True(hidden is { IsTransient: true, MayHaveBeenBroadcast: false });
        }

        await using var remembering = await world.Chain.ConnectAsync(new EvmClient(blind), options => options.DataDirectory = folder.File("state"));
        Assert.Equal(channel, await remembering.FindChannelAsync(channel.Id));
        Assert.Equal(world.Units(5), (await remembering.TopUpAsync(channel.Id, world.Units(5), world.Payer)).Deposit - channel.Deposit);
    });

    [AnvilFact]
    public Task ReadTag_Finalized_SeesAChannelOnlyWhenItIsFinal() => WithinAsync(async () =>
    {
        await using var world = await EvmWorld.StartAsync();
        await using var careful = await world.Chain.ConnectAsync(options => options.ReadTag = EvmBlockTag.Finalized);
        var channel = await world.OpenAsync(1_000);
        Assert.Null(await careful.FindChannelAsync(channel.Id));
        await world.Chain.Node.MineAsync(100);
        Assert.Equal(channel, await careful.FindChannelAsync(channel.Id));
    });

    [AnvilFact]
    public Task NodeThatLies_AboutAnOpening_IsNotBelieved() => WithinAsync(async () =>
    {
        await using var world = await EvmWorld.StartAsync();
        var channel = await world.OpenAsync(1_000);
        string honest = world.Payee.GetEvmAddress().ToString()[2..].ToLowerInvariant();
        string thief = world.Submitter.GetEvmAddress().ToString()[2..].ToLowerInvariant();
        await using var lying = new FaultyTransport(world.Chain.Transport)
        {
            Answered = (requests, answers) => [.. answers.Select((answer, i) => requests[i].Method != "eth_getLogs"
                ? answer
                : JsonRpcResponse.FromResult(JsonDocument.Parse(answer.Result.GetRawText().Replace(honest, thief, StringComparison.OrdinalIgnoreCase)).RootElement))],
        };
        await using var deceived = await world.Chain.ConnectAsync(new EvmClient(lying));
        await Assert.ThrowsAnyAsync<SettlementException>(() => deceived.FindChannelAsync(channel.Id));
    });

    [AnvilFact]
    public Task TokenWithoutReturnValues_WholeLife_IsAsWithAnyOther() => WithinAsync(async () =>
    {
        await using var world = await EvmWorld.StartAsync("SilentToken");

        // An allowance that is left over must go through zero, or this token refuses to change it.
        var approve = AbiFunction.Parse("approve(address spender, uint256 value)");
        await using (var sender = await EvmSender.OpenAsync(world.Chain.Client, world.Payer, world.Chain.SenderOptions()))
        {
            await sender.SendAsync(new EvmTransactionRequest { To = world.Token, Data = approve.EncodeCall(world.Chain.Escrow, 7UL) });
        }

        var channel = await world.OpenAsync(1_000);
        Assert.Equal(world.Units(1_100), (await world.Settlement.TopUpAsync(channel.Id, world.Units(100), world.Payer)).Deposit);
        Assert.Equal(world.Units(300), (await world.Settlement.SettleAsync([await world.SignAsync(channel.Id, 300)], world.Submitter)).Single().Paid);
        var closed = await world.Settlement.CloseAsync(channel.Id, await world.SignAsync(channel.Id, 400), world.Payee);
        Assert.Equal((world.Units(100), world.Units(700)), (closed.Paid, closed.Channel.Refunded));
        Assert.Equal(400u, await world.BalanceAsync(world.Payee));
        await world.AssertConservedAsync();
    });

    [AnvilFact]
    public Task TokenThatTakesAFee_IsRefusedBeforeAnythingMoves() => WithinAsync(async () =>
    {
        await using var world = await EvmWorld.StartAsync("FeeToken");
        var before = await world.BalanceAsync(world.Payer);
        var refused = await Assert.ThrowsAnyAsync<SettlementException>(() => world.OpenAsync(1_000));
        Assert.Equal((DePinErrorCode.Unsupported, false), (refused.Code, refused.MayHaveBeenBroadcast));
        Assert.Equal(before, await world.BalanceAsync(world.Payer));
        Assert.Null(await world.Settlement.FindChannelAsync(new ChannelId(new byte[32])));
    });

    [AnvilFact]
    public Task Approval_OfADeposit_IsExact() => WithinAsync(async () =>
    {
        await using var world = await EvmWorld.StartAsync();
        await Task.WhenAll(Enumerable.Range(1, 5).Select(i => world.OpenAsync((UInt128)(100 * i), (byte)i)));
        var allowance = AbiFunction.Parse("allowance(address owner, address spender)", "(uint256)");
        var left = await world.Chain.Client.CallAsync(new EvmCall { To = world.Token, Data = allowance.EncodeCall(world.Payer.GetEvmAddress(), world.Chain.Escrow) });
        Assert.True(UInt256.FromBigEndian(left).IsZero);
        Assert.Equal(998_500u, await world.BalanceAsync(world.Payer));
    });

    [AnvilTheory]
    [InlineData(true, 1)]
    [InlineData(false, 2)]
    public Task Opening_WithOrWithoutPermits_TakesOneOrTwoTransactions(bool usePermits, int transactions) => WithinAsync(async () =>
    {
        await using var world = await EvmWorld.StartAsync(change: options => options.UsePermits = usePermits);
        await world.OpenAsync(1_000);
        Assert.Equal((ulong)transactions, await world.Chain.Client.GetTransactionCountAsync(world.Payer.GetEvmAddress()));
    });

    [AnvilFact]
    public Task PayerWithoutCoin_AuthorizesAnOpening_ThatSomebodyElsePaysFor() => WithinAsync(async () =>
    {
        await using var world = await EvmWorld.StartAsync();
        using var player = Secp256k1Signer.Create();
        await world.Chain.MintAsync(world.Token, player.GetEvmAddress(), 1_000);
        var authorization = await world.Settlement.AuthorizeOpeningAsync(world.Terms(600), player, TimeSpan.FromMinutes(10));

        // Whoever changes anything in it opens nothing.
        await Assert.ThrowsAnyAsync<SettlementException>(() => world.Settlement.OpenAuthorizedAsync(authorization with { Deposit = 700 }, world.Submitter));
        await Assert.ThrowsAnyAsync<SettlementException>(() => world.Settlement.OpenAuthorizedAsync(authorization with { Terms = authorization.Terms with { Payee = world.Submitter.GetEvmAddress() } }, world.Submitter));
        var lapsed = await world.Settlement.AuthorizeOpeningAsync(world.Terms(1, salt: 9), player, TimeSpan.FromSeconds(1));
        await world.Chain.Node.AdvanceTimeAsync(TimeSpan.FromMinutes(1));
        await Assert.ThrowsAnyAsync<SettlementException>(() => world.Settlement.OpenAuthorizedAsync(lapsed, world.Submitter));

        var channel = await world.Settlement.OpenAuthorizedAsync(authorization, world.Submitter);
        Assert.Equal((world.Account(player), world.Units(600), ChannelStatus.Open), (channel.Payer, channel.Deposit, channel.Status));
        Assert.Equal(channel, await world.Settlement.OpenAuthorizedAsync(authorization, world.Payee));
        Assert.Equal(400u, await world.BalanceAsync(player));
        Assert.Equal(UInt256.Zero, await world.Chain.Client.GetBalanceAsync(player.GetEvmAddress()));

        var voucher = new Voucher(channel.Id, world.Units(50));
        var signed = new SignedVoucher(voucher, await player.SignAsync(world.Settlement.GetVoucherSigningBytes(voucher)));
        Assert.Equal(world.Units(550), (await world.Settlement.CloseAsync(channel.Id, signed, world.Payee)).Channel.Refunded);
        Assert.Equal(950u, await world.BalanceAsync(player));

        var unable = await Assert.ThrowsAnyAsync<SettlementException>(() => world.Settlement.AuthorizeOpeningAsync(world.Terms(1) with { Deposit = new Amount(1, world.Settlement.NativeAsset) }, player, TimeSpan.FromMinutes(1)));
        Assert.Equal(DePinErrorCode.Unsupported, unable.Code);
    });

    [AnvilFact]
    public Task ContractThatSigns_Voucher_SettlesWhenTheContractConfirmsIt() => WithinAsync(async () =>
    {
        await using var world = await EvmWorld.StartAsync();
        using var owner = Secp256k1Signer.Create();
        var wallet = await world.Chain.DeployAsync("TestWallet", owner.GetEvmAddress().ToUInt256() is var word ? Hash32.FromUInt256(word).ToArray() : []);
        var channel = await world.Settlement.OpenAsync(world.Terms(1_000) with { VoucherKey = wallet.ToPublicKey() }, world.Payer);
        var plain = await world.OpenAsync(1_000, salt: 2);
        var voucher = new Voucher(channel.Id, world.Units(400));
        var bytes = world.Settlement.GetVoucherSigningBytes(voucher);
        var good = new SignedVoucher(voucher, new Signature(EvmSettlement.ContractSignature, (await owner.SignAsync(bytes)).Bytes));
        var forged = new SignedVoucher(voucher, new Signature(EvmSettlement.ContractSignature, (await world.Payer.SignAsync(bytes)).Bytes));
        var other = await world.SignAsync(plain.Id, 10);

        Assert.False(world.Settlement.VerifyVoucher(channel, good));
        var refused = await Assert.ThrowsAnyAsync<SettlementException>(() => world.Settlement.SettleAsync([other, forged], world.Submitter));
        Assert.Equal((DePinErrorCode.InvalidVoucher, false), (refused.Code, refused.MayHaveBeenBroadcast));
        Assert.Equal(0u, await world.BalanceAsync(world.Payee));
        Assert.Equal([world.Units(10), world.Units(400)], (await world.Settlement.SettleAsync([other, good], world.Submitter)).Select(result => result.Paid));
        Assert.Equal(410u, await world.BalanceAsync(world.Payee));
    });

    [AnvilFact]
    public Task Escrow_OnARealChain_AgreesWithWhatIsComputedHere() => WithinAsync(async () =>
    {
        await using var world = await EvmWorld.StartAsync();
        var escrow = world.Settlement.Escrow;
        Assert.Equal(EvmTestChain.GracePeriod, escrow.GracePeriod);
        Assert.Equal(EvmEscrow.ComputeAddress(EvmTestChain.GracePeriod), escrow.Address);
        Assert.Equal(escrow.Address, (await world.Chain.DeployEscrowAsync(EvmTestChain.GracePeriod)).Address);

        var channel = await world.OpenAsync(1_000);
        var shorter = await world.Settlement.OpenAsync(world.Terms(500, salt: 2) with { GracePeriod = TimeSpan.FromMinutes(1) }, world.Payer);
        Assert.Equal(EvmTestChain.GracePeriod, shorter.GracePeriod);
        var digest = AbiFunction.Parse("voucherDigest(bytes32 channelId, uint128 cumulativeAmount)", "(bytes32)");
        var expected = await world.Chain.Client.CallAsync(new EvmCall { To = escrow.Address, Data = digest.EncodeCall(new Hash32(channel.Id.Bytes.Span), (UInt128)77) });
        Assert.Equal(new Hash32(expected), Hash32.Keccak(world.Settlement.GetVoucherSigningBytes(new Voucher(channel.Id, world.Units(77)))));

        var missing = await Assert.ThrowsAnyAsync<SettlementException>(() => world.Chain.ConnectAsync(options => options.Escrow = world.Token));
        Assert.Equal(DePinErrorCode.InvalidRequest, missing.Code);
        await Assert.ThrowsAnyAsync<SettlementException>(() => world.Chain.ConnectAsync(options => options.Escrow = world.Payer.GetEvmAddress()));
    });

    [AnvilFact]
    public Task Names_InAnotherSpelling_AreUnderstoodOrCorrected() => WithinAsync(async () =>
    {
        await using var world = await EvmWorld.StartAsync();
        var lower = AccountId.Parse(world.Account(world.Payee).ToString().ToLowerInvariant());
        Assert.Equal(world.Account(world.Payee), (await world.Settlement.OpenAsync(world.Terms(100) with { Payee = lower }, world.Payer)).Payee);
        var asset = Asset.Parse(world.Asset.ToString().ToLowerInvariant());
        var corrected = await Assert.ThrowsAnyAsync<SettlementException>(() => world.Settlement.GetBalanceAsync(lower, asset));
        Assert.Contains(world.Asset.ToString(), corrected.Message, StringComparison.Ordinal);
        await Assert.ThrowsAnyAsync<SettlementException>(() => world.Settlement.GetBalanceAsync(lower, LedgerSettlement.Credit));
        await Assert.ThrowsAnyAsync<SettlementException>(() => world.Settlement.GetBalanceAsync(AccountId.Parse("eip155:1:0x0000000000000000000000000000000000000001"), world.Asset));
        await Assert.ThrowsAnyAsync<SettlementException>(() => world.Settlement.GetBalanceAsync(lower, world.Settlement.GetAsset(world.Payer.GetEvmAddress())));
    });

    [AnvilFact]
    public Task Fee_OfASettlement_IsWhatItCosts() => WithinAsync(async () =>
    {
        await using var world = await EvmWorld.StartAsync(token: null);
        var vouchers = new List<SignedVoucher>();
        for (byte salt = 1; salt <= 10; salt++)
        {
            vouchers.Add(await world.SignAsync((await world.OpenAsync(1_000, salt)).Id, 100));
        }

        var fee = (await world.Settlement.GetSettlementFeeAsync())!.For(10);
        var before = await world.BalanceAsync(world.Submitter);
        await world.Settlement.SettleAsync(vouchers, world.Submitter);
        var paid = before - await world.BalanceAsync(world.Submitter);
        Assert.InRange((double)paid / (double)fee.BaseUnits, 0.5, 1.5);
    });

    private static Task WithinAsync(Func<Task> test) => test().WaitAsync(Limit);

    private sealed class TempDirectory : IDisposable
    {
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("depin-evm-");

        public string File(string name) => Path.Combine(_folder.FullName, name);

        public void Dispose() => _folder.Delete(recursive: true);
    }
}
