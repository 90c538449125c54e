using System.Text.Json;
using DePin.Sdk.Identity;
using DePin.Sdk.IntegrationTests.Providers;
using DePin.Sdk.Jobs;
using DePin.Sdk.Settlement;
using DePin.Sdk.Testing;
using Microsoft.Extensions.AI;

namespace DePin.Sdk.IntegrationTests.Interop;

/// <summary>@grpc/grpc-js buys from a whole provider: admission, model, payment and receipt.</summary>
public class StockClientProviderTests
{
    private static readonly Asset Credit = LedgerSettlement.Credit;

    [NodeFact]
    public async Task Job_FreeOffer_DeliversAndEndsWell()
    {
        await using var provider = await HostedProvider.StartAsync(new ScriptedChatClient(ScriptedChatClient.Numbered(12)), price: Amount.Zero(Credit));

        var lines = await RunAsync(provider, new());

        Assert.Equal((12, 0), (lines[0].GetProperty("outputTokens").GetInt32(), lines[^1].GetProperty("status").GetInt32()));
    }

    [NodeFact]
    public async Task Job_PaidWithVouchersSignedInNode_ProviderIsPaidExactly()
    {
        await using var provider = await HostedProvider.StartAsync(new ScriptedChatClient(ScriptedChatClient.Numbered(200)), price: new Amount(1_000_000, Credit));
        using var signer = P256Signer.Create();
        await provider.Ledger.DepositAsync(provider.Ledger.GetAccount(signer.PublicKey), new Amount(1000, Credit));
        var channel = await provider.Ledger.OpenAsync(new OpenChannelRequest { Payee = provider.Runtime.Payee, Deposit = new Amount(1000, Credit) }, signer);
        var template = provider.Ledger.GetVoucherSigningBytes(new Voucher(channel.Id, Amount.Zero(Credit)));

        var lines = await RunAsync(provider, new()
        {
            ["channelId"] = Convert.ToBase64String(channel.Id.Bytes.Span),
            ["key"] = Convert.ToBase64String(signer.ExportPkcs8PrivateKey()),
            ["voucherTemplate"] = Convert.ToBase64String(template),
            ["voucherTotalAt"] = template.Length - 8 - Credit.ToString().Length - 4 - 16,
        });
        await provider.Runtime.DrainAsync(TimeSpan.FromSeconds(60));

        Assert.Equal((200, 200, 200), (lines[0].GetProperty("outputTokens").GetInt32(), lines[0].GetProperty("amount").GetInt32(), lines[0].GetProperty("paid").GetInt32()));
        Assert.Equal(0, lines[^1].GetProperty("status").GetInt32());
        Assert.Equal(new Amount(200, Credit), await provider.Ledger.GetBalanceAsync(provider.Runtime.Payee, Credit));
    }

    [NodeFact]
    public async Task Job_NoChannelForAPricedOffer_FailsWithTheCodeInTheTrailers()
    {
        await using var provider = await HostedProvider.StartAsync(new ScriptedChatClient(["Hail."]));

        var end = (await RunAsync(provider, new()))[^1];

        Assert.NotEqual(0, end.GetProperty("status").GetInt32());
        Assert.Equal("PaymentRequired", end.GetProperty("trailers").GetProperty("depin-code").GetString());
    }

    private static async Task<List<JsonElement>> RunAsync(HostedProvider provider, Dictionary<string, object> job)
    {
        var offer = (await provider.Runtime.GetOffersAsync())[0];
        job["model"] = offer.Model;
        job["offerId"] = Convert.ToBase64String(offer.Id.Bytes.Span);
        job["payload"] = Convert.ToBase64String(ChatJobCodec.Encode([new ChatMessage(ChatRole.User, "Greet the traveller.")], null));
        await using var peer = await NodePeer.StartAsync("provider-job.mjs", provider.Address.Authority, JsonSerializer.Serialize(job));
        return await peer.ReadAllAsync();
    }
}
