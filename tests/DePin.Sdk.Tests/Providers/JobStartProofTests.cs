using DePin.Sdk.Identity;
using DePin.Sdk.Jobs;
using DePin.Sdk.Payments;
using DePin.Sdk.Providers;
using DePin.Sdk.Settlement;
using DePin.Sdk.Testing;
using DePin.Sdk.Transport;
using DePin.Sdk.Wire;
using Google.Protobuf;

namespace DePin.Sdk.Tests.Providers;

/// <summary>Only who holds a channel's voucher key may have jobs paid from it, and each of them once.</summary>
public class JobStartProofTests
{
    public static TheoryData<string> Forgeries => ["missing", "wrong key", "other channel's", "other offer's", "other payload's", "higher cost", "later deadline", "other algorithm's"];

    [Theory]
    [MemberData(nameof(Forgeries))]
    public async Task RunJobAsync_ForgedProof_IsRefusedAndTheChannelIsUntouched(string what)
    {
        var client = new ScriptedChatClient(ScriptedChatClient.Numbered(8));
        await using var harness = ProviderHarness.Create(client, credit: 8);
        var channel = await harness.OpenChannelAsync();
        var start = await harness.CreateStartAsync(channel, maxCost: 100, deadline: DateTimeOffset.UtcNow.AddHours(1));
        using var stranger = P256Signer.Create();
        switch (what)
        {
            case "missing": start.Signature = null; break;
            case "wrong key": await harness.SignAsync(start, stranger); break;
            case "other channel's":
                var other = await OpenAsync(harness, stranger);
                start.ChannelId = ByteString.CopyFrom(other.Id.Bytes.Span);
                await harness.SignAsync(start, stranger);
                start.ChannelId = ByteString.CopyFrom(channel.Id.Bytes.Span);
                break;
            case "other offer's":
                var offer = start.OfferId;
                start.OfferId = ByteString.CopyFrom(new byte[32]);
                await harness.SignAsync(start);
                start.OfferId = offer;
                break;
            case "other payload's": start.Payload = ByteString.CopyFrom(ChatJobCodec.Encode([new(Microsoft.Extensions.AI.ChatRole.User, "Sing.")], null)); break;
            case "higher cost": start.MaxCost = WireConvert.ToWire(101); break;
            case "later deadline": start.DeadlineUnixMs++; break;
            case "other algorithm's": start.Signature.Algorithm = "ed25519"; break;
            default: Assert.Fail(what); break;
        }

        await using (var call = await harness.StartAsync(start, channel))
        {
            var failure = await call.FailAsync(DePinErrorCode.InvalidSignature);
            Assert.Equal(Fault.Consumer, failure.Fault);
            Assert.Empty(call.Accepted);
        }

        Assert.Equal(0, client.Calls);
        Assert.True((await harness.Journal.FindAsync(channel.Id))?.Delivered.IsZero ?? true);

        // All of the credit is still there, and the same job may come with its real proof.
        await harness.SignAsync(start);
        await using var real = await harness.StartAsync(start, channel);
        await real.ReadUntilAsync(() => real.Receipt is not null);
        Assert.Equal(8u, WireConvert.FromWire(real.Accepted[^1].CreditWindow));
        await real.PayAsync(8);
        await real.FinishAsync();
    }

    [Fact]
    public async Task RunJobAsync_StrangerNamesTheChannel_ItCanStillBeClosed()
    {
        await using var harness = ProviderHarness.Create(new ScriptedChatClient(["Hail."]));
        var channel = await harness.OpenChannelAsync();
        using var stranger = P256Signer.Create();
        var start = await harness.CreateStartAsync(channel);
        await harness.SignAsync(start, stranger);
        await using var call = await harness.StartAsync(start, channel);

        var response = await harness.Connection.CloseChannelAsync(
            new CloseChannelRequest
            {
                ChannelId = start.ChannelId,
                Signature = WireConvert.ToWire(await harness.Consumer.SignAsync(ChannelCloseRequest.GetSigningBytes(channel.Id))),
            },
            new CallOptions());

        Assert.Equal(1_000_000u, WireConvert.FromWire(response.Refunded));
    }

    [Fact]
    public async Task RunJobAsync_ReplayedStart_IsRefusedAndNothingIsCharged()
    {
        var client = new ScriptedChatClient(ScriptedChatClient.Numbered(5));
        await using var harness = ProviderHarness.Create(client, credit: 100);
        var channel = await harness.OpenChannelAsync();
        var start = await harness.CreateStartAsync(channel);
        await using (var call = await harness.StartAsync(start, channel))
        {
            await call.FinishPayingAsync();
        }

        await using (var replay = await harness.StartAsync(start, channel))
        {
            Assert.Equal(Fault.Consumer, (await replay.FailAsync(DePinErrorCode.InvalidRequest)).Fault);
            Assert.Empty(replay.Accepted);
        }

        Assert.Equal(1, client.Calls);
        Assert.Equal(ProviderHarness.Units(5), (await harness.Journal.FindAsync(channel.Id))!.Delivered);
    }

    [Fact]
    public async Task RunJobAsync_ReplayAfterTheOfferLapsed_IsRefused()
    {
        var time = new ManualTimeProvider();
        await using var harness = ProviderHarness.Create(new ScriptedChatClient(["Hail."]), time: time);
        var channel = await harness.OpenChannelAsync();
        var start = await harness.CreateStartAsync(channel);
        var expires = (await harness.GetOfferAsync()).ExpiresAt;
        await using (var call = await harness.StartAsync(start, channel))
        {
            await call.FinishPayingAsync();
        }

        time.Advance(expires - time.GetUtcNow());
        await using var replay = await harness.StartAsync(start, channel);
        await replay.FailAsync(DePinErrorCode.OfferExpired);
    }

    private static async Task<Channel> OpenAsync(ProviderHarness harness, P256Signer payer)
    {
        await harness.Ledger.DepositAsync(harness.Ledger.GetAccount(payer.PublicKey), ProviderHarness.Units(100));
        return await harness.Ledger.OpenAsync(new OpenChannelRequest { Payee = harness.Runtime.Payee, Deposit = ProviderHarness.Units(100) }, payer);
    }
}
