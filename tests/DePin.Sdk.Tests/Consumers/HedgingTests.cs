using DePin.Sdk.Consumers;
using DePin.Sdk.Consumers.Internal;
using DePin.Sdk.Testing;

namespace DePin.Sdk.Tests.Consumers;

public sealed class HedgingTests
{
    [Fact]
    public async Task GetResponseAsync_FirstIsSlow_TheSecondWinsAndTheFirstIsCancelled()
    {
        var held = new HeldModel(12, heldAt: 0);
        await using var network = await TestNetwork.StartAsync(configure: o => o.ChatClient = i => i == 0 ? held.Client : new ScriptedChatClient(ScriptedChatClient.Numbered(12)));
        using var chat = TestNetwork.Chat(network, o => (o.HedgeBudget, o.HedgeDelay) = (0.05, TimeSpan.Zero));
        var answer = await Answer.ReadAsync(chat);
        Assert.Equal(TestNetwork.Tokens(12), answer.Text);
        Assert.Equal([network.Providers[0].PublicKey, network.Providers[1].PublicKey], answer.Attempts.Select(a => a.Provider));
        Assert.Equal((DeliveryEnding.Completed, 12), (answer.Attempts[1].Ending, answer.Attempts[1].Usage.OutputTokens));
        await network.Client.WhenIdleAsync();
        Assert.Equal(0, network.Client.Statistics.Get(network.Providers[0].PublicKey).InFlight);
        await TestNetwork.SettleExactlyAsync(network, answer.Attempts);
    }

    [Fact]
    public async Task GetResponseAsync_BudgetIsSpent_WaitsForTheFirst()
    {
        var held = new HeldModel(12, heldAt: 0);
        await using var network = await TestNetwork.StartAsync(configure: o => o.ChatClient = i => i == 0 ? held.Client : new ScriptedChatClient(ScriptedChatClient.Numbered(12)));
        using var chat = TestNetwork.Chat(network, o => (o.HedgeBudget, o.HedgeDelay) = (0.01, TimeSpan.Zero));
        Assert.Equal(2, (await Answer.ReadAsync(chat)).Attempts.Count);

        var second = Answer.ReadAsync(chat);
        await held.Reached;
        held.LetGo();
        var delivery = Assert.Single((await second).Attempts);
        Assert.Equal(network.Providers[0].PublicKey, delivery.Provider);
    }

    [Fact]
    public async Task GetResponseAsync_HedgeFails_TheFirstStillAnswers()
    {
        var held = new HeldModel(12, heldAt: 0);
        await using var network = await TestNetwork.StartAsync(providers: 2, configure: o => o.ChatClient = i => i == 0 ? held.Client : new ScriptedChatClient(ScriptedChatClient.Numbered(12)));
        network.Providers[1].Faults.Refusal = () =>
        {
            held.LetGo();
            return new DePinException(DePinErrorCode.Overloaded, Fault.Provider, "Full.", isTransient: true);
        };
        using var chat = TestNetwork.Chat(network, o => (o.HedgeBudget, o.HedgeDelay) = (1, TimeSpan.Zero));
        var answer = await Answer.ReadAsync(chat);
        Assert.Equal(TestNetwork.Tokens(12), answer.Text);
        Assert.Equal(DeliveryEnding.Completed, answer.Attempts[0].Ending);
    }

    [Fact]
    public void HedgeBucket_ManyRequests_StaysWithinItsShare()
    {
        var bucket = new HedgeBucket(0.05);
        int hedges = 0;
        for (int i = 0; i < 1000; i++)
        {
            bucket.RequestStarted();
            hedges += bucket.TryTake() ? 1 : 0;
        }

        Assert.Equal(51, hedges);
        Assert.False(new HedgeBucket(0).IsEnabled);
        Assert.False(new HedgeBucket(0).TryTake());
    }

    [Fact]
    public void HedgeBucket_LongQuiet_DoesNotSaveUpWithoutBound()
    {
        var bucket = new HedgeBucket(1);
        for (int i = 0; i < 1000; i++)
        {
            bucket.RequestStarted();
        }

        Assert.Equal(10, Enumerable.Range(0, 1000).Count(_ => bucket.TryTake()));
    }

    [Fact]
    public void FirstTokenTimes_Percentile_IsOfTheRecentOnes()
    {
        var times = new FirstTokenTimes();
        for (int i = 1; i <= 7; i++)
        {
            times.Record(TimeSpan.FromMilliseconds(i));
        }

        Assert.Null(times.GetPercentile95());
        for (int i = 1; i <= 1000; i++)
        {
            times.Record(TimeSpan.FromMilliseconds(100 + (i % 20)));
        }

        Assert.Equal(TimeSpan.FromMilliseconds(119), times.GetPercentile95());
    }
}
