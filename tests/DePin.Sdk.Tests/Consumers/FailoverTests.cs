using DePin.Sdk.Consumers;
using DePin.Sdk.Settlement;
using DePin.Sdk.Testing;
using Microsoft.Extensions.AI;

namespace DePin.Sdk.Tests.Consumers;

public sealed class FailoverTests
{
    private const int Length = 12;

    public static TheoryData<int> Positions => [.. Enumerable.Range(0, Length + 1)];

    [Theory]
    [MemberData(nameof(Positions))]
    public async Task GetStreamingResponseAsync_ProviderDiesAtToken_NothingIsLostRepeatedOrMispaid(int position)
    {
        await using var network = await TestNetwork.StartAsync(Length, configure: o => o.ChatClient = _ => Paced(Length));
        network.Providers[0].Faults.KillAfterOutputs = position;
        using var chat = TestNetwork.Chat(network);
        var answer = await Answer.ReadAsync(chat);

        Assert.Equal(TestNetwork.Tokens(Length), answer.Text);
        Assert.Equal(Length, answer.Usage.OutputTokenCount);
        Assert.InRange(answer.Attempts[0].Usage.OutputTokens, 0, position);
        TestNetwork.AssertPriced(network, answer.Attempts);
        await TestNetwork.SettleExactlyAsync(network, answer.Attempts);
    }

    [Theory]
    [MemberData(nameof(Positions))]
    public async Task GetStreamingResponseAsync_ModelFailsAtToken_NothingIsLostRepeatedOrMispaid(int position)
    {
        await using var network = await TestNetwork.StartAsync(Length, configure: o => o.ChatClient = i => new ScriptedChatClient(ScriptedChatClient.Numbered(Length)) { FaultAt = i == 0 ? position : null });
        using var chat = TestNetwork.Chat(network);
        var answer = await Answer.ReadAsync(chat);

        Assert.Equal(TestNetwork.Tokens(Length), answer.Text);
        Assert.Equal(position, answer.Attempts[0].Usage.OutputTokens);
        Assert.Equal(position < Length ? 2 : 1, answer.Attempts.Count);
        TestNetwork.AssertPriced(network, answer.Attempts);
        await TestNetwork.SettleExactlyAsync(network, answer.Attempts);
    }

    [Fact]
    public async Task GetStreamingResponseAsync_TwoDieOneAfterTheOther_TheThirdFinishes()
    {
        await using var network = await TestNetwork.StartAsync(Length, configure: o => o.ChatClient = i => new ScriptedChatClient(ScriptedChatClient.Numbered(Length)) { FaultAt = i switch { 0 => 3, 1 => 8, _ => null } });
        using var chat = TestNetwork.Chat(network);
        var answer = await Answer.ReadAsync(chat);

        Assert.Equal(TestNetwork.Tokens(Length), answer.Text);
        Assert.Equal([3, 5, 4], answer.Attempts.Select(a => a.Usage.OutputTokens));
        Assert.Equal([DeliveryEnding.Failed, DeliveryEnding.Failed, DeliveryEnding.Completed], answer.Attempts.Select(a => a.Ending));
        await TestNetwork.SettleExactlyAsync(network, answer.Attempts);
    }

    [Fact]
    public async Task GetResponseAsync_AllAreDead_SaysWhyEachFailed()
    {
        await using var network = await TestNetwork.StartAsync();
        foreach (var provider in network.Providers)
        {
            provider.Kill();
        }

        using var chat = TestNetwork.Chat(network);
        var failure = await Assert.ThrowsAsync<DePinException>(() => chat.GetResponseAsync("Hi"));
        Assert.Equal((DePinErrorCode.Unavailable, true), (failure.Code, failure.IsTransient));
        Assert.Equal(3, Assert.IsType<AggregateException>(failure.InnerException).InnerExceptions.Count);
    }

    [Fact]
    public async Task GetStreamingResponseAsync_AllDieInTheMiddle_TheCallerKeepsTheTextAndGetsTheError()
    {
        await using var network = await TestNetwork.StartAsync(Length, configure: o => o.ChatClient = i => new ScriptedChatClient(ScriptedChatClient.Numbered(Length)) { FaultAt = 2 + i });
        using var chat = TestNetwork.Chat(network);
        var text = string.Empty;
        var failure = await Assert.ThrowsAsync<DePinException>(async () =>
        {
            await foreach (var update in chat.GetStreamingResponseAsync("Hi"))
            {
                text += update.Text;
            }
        });
        Assert.Equal(DePinErrorCode.ProviderFailed, failure.Code);
        Assert.Equal(TestNetwork.Tokens(4), text);
    }

    [Fact]
    public async Task GetResponseAsync_RefusedByTheFirst_AsksTheNextAtOnce()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Providers[0].Faults.Refusal = () => new DePinException(DePinErrorCode.Overloaded, Fault.Provider, "Full.", isTransient: true);
        using var chat = TestNetwork.Chat(network);
        var answer = await Answer.ReadAsync(chat);
        Assert.Equal(TestNetwork.Tokens(12), answer.Text);
        Assert.Equal([DeliveryEnding.Failed, DeliveryEnding.Completed], answer.Attempts.Select(a => a.Ending));
        Assert.Equal(DePinErrorCode.Overloaded, Assert.IsType<DePinException>(answer.Attempts[0].Failure).Code);
        Assert.True(network.Client.Statistics.Get(network.Providers[0].PublicKey).SuccessRate < 1);
        Assert.Equal(0, network.Client.Statistics.Get(network.Providers[0].PublicKey).InFlight);
        Assert.Equal(0, network.Client.Statistics.Get(network.Providers[1].PublicKey).InFlight);
    }

    [Fact]
    public async Task GetResponseAsync_MaxAttempts_IsKept()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Providers[0].Kill();
        network.Providers[1].Kill();
        using var chat = TestNetwork.Chat(network, o => o.MaxAttempts = 2);
        Assert.Equal(DePinErrorCode.Unavailable, (await Assert.ThrowsAsync<DePinException>(() => chat.GetResponseAsync("Hi"))).Code);
    }

    [Fact]
    public async Task GetResponseAsync_OnlyTheReceiptIsMissing_TheAnswerIsComplete()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Providers[0].Faults.WithholdReceipts = true;
        using var chat = TestNetwork.Chat(network);
        var answer = await Answer.ReadAsync(chat);
        Assert.Equal(TestNetwork.Tokens(12), answer.Text);
        Assert.Equal(ChatFinishReason.Stop, answer.Final.FinishReason);
        var delivery = Assert.Single(answer.Attempts);
        Assert.Equal(DeliveryEnding.WithoutReceipt, delivery.Ending);
        Assert.Empty(answer.Receipts);
        await TestNetwork.SettleExactlyAsync(network, answer.Attempts);
    }

    [Fact]
    public async Task GetStreamingResponseAsync_FunctionCallDelivered_IsNotContinuedByAnother()
    {
        await using var network = await TestNetwork.StartAsync(configure: o => o.ChatClient = _ => new CallThenFail());
        using var chat = TestNetwork.Chat(network);
        var seen = new List<AIContent>();
        var failure = await Assert.ThrowsAsync<DePinException>(async () =>
        {
            await foreach (var update in chat.GetStreamingResponseAsync("Hi"))
            {
                seen.AddRange(update.Contents);
            }
        });
        Assert.Equal("look", Assert.IsType<FunctionCallContent>(Assert.Single(seen)).Name);
        Assert.Equal(DePinErrorCode.Unavailable, failure.Code);
        Assert.NotNull(failure.InnerException);
    }

    [Fact]
    public async Task GetStreamingResponseAsync_MaxOutputTokens_HoldsOverTheFailover()
    {
        await using var network = await TestNetwork.StartAsync(Length, configure: o => o.ChatClient = i => new ScriptedChatClient(ScriptedChatClient.Numbered(Length)) { FaultAt = i == 0 ? 4 : null });
        using var chat = TestNetwork.Chat(network);
        var answer = await Answer.ReadAsync(chat, new ChatOptions { MaxOutputTokens = 7 });
        Assert.Equal(TestNetwork.Tokens(7), answer.Text);
        Assert.Equal(ChatFinishReason.Length, answer.Final.FinishReason);
        Assert.Equal([4, 3], answer.Attempts.Select(a => a.Usage.OutputTokens));
    }

    [Fact]
    public async Task GetStreamingResponseAsync_DiesAfterTheLastAllowedToken_IsComplete()
    {
        await using var network = await TestNetwork.StartAsync(Length, configure: o => o.ChatClient = i => new ScriptedChatClient(ScriptedChatClient.Numbered(Length)) { BeforeToken = null, FaultAt = i == 0 ? 4 : null });
        using var chat = TestNetwork.Chat(network);
        var answer = await Answer.ReadAsync(chat, new ChatOptions { MaxOutputTokens = 5 });
        Assert.Equal(TestNetwork.Tokens(5), answer.Text);
        Assert.Equal([4, 1], answer.Attempts.Select(a => a.Usage.OutputTokens));
    }

    /// <summary>A model that lets go of its thread before each token, so that each token travels alone.</summary>
    private static ScriptedChatClient Paced(int length) => new(ScriptedChatClient.Numbered(length)) { BeforeToken = async (_, _) => await Task.Yield() };

    private sealed class CallThenFail : IChatClient
    {
        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
            GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

        public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            await Task.Yield();
            yield return new ChatResponseUpdate(ChatRole.Assistant, [new FunctionCallContent("1", "look")]);
            throw new InvalidOperationException("The model fails.");
        }

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}
