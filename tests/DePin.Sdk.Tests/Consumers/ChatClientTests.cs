using DePin.Sdk.Consumers;
using DePin.Sdk.Identity;
using DePin.Sdk.Jobs;
using DePin.Sdk.Settlement;
using DePin.Sdk.Testing;
using Microsoft.Extensions.AI;

namespace DePin.Sdk.Tests.Consumers;

public sealed class ChatClientTests
{
    [Fact]
    public async Task GetStreamingResponseAsync_OneProvider_StreamsTheAnswerWithItsBill()
    {
        await using var network = await TestNetwork.StartAsync(providers: 1);
        using IChatClient chat = TestNetwork.Chat(network);
        var answer = await Answer.ReadAsync(chat);

        Assert.Equal(TestNetwork.Tokens(12), answer.Text);
        Assert.Equal(13, answer.Updates.Count);
        Assert.Equal(ChatFinishReason.Stop, answer.Final.FinishReason);
        Assert.All(answer.Updates, u => Assert.Equal((ChatRole.Assistant, network.Model, answer.Final.ResponseId), (u.Role, u.ModelId, u.ResponseId)));
        Assert.Equal((8, 12, 20), (answer.Usage.InputTokenCount, answer.Usage.OutputTokenCount, answer.Usage.TotalTokenCount));
        var delivery = Assert.Single(answer.Attempts);
        Assert.Equal((DeliveryEnding.Completed, network.Providers[0].PublicKey), (delivery.Ending, delivery.Provider));
        Assert.NotNull(delivery.TimeToFirstToken);
        Assert.Equal(TestNetwork.Price(0).CostOf(new JobUsage(8, 12)), answer.Cost);
        var receipt = Assert.Single(answer.Receipts);
        Assert.Equal(answer.Cost, receipt.Amount);
        Assert.True(SignatureVerifiers.Default.Verify(network.Providers[0].PublicKey, receipt.GetSigningBytes(), receipt.Signature));
        await TestNetwork.SettleExactlyAsync(network, answer.Attempts);
    }

    [Fact]
    public async Task GetResponseAsync_OneProvider_AggregatesTextUsageAndReceipts()
    {
        await using var network = await TestNetwork.StartAsync(providers: 1);
        using IChatClient chat = TestNetwork.Chat(network);
        var response = await chat.GetResponseAsync("Greet the traveller.");
        Assert.Equal(TestNetwork.Tokens(12), response.Text);
        Assert.Equal(20, response.Usage!.TotalTokenCount);
        Assert.Equal(ChatFinishReason.Stop, response.FinishReason);
        Assert.Single((IReadOnlyList<JobReceipt>)response.AdditionalProperties![DePinChatProperties.Receipts]!);
        Assert.Equal(network.Model, response.ModelId);
    }

    [Fact]
    public async Task GetStreamingResponseAsync_EnumeratedTwice_AsksTwice()
    {
        await using var network = await TestNetwork.StartAsync(providers: 1);
        using IChatClient chat = TestNetwork.Chat(network);
        var answer = chat.GetStreamingResponseAsync("Hi");
        var first = await answer.ToChatResponseAsync();
        var second = await answer.ToChatResponseAsync();
        Assert.Equal(first.Text, second.Text);
        Assert.NotEqual(first.ResponseId, second.ResponseId);
    }

    [Fact]
    public async Task GetStreamingResponseAsync_NotEnumerated_CostsNothing()
    {
        await using var network = await TestNetwork.StartAsync(providers: 1);
        using IChatClient chat = TestNetwork.Chat(network);
        _ = chat.GetStreamingResponseAsync("Hi");
        Assert.Empty(await network.Client.SettleAsync());
        Assert.Equal(LedgerSettlement.Usd(1000), await network.GetConsumerBalanceAsync());
    }

    [Fact]
    public async Task GetService_KnownTypes_AreFound()
    {
        await using var network = await TestNetwork.StartAsync(providers: 1);
        using IChatClient chat = TestNetwork.Chat(network);
        var metadata = chat.GetService<ChatClientMetadata>()!;
        Assert.Equal(("depin", network.Model), (metadata.ProviderName, metadata.DefaultModelId));
        Assert.Same(network.Client, chat.GetService<DePinClient>());
        Assert.Same(chat, chat.GetService<IChatClient>());
        Assert.Null(chat.GetService(typeof(string)));
        Assert.Null(chat.GetService(typeof(DePinClient), "key"));
        Assert.Throws<ArgumentNullException>(() => chat.GetService(null!));
    }

    [Fact]
    public async Task AsIChatClient_Misuse_SaysWhatToWrite()
    {
        await using var network = await TestNetwork.StartAsync(providers: 1);
        Assert.Throws<ArgumentException>(() => network.Client.AsIChatClient(" "));
        Assert.Throws<ArgumentOutOfRangeException>(() => network.Client.AsIChatClient("m", new() { MaxAttempts = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => network.Client.AsIChatClient("m", new() { HedgeBudget = 2 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => network.Client.AsIChatClient("m", new() { StallTimeout = TimeSpan.Zero }));
        using IChatClient chat = TestNetwork.Chat(network);
        Assert.Throws<ArgumentNullException>(() => { chat.GetStreamingResponseAsync((IEnumerable<ChatMessage>)null!); });
        Assert.Throws<ArgumentException>(() => { chat.GetStreamingResponseAsync(Array.Empty<ChatMessage>()); });
    }

    [Fact]
    public async Task Dispose_OfOneChatClient_LeavesTheOthersWorking()
    {
        await using var network = await TestNetwork.StartAsync(providers: 1);
        var first = TestNetwork.Chat(network);
        using var second = TestNetwork.Chat(network);
        first.Dispose();
        first.Dispose();
        Assert.Equal(TestNetwork.Tokens(12), (await second.GetResponseAsync("Hi")).Text);
    }

    [Fact]
    public async Task DisposeAsync_OfTheClient_RefusesFurtherRequests()
    {
        await using var network = await TestNetwork.StartAsync(providers: 1);
        using var chat = TestNetwork.Chat(network);
        await network.Client.DisposeAsync();
        await network.Client.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => chat.GetResponseAsync("Hi"));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => network.Client.SettleAsync());
    }

    [Fact]
    public async Task ConnectAsync_MissingOptions_SaysWhatToWrite()
    {
        Assert.Contains("Directory = new StaticDirectory", (await Assert.ThrowsAsync<ArgumentException>(() => DePinClient.ConnectAsync(new DePinClientOptions()))).Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ArgumentNullException>(() => DePinClient.ConnectAsync(null!));
    }

    [Fact]
    public async Task GetResponseAsync_UnknownModel_IsNoProvider()
    {
        await using var network = await TestNetwork.StartAsync(providers: 1);
        using var chat = network.Client.AsIChatClient("nobody-has-this");
        Assert.Equal(DePinErrorCode.NoProvider, (await Assert.ThrowsAsync<DePinException>(() => chat.GetResponseAsync("Hi"))).Code);
    }

    [Fact]
    public async Task GetResponseAsync_ModelIdOfTheRequest_OverridesTheDefault()
    {
        await using var network = await TestNetwork.StartAsync(providers: 1);
        using var chat = network.Client.AsIChatClient("nobody-has-this");
        var response = await chat.GetResponseAsync("Hi", new() { ModelId = network.Model });
        Assert.Equal((TestNetwork.Tokens(12), network.Model), (response.Text, response.ModelId));
    }

    [Fact]
    public async Task GetResponseAsync_FreeModel_NeedsNoMoney()
    {
        await using var network = await TestNetwork.StartAsync(providers: 2, configure: o =>
        {
            o.Price = _ => new(Amount.Zero(LedgerSettlement.Credit), Amount.Zero(LedgerSettlement.Credit));
            o.ConsumerFunds = Amount.Zero(LedgerSettlement.Credit);
        });
        network.Providers[0].Faults.KillAfterOutputs = 5;
        using var chat = TestNetwork.Chat(network);
        var answer = await Answer.ReadAsync(chat);
        Assert.Equal(TestNetwork.Tokens(12), answer.Text);
        Assert.True(answer.Cost.IsZero);
        Assert.Empty(await network.Client.SettleAsync());
    }

    [Fact]
    public async Task GetResponseAsync_PaymentAhead_PaysExactly()
    {
        await using var network = await TestNetwork.StartAsync(tokens: 200, providers: 1, configure: o => o.CreditWindow = _ => Amount.Zero(LedgerSettlement.Credit));
        using var chat = TestNetwork.Chat(network);
        var answer = await Answer.ReadAsync(chat);
        Assert.Equal(TestNetwork.Tokens(200), answer.Text);
        Assert.Equal(answer.Cost, Assert.Single(answer.Receipts).Amount);
        await TestNetwork.SettleExactlyAsync(network, answer.Attempts);
    }

    [Fact]
    public async Task GetResponseAsync_ManyAtOnce_AllAreAnsweredAndPaidExactly()
    {
        await using var network = await TestNetwork.StartAsync(tokens: 40);
        using var chat = TestNetwork.Chat(network);
        var answers = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => Task.Run(() => Answer.ReadAsync(chat))));
        Assert.All(answers, a => Assert.Equal(TestNetwork.Tokens(40), a.Text));
        TestNetwork.AssertPriced(network, answers.SelectMany(a => a.Attempts));
        Assert.Equal(64, answers.Sum(a => a.Receipts.Count));
        await TestNetwork.SettleExactlyAsync(network, answers.SelectMany(a => a.Attempts));
    }

    [Fact]
    public async Task LocalNetwork_Defaults_AnswerInThreeLines()
    {
        await using var network = await LocalNetwork.StartAsync();
        using IChatClient chat = network.Client.AsIChatClient(network.Model);
        Assert.StartsWith("Well met", (await chat.GetResponseAsync("Greet the traveller.")).Text, StringComparison.Ordinal);
    }
}
