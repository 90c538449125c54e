using DePin.Sdk.Identity;
using DePin.Sdk.Jobs;
using DePin.Sdk.Market;
using DePin.Sdk.Payments;
using DePin.Sdk.Providers;
using DePin.Sdk.Settlement;
using DePin.Sdk.Testing;
using DePin.Sdk.Transport;
using DePin.Sdk.Wire;
using Google.Protobuf;

namespace DePin.Sdk.Tests.Providers;

public class ProviderPaymentTests
{
    private static ScriptedChatClient Tokens(int count) => new(ScriptedChatClient.Numbered(count));

    [Theory]
    [InlineData(0ul)]
    [InlineData(1ul)]
    [InlineData(8ul)]
    [InlineData(1000ul)]
    public async Task RunJobAsync_ConsumerPays_DeliversAllAndIsPaidExactly(ulong credit)
    {
        await using var harness = ProviderHarness.Create(Tokens(40), credit: credit);
        var channel = await harness.OpenChannelAsync();
        await using var call = await harness.StartAsync(channel);

        var receipt = await call.FinishPayingAsync();
        await harness.Runtime.DrainAsync(TimeSpan.FromSeconds(30));

        Assert.Equal(string.Concat(ScriptedChatClient.Numbered(40)), call.Text);
        Assert.Equal(ProviderHarness.Units(40), receipt.Amount);
        Assert.Equal(channel.Id.Bytes.ToArray(), receipt.Channel.ToArray());
        Assert.Equal(ProviderHarness.Units(40), await harness.Ledger.GetBalanceAsync(harness.Runtime.Payee, LedgerSettlement.Credit));
    }

    [Fact]
    public async Task RunJobAsync_NobodyPays_StopsAtTheCreditWindowAndResumesWithAVoucher()
    {
        await using var harness = ProviderHarness.Create(Tokens(20), credit: 5);
        var channel = await harness.OpenChannelAsync();
        await using var call = await harness.StartAsync(channel);

        await call.ReadUntilAsync(() => call.Due == 6);

        Assert.Equal(5, call.Outputs.Count);
        Assert.Equal(6, call.Deltas[^1].OutputTokens);
        await call.PayAsync(6);
        await call.ReadUntilAsync(() => call.Due == 12);
        Assert.Equal(11, call.Outputs.Count);
        await call.PayAsync(20);
        var receipt = await call.FinishAsync();
        Assert.Equal(ProviderHarness.Units(20), receipt.Amount);
        Assert.Equal(string.Concat(ScriptedChatClient.Numbered(20)), call.Text);
    }

    [Fact]
    public async Task RunJobAsync_NoVoucherComes_FailsWithPaymentRequiredAndRemembersTheDebt()
    {
        var time = new ManualTimeProvider();
        await using var harness = ProviderHarness.Create(Tokens(20), credit: 5, time: time);
        var channel = await harness.OpenChannelAsync();
        await using var call = await harness.StartAsync(channel);
        await call.ReadUntilAsync(() => call.Due == 6);

        var failing = call.FailAsync(DePinErrorCode.PaymentRequired);
        while (!failing.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        await failing;
        var entry = await harness.Journal.FindAsync(channel.Id);
        Assert.Equal(ProviderHarness.Units(5), entry!.Delivered);
    }

    [Theory]
    [InlineData(7, 7)]
    [InlineData(20, 20)]
    [InlineData(21, 20)]
    public async Task RunJobAsync_MaxCost_StopsExactlyThere(ulong limit, int tokens)
    {
        await using var harness = ProviderHarness.Create(Tokens(20), credit: 1000);
        var channel = await harness.OpenChannelAsync();
        await using var call = await harness.StartAsync(channel, maxCost: limit);

        var receipt = await call.FinishPayingAsync();

        Assert.Equal(tokens, receipt.Usage.OutputTokens);
        Assert.Equal(tokens, call.Outputs.Count - (limit < 20 ? 0 : 1));
        Assert.Equal(limit < 20 ? JobOutcome.CostLimit : JobOutcome.Completed, receipt.Outcome);
        Assert.True(receipt.Amount.BaseUnits <= limit);
    }

    [Fact]
    public async Task RunJobAsync_InputCosts_ChargesItWithTheFirstToken()
    {
        var price = new TokenPrice(new Amount(2_500_000, LedgerSettlement.Credit), new Amount(1_000_000, LedgerSettlement.Credit));
        await using var harness = ProviderHarness.Create(Tokens(3), price, credit: 1000);
        var channel = await harness.OpenChannelAsync();
        await using var call = await harness.StartAsync(channel);

        await call.ReadUntilAsync(() => call.Deltas.Count == 1);

        Assert.Equal((8L, 1L, (UInt128)21), (call.Deltas[0].InputTokens, call.Deltas[0].OutputTokens, call.Due));
        Assert.Equal(ProviderHarness.Units(23), (await call.FinishPayingAsync()).Amount);
    }

    public static TheoryData<string> BadVouchers => ["wrong key", "other channel", "above the deposit", "does not grow", "malformed signature", "no signature"];

    [Theory]
    [MemberData(nameof(BadVouchers))]
    public async Task RunJobAsync_BadVoucher_EndsTheJobAndLosesNothing(string what)
    {
        await using var harness = ProviderHarness.Create(Tokens(20), credit: 5);
        var channel = await harness.OpenChannelAsync(deposit: 1000);
        var other = await harness.OpenChannelAsync(deposit: 500);
        using var stranger = P256Signer.Create();
        await using var call = await harness.StartAsync(channel);
        await call.ReadUntilAsync(() => call.Due == 6);
        await call.PayAsync(6);
        await call.ReadUntilAsync(() => call.Due == 12);

        var voucher = WireConvert.ToWire(what switch
        {
            "wrong key" => await harness.SignAsync(channel, 12, stranger),
            "other channel" => await harness.SignAsync(other, 12),
            "above the deposit" => await harness.SignAsync(channel, 1001),
            "does not grow" => await harness.SignAsync(channel, 6),
            _ => await harness.SignAsync(channel, 12),
        });
        voucher.Signature = what switch
        {
            "malformed signature" => new SignatureMessage { Algorithm = "p256-sha256", Signature = ByteString.CopyFrom(new byte[300]) },
            "no signature" => null,
            _ => voucher.Signature,
        };
        await call.SendAsync(new ConsumerFrame { Voucher = voucher });
        var failure = await call.FailAsync<DePinException>();

        Assert.True(failure.Code is DePinErrorCode.InvalidVoucher or DePinErrorCode.InvalidFrame, failure.ToString());
        Assert.Equal(11, call.Outputs.Count);
        await harness.Runtime.DrainAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(ProviderHarness.Units(6), await harness.Ledger.GetBalanceAsync(harness.Runtime.Payee, LedgerSettlement.Credit));
        Assert.Equal(ProviderHarness.Units(11), (await harness.Journal.FindAsync(channel.Id))!.Delivered);
    }

    [Fact]
    public async Task RunJobAsync_VoucherForAFreeJob_IsRefused()
    {
        var gate = new ModelGate(0);
        await using var harness = ProviderHarness.Create(new ScriptedChatClient(["Hail."]) { BeforeToken = gate.HoldAsync }, ProviderHarness.Free);
        var channel = await harness.OpenChannelAsync();
        await using var call = await harness.StartAsync(await harness.CreateStartAsync(), channel);
        await gate.ReachedAsync();

        await call.PayAsync(5);

        await call.FailAsync(DePinErrorCode.InvalidVoucher);
    }

    [Fact]
    public async Task RunJobAsync_SecondJobOnTheChannel_GoesOnFromTheCumulativeTotal()
    {
        await using var harness = ProviderHarness.Create(Tokens(10), credit: 4);
        var channel = await harness.OpenChannelAsync();
        await using (var first = await harness.StartAsync(channel))
        {
            await first.FinishPayingAsync();
        }

        await using var second = await harness.StartAsync(channel);
        var receipt = await second.FinishPayingAsync(alreadyPaid: 10);

        Assert.Equal(ProviderHarness.Units(10), receipt.Amount);
        Assert.Equal(ProviderHarness.Units(20), (await harness.Journal.FindAsync(channel.Id))!.Voucher!.Voucher.Cumulative);
    }

    [Fact]
    public async Task RunJobAsync_ConsumerDisappears_RemembersWhatItOwes()
    {
        var gate = new ModelGate(4);
        await using var harness = ProviderHarness.Create(new ScriptedChatClient(ScriptedChatClient.Numbered(9)) { BeforeToken = gate.HoldAsync }, credit: 100);
        var channel = await harness.OpenChannelAsync();
        var call = await harness.StartAsync(channel);
        await gate.ReachedAsync();

        await call.DisposeAsync();
        await harness.Runtime.DrainAsync(TimeSpan.FromSeconds(30));

        Assert.Equal(ProviderHarness.Units(4), (await harness.Journal.FindAsync(channel.Id))!.Delivered);
    }

    [Fact]
    public async Task RunJobAsync_LastVoucherAndGoodbyeTogether_KeepsTheVoucher()
    {
        await using var harness = ProviderHarness.Create(Tokens(6), credit: 100);
        var channel = await harness.OpenChannelAsync();
        var call = await harness.StartAsync(channel);
        await call.ReadUntilAsync(() => call.Receipt is not null);

        await call.PayAsync(6);
        await call.DisposeAsync();
        await harness.Runtime.DrainAsync(TimeSpan.FromSeconds(30));

        Assert.Equal(ProviderHarness.Units(6), await harness.Ledger.GetBalanceAsync(harness.Runtime.Payee, LedgerSettlement.Credit));
    }

    [Fact]
    public async Task RunJobAsync_ReceiptSent_TheDebtIsAlreadyRecorded()
    {
        await using var harness = ProviderHarness.Create(Tokens(6), credit: 100);
        var channel = await harness.OpenChannelAsync();
        await using var call = await harness.StartAsync(channel);

        await call.ReadUntilAsync(() => call.Receipt is not null);

        Assert.Equal(ProviderHarness.Units(6), (await harness.Journal.FindAsync(channel.Id))!.Delivered);
        await call.PayAsync(6);
        await call.FinishAsync();
    }

    [Fact]
    public async Task CloseChannelAsync_SignedByThePayer_SettlesAndRefunds()
    {
        await using var harness = ProviderHarness.Create(Tokens(10), credit: 100);
        var channel = await harness.OpenChannelAsync(deposit: 50);
        await using (var call = await harness.StartAsync(channel))
        {
            await call.FinishAsync();
        }

        var request = await CloseRequestAsync(harness, channel, harness.Consumer);
        request.FinalVoucher = WireConvert.ToWire(await harness.SignAsync(channel, 10));
        var response = await harness.Connection.CloseChannelAsync(request, new CallOptions());
        var again = await harness.Connection.CloseChannelAsync(request, new CallOptions());

        Assert.Equal(((UInt128)10, (UInt128)40), (WireConvert.FromWire(response.Settled), WireConvert.FromWire(response.Refunded)));
        Assert.Equal(response, again);
        Assert.Equal(ProviderHarness.Units(40), await harness.Ledger.GetBalanceAsync(channel.Payer, LedgerSettlement.Credit));
    }

    [Fact]
    public async Task CloseChannelAsync_SignedByAStranger_IsRefused()
    {
        await using var harness = ProviderHarness.Create(Tokens(1));
        var channel = await harness.OpenChannelAsync();
        using var stranger = P256Signer.Create();
        var request = await CloseRequestAsync(harness, channel, stranger);

        var failure = await Assert.ThrowsAsync<DePinException>(() => harness.Connection.CloseChannelAsync(request, new CallOptions()));

        Assert.Equal(DePinErrorCode.InvalidSignature, failure.Code);
        Assert.Equal(ChannelStatus.Open, (await harness.Ledger.FindChannelAsync(channel.Id))!.Status);
    }

    [Fact]
    public async Task CloseChannelAsync_WhileAJobRuns_IsRefusedForNow()
    {
        var gate = new ModelGate(0);
        await using var harness = ProviderHarness.Create(new ScriptedChatClient(["Hail."]) { BeforeToken = gate.HoldAsync });
        var channel = await harness.OpenChannelAsync();
        await using var call = await harness.StartAsync(channel);
        await gate.ReachedAsync();
        var request = await CloseRequestAsync(harness, channel, harness.Consumer);

        var failure = await Assert.ThrowsAsync<DePinException>(() => harness.Connection.CloseChannelAsync(request, new CallOptions()));

        Assert.Equal((DePinErrorCode.ChannelState, true), (failure.Code, failure.IsTransient));
        gate.Open();
        await call.FinishPayingAsync();
    }

    private static async Task<CloseChannelRequest> CloseRequestAsync(ProviderHarness harness, Channel channel, P256Signer signer) => new()
    {
        ChannelId = ByteString.CopyFrom(channel.Id.Bytes.Span),
        Signature = WireConvert.ToWire(await signer.SignAsync(ChannelCloseRequest.GetSigningBytes(channel.Id))),
    };
}
