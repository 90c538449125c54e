using DePin.Sdk.Consumers;
using DePin.Sdk.Jobs;
using DePin.Sdk.Settlement;
using DePin.Sdk.Testing;
using Microsoft.Extensions.AI;

namespace DePin.Sdk.Tests.Consumers;

public sealed class CancellationTests
{
    [Fact]
    public async Task GetStreamingResponseAsync_CallerCancels_PaysExactlyWhatWasDelivered()
    {
        var held = new HeldModel(12, heldAt: 4);
        await using var network = await TestNetwork.StartAsync(configure: o => o.ChatClient = _ => held.Client);
        using var chat = TestNetwork.Chat(network);
        using var cancel = new CancellationTokenSource();
        await using var answer = chat.GetStreamingResponseAsync("Hi", null, cancel.Token).GetAsyncEnumerator();
        Assert.Equal(TestNetwork.Tokens(4), await ReadAsync(answer, 4));

        var next = answer.MoveNextAsync();
        Assert.False(next.IsCompleted);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await next);
        await AssertPaidAsync(network, new JobUsage(8, 4));
    }

    [Fact]
    public async Task GetStreamingResponseAsync_CallerLeaves_PaysExactlyWhatWasDelivered()
    {
        var held = new HeldModel(12, heldAt: 4);
        await using var network = await TestNetwork.StartAsync(configure: o => o.ChatClient = _ => held.Client);
        using var chat = TestNetwork.Chat(network);
        await using (var answer = chat.GetStreamingResponseAsync("Hi").GetAsyncEnumerator())
        {
            Assert.Equal(TestNetwork.Tokens(4), await ReadAsync(answer, 4));
        }

        await AssertPaidAsync(network, new JobUsage(8, 4));
        Assert.Equal(0, network.Client.Statistics.Get(network.Providers[0].PublicKey).InFlight);
        Assert.Equal(1, network.Client.Statistics.Get(network.Providers[0].PublicKey).SuccessRate);
    }

    [Fact]
    public async Task GetResponseAsync_CancelledBeforeItBegins_AsksNobody()
    {
        await using var network = await TestNetwork.StartAsync();
        using var chat = TestNetwork.Chat(network);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => chat.GetResponseAsync("Hi", cancellationToken: new CancellationToken(canceled: true)));
        Assert.Empty(await network.Client.SettleAsync());
    }

    [Fact]
    public async Task GetResponseAsync_CancelledWhileWaitingForTheFirstToken_IsCancelled()
    {
        var held = new HeldModel(12, heldAt: 0);
        await using var network = await TestNetwork.StartAsync(configure: o => o.ChatClient = _ => held.Client);
        using var chat = TestNetwork.Chat(network);
        using var cancel = new CancellationTokenSource();
        var answer = chat.GetResponseAsync("Hi", cancellationToken: cancel.Token);
        await held.Reached;
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answer);
        await AssertPaidAsync(network, new JobUsage(0, 0));
    }

    [Fact]
    public async Task GetStreamingResponseAsync_ProviderFallsSilent_AnotherContinues()
    {
        var time = new ManualTimeProvider();
        var held = new HeldModel(12, heldAt: 4);
        await using var network = await TestNetwork.StartAsync(configure: o =>
        {
            o.TimeProvider = time;
            o.ChatClient = i => i == 0 ? held.Client : new ScriptedChatClient(ScriptedChatClient.Numbered(12));
        });
        using var chat = TestNetwork.Chat(network, o => o.StallTimeout = TimeSpan.FromSeconds(7));
        await using var answer = chat.GetStreamingResponseAsync("Hi").GetAsyncEnumerator();
        var text = await ReadAsync(answer, 4);
        var next = answer.MoveNextAsync();
        time.Advance(TimeSpan.FromSeconds(6.9));
        Assert.False(next.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.True(await next);
        do
        {
            text += answer.Current.Text;
        }
        while (await answer.MoveNextAsync());
        Assert.Equal(TestNetwork.Tokens(12), text);
        Assert.True(network.Client.Statistics.Get(network.Providers[0].PublicKey).SuccessRate < 1);
    }

    [Fact]
    public async Task GetResponseAsync_FirstTokenDoesNotCome_AnotherIsAsked()
    {
        var time = new ManualTimeProvider();
        var held = new HeldModel(12, heldAt: 0);
        await using var network = await TestNetwork.StartAsync(configure: o =>
        {
            o.TimeProvider = time;
            o.ChatClient = i => i == 0 ? held.Client : new ScriptedChatClient(ScriptedChatClient.Numbered(12));
        });
        using var chat = TestNetwork.Chat(network, o => o.FirstTokenTimeout = TimeSpan.FromSeconds(3));
        var answer = Answer.ReadAsync(chat);
        await held.Reached;
        time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(TestNetwork.Tokens(12), (await answer).Text);
        Assert.Equal([DeliveryEnding.Failed, DeliveryEnding.Completed], (await answer).Attempts.Select(a => a.Ending));
    }

    [Fact]
    public async Task GetStreamingResponseAsync_DeadlinePasses_IsTimeoutAndPaysWhatWasDelivered()
    {
        var time = new ManualTimeProvider();
        var held = new HeldModel(12, heldAt: 4);
        await using var network = await TestNetwork.StartAsync(configure: o =>
        {
            o.TimeProvider = time;
            o.ChatClient = _ => held.Client;
        });
        using var chat = TestNetwork.Chat(network, o => o.RequestTimeout = TimeSpan.FromSeconds(10));
        await using var answer = chat.GetStreamingResponseAsync("Hi").GetAsyncEnumerator();
        await ReadAsync(answer, 4);
        var next = answer.MoveNextAsync();
        time.Advance(TimeSpan.FromSeconds(10));
        await Assert.ThrowsAsync<TimeoutException>(async () => await next);
        await AssertPaidAsync(network, new JobUsage(8, 4));
    }

    private static async Task<string> ReadAsync(IAsyncEnumerator<ChatResponseUpdate> answer, int updates)
    {
        var text = string.Empty;
        for (int i = 0; i < updates; i++)
        {
            Assert.True(await answer.MoveNextAsync());
            text += answer.Current.Text;
        }

        return text;
    }

    private static async Task AssertPaidAsync(LocalNetwork network, JobUsage usage)
    {
        await network.Client.WhenIdleAsync();
        var report = Assert.Single(await network.Client.SettleAsync());
        Assert.Equal(ChannelStatus.Closed, report.Status);
        Assert.Equal(TestNetwork.Price(0).CostOf(usage), report.Paid);
        Assert.Equal(LedgerSettlement.Usd(1000), report.Paid + await network.GetConsumerBalanceAsync());
    }
}
