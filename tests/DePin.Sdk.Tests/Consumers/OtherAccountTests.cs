using DePin.Sdk.Consumers;
using DePin.Sdk.Identity;
using DePin.Sdk.Market;
using DePin.Sdk.Payments;
using DePin.Sdk.Settlement;
using DePin.Sdk.Testing;
using Microsoft.Extensions.AI;

namespace DePin.Sdk.Tests.Consumers;

/// <summary>Provider 0 is paid on the ledger, provider 1 on another chain, both by one consumer.</summary>
public sealed class OtherAccountTests : IAsyncLifetime, IDisposable
{
    private const int Length = 12;

    private readonly LedgerElsewhere _elsewhere = new();
    private readonly P256Signer _signer = P256Signer.Create();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    public async Task GetStreamingResponseAsync_ProviderDiesAtToken_OneOnAnotherChainContinues(int position)
    {
        await using var network = await StartAsync(o => o.ChatClient = i => new ScriptedChatClient(ScriptedChatClient.Numbered(Length)) { FaultAt = i == 0 ? position : null });
        using var chat = Chat(network, LedgerElsewhere.Usd(0.1m));
        var answer = await Answer.ReadAsync(chat);

        Assert.Equal(TestNetwork.Tokens(Length), answer.Text);
        Assert.Equal([DeliveryEnding.Failed, DeliveryEnding.Completed], answer.Attempts.Select(a => a.Ending));
        var costs = (IReadOnlyList<Amount>)answer.Final.AdditionalProperties![DePinChatProperties.Costs]!;
        var owed = answer.Attempts.Select(a => a.Amount).Where(amount => !amount.IsZero).ToList();
        Assert.Equal(owed, costs);
        Assert.Equal(owed.Count == 1, answer.Final.AdditionalProperties.ContainsKey(DePinChatProperties.Cost));
        await RequirePaidAsync(network, answer);
    }

    [Fact]
    public async Task GetStreamingResponseAsync_FirstAccountEmpty_TheOtherOnePays()
    {
        await using var network = await StartAsync(o => o.ConsumerFunds = LedgerSettlement.Usd(0));
        using var chat = Chat(network, LedgerElsewhere.Usd(0.1m));
        var answer = await Answer.ReadAsync(chat);
        Assert.Equal(TestNetwork.Tokens(Length), answer.Text);
        Assert.Equal(DePinErrorCode.InsufficientFunds, Assert.IsType<SettlementException>(answer.Attempts[0].Failure).Code);
        Assert.Equal(LedgerElsewhere.Credit, answer.Cost.Asset);
    }

    [Fact]
    public async Task GetResponseAsync_BothAccountsEmpty_SaysSo()
    {
        using var other = P256Signer.Create();
        await using var network = await StartAsync(
            o => o.ConsumerFunds = LedgerSettlement.Usd(0), new ConsumerAccount { Settlement = _elsewhere, Signer = other });
        using var chat = Chat(network, LedgerElsewhere.Usd(0.1m));
        var failure = await Assert.ThrowsAsync<DePinException>(() => chat.GetResponseAsync("Hi"));
        Assert.Equal(DePinErrorCode.InsufficientFunds, failure.Code);
    }

    [Theory]
    [InlineData(Fault.Chain)]
    [InlineData(Fault.Network)]
    public async Task GetStreamingResponseAsync_PreferredChainDown_TheOtherOneIsUsed(Fault fault)
    {
        // One attempt is enough to see that the chain cannot be reached: the third provider, which is paid there too, is not asked.
        await using var network = await StartAsync(o => o.Providers = 3);
        _elsewhere.Failure = () => new SettlementException(DePinErrorCode.Unavailable, fault, "No node answers.", isTransient: true);
        using var chat = network.Client.AsIChatClient(
            network.Model, new() { MaxCostPerRequest = LedgerElsewhere.Usd(0.1m), MaxCostInOtherAssets = [LedgerSettlement.Usd(0.1m)], MaxAttempts = 2, HedgeBudget = 0 });
        var answer = await Answer.ReadAsync(chat);
        Assert.Equal(TestNetwork.Tokens(Length), answer.Text);
        Assert.Equal([network.Providers[1].PublicKey, network.Providers[0].PublicKey], answer.Attempts.Select(a => a.Provider));
        Assert.Equal(LedgerSettlement.Credit, answer.Cost.Asset);
    }

    [Fact]
    public async Task GetStreamingResponseAsync_LimitInOneAsset_ProvidersOfOthersArePassedOver()
    {
        await using var network = await StartAsync();
        network.Providers[0].Kill();
        using var chat = Chat(network);
        var failure = await Assert.ThrowsAsync<DePinException>(() => chat.GetResponseAsync("Hi"));
        Assert.Contains("1 of the providers", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GetStreamingResponseAsync_NoLimits_AnyChainServes()
    {
        await using var network = await StartAsync(o => o.ChatClient = i => new ScriptedChatClient(ScriptedChatClient.Numbered(Length)) { FaultAt = i == 0 ? 5 : null });
        using var chat = network.Client.AsIChatClient(network.Model, new() { HedgeBudget = 0 });
        var answer = await Answer.ReadAsync(chat);
        Assert.Equal(TestNetwork.Tokens(Length), answer.Text);
        await RequirePaidAsync(network, answer);
    }

    [Fact]
    public async Task GetStreamingResponseAsync_HalfOfTheLimitSpentHere_HalfIsLeftThere()
    {
        // The first provider dies after delivering for a known part of the limit; the second costs the same per token, so both limits together end the answer.
        await using var network = await StartAsync(o =>
        {
            o.ChatClient = i => new ScriptedChatClient(ScriptedChatClient.Numbered(1000)) { FaultAt = i == 0 ? 40 : null };
            o.Price = i => new TokenPrice(Dollars(i, 0), Dollars(i, 1000));
        });
        using var chat = network.Client.AsIChatClient(
            network.Model, new() { MaxCostPerRequest = LedgerSettlement.Usd(0.1m), MaxCostInOtherAssets = [LedgerElsewhere.Usd(0.2m)], HedgeBudget = 0 });
        var answer = await Answer.ReadAsync(chat);

        // 40 tokens at a tenth of a cent are 40 % of 10 cents; of 20 cents elsewhere 60 % are left.
        Assert.Equal(LedgerSettlement.Usd(0.04m), answer.Attempts[0].Amount);
        Assert.Equal(LedgerElsewhere.Credit, answer.Attempts[1].Amount.Asset);
        Assert.InRange(answer.Attempts[1].Amount.BaseUnits, LedgerElsewhere.Usd(0.11m).BaseUnits, LedgerElsewhere.Usd(0.12m).BaseUnits);
        await RequirePaidAsync(network, answer);
    }

    [Fact]
    public async Task SettleAsync_NextClientOfTheSameJournal_ClosesTheChannelsOfAllAccounts()
    {
        DePinClientOptions? options = null;
        await using var network = await StartAsync(o => o.ChatClient = i => new ScriptedChatClient(ScriptedChatClient.Numbered(Length)) { FaultAt = i == 0 ? 5 : null }, seen: client => options = client);
        using var chat = Chat(network, LedgerElsewhere.Usd(0.1m));
        var answer = await Answer.ReadAsync(chat);
        await network.Client.DisposeAsync();

        await using var next = await DePinClient.ConnectAsync(options!);
        var reports = await next.SettleAsync();
        Assert.Equal(2, reports.Count);
        Assert.All(reports, r => Assert.Equal(ChannelStatus.Closed, r.Status));
        Assert.Equal(answer.Attempts.Select(a => a.Amount).ToHashSet(), reports.Select(r => r.Paid).ToHashSet());
    }

    [Fact]
    public async Task ConnectAsync_TwoAccountsOnOneChain_IsRefused()
    {
        var error = await Assert.ThrowsAsync<ArgumentException>(() => StartAsync(null, new ConsumerAccount { Settlement = LedgerSettlement.CreateInMemory(), Signer = _signer }));
        Assert.Contains("one account on each chain", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AsIChatClient_OtherLimitsWithoutAFirst_IsRefused()
    {
        await using var network = await StartAsync();
        Assert.Throws<ArgumentOutOfRangeException>(() => network.Client.AsIChatClient(network.Model, new() { MaxCostInOtherAssets = [LedgerSettlement.Usd(1)] }));
        Assert.Throws<ArgumentOutOfRangeException>(() => network.Client.AsIChatClient(network.Model, new() { MaxCostPerRequest = LedgerSettlement.Usd(1), MaxCostInOtherAssets = [LedgerSettlement.Usd(2)] }));
    }

    public async Task InitializeAsync() => await _elsewhere.DepositAsync(_elsewhere.GetAccount(_signer.PublicKey), LedgerElsewhere.Usd(1000));

    public async Task DisposeAsync() => await _elsewhere.DisposeAsync();

    public void Dispose() => _signer.Dispose();

    private static Amount Dollars(int provider, decimal dollars) => provider == 0 ? LedgerSettlement.Usd(dollars) : LedgerElsewhere.Usd(dollars);

    private static IChatClient Chat(LocalNetwork network, params Amount[] others) => network.Client.AsIChatClient(
        network.Model, new ChatRoutingOptions { MaxCostPerRequest = LedgerSettlement.Usd(0.1m), MaxCostInOtherAssets = others, HedgeBudget = 0 });

    private Task<LocalNetwork> StartAsync(Action<LocalNetworkOptions>? configure = null, ConsumerAccount? account = null, Action<DePinClientOptions>? seen = null) => LocalNetwork.StartAsync(o =>
    {
        o.Providers = 2;
        o.Price = i => new TokenPrice(Dollars(i, 1), Dollars(i, 2));
        o.ChatClient = _ => new ScriptedChatClient(ScriptedChatClient.Numbered(Length));
        o.ConfigureProvider = (i, provider) => provider.Settlement = i == 0 ? provider.Settlement : _elsewhere;
        o.ConfigureClient = client =>
        {
            client.Selector = new FirstInLineSelector();
            client.OtherAccounts.Add(account ?? new ConsumerAccount { Settlement = _elsewhere, Signer = _signer });
            seen?.Invoke(client);
        };
        configure?.Invoke(o);
    });

    // Every channel closes with its provider's help, and on both chains everybody holds what the answer says.
    private async Task RequirePaidAsync(LocalNetwork network, Answer answer)
    {
        var reports = await network.Client.SettleAsync();
        Assert.Equal(2, reports.Count);
        Assert.All(reports, r => Assert.True(r is { Closing: ChannelClosing.Cooperative, Status: ChannelStatus.Closed }, $"{r.Closing} {r.Status}: {r.Failure?.Message}"));
        Assert.Equal(answer.Attempts[0].Amount, await network.Ledger.GetBalanceAsync(network.Providers[0].Account, LedgerSettlement.Credit));
        Assert.Equal(answer.Attempts[1].Amount, await _elsewhere.GetBalanceAsync(network.Providers[1].Account, LedgerElsewhere.Credit));
        Assert.Equal(LedgerSettlement.Usd(1000), answer.Attempts[0].Amount + await network.GetConsumerBalanceAsync());
        Assert.Equal(LedgerElsewhere.Usd(1000), answer.Attempts[1].Amount + await _elsewhere.GetBalanceAsync(_elsewhere.GetAccount(_signer.PublicKey), LedgerElsewhere.Credit));
    }
}
