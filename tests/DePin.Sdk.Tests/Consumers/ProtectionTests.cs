using DePin.Sdk.Consumers;
using DePin.Sdk.Consumers.Internal;
using DePin.Sdk.Jobs;
using DePin.Sdk.Market;
using DePin.Sdk.Payments;
using DePin.Sdk.Settlement;
using DePin.Sdk.Testing;
using DePin.Sdk.Wire;
using Google.Protobuf;
using Microsoft.Extensions.AI;

namespace DePin.Sdk.Tests.Consumers;

public sealed class ProtectionTests
{
    public static TheoryData<string> Tricks => [.. Rewrites.Keys];

    private static Dictionary<string, Func<ProviderFrame, ProviderFrame>> Rewrites { get; } = new()
    {
        ["another job"] = f => Change(f, x => x.Accepted is not null, x => x.Accepted.JobHash = ByteString.CopyFrom(new byte[32])),
        ["no run nonce"] = f => Change(f, x => x.Accepted is not null, x => x.Accepted.RunNonce = ByteString.Empty),
        ["amount too high"] = f => Change(f, x => x.Delta is not null, x => x.Delta.AmountDue.Low += 1),
        ["amount too low"] = f => Change(f, x => x.Delta is not null, x => x.Delta.AmountDue.Low -= 1),
        ["amount missing"] = f => Change(f, x => x.Delta is not null, x => x.Delta.AmountDue = null),
        ["negative tokens"] = f => Change(f, x => x.Delta is not null, x => x.Delta.OutputTokens = -1),
        ["endless tokens"] = f => Change(f, x => x.Delta is not null, x => (x.Delta.OutputTokens, x.Delta.InputTokens) = (long.MaxValue, long.MaxValue)),
        ["too many input tokens"] = f => Change(f, x => x.Delta is not null, x =>
        {
            x.Delta.InputTokens = 100_000;
            x.Delta.AmountDue = WireConvert.ToWire(TestNetwork.Price(0).CostOf(new JobUsage(100_000, x.Delta.OutputTokens)).BaseUnits);
        }),
        ["delta before acceptance"] = f => Change(f, x => x.Accepted is not null, x => x.Delta = new JobDelta()),
        ["empty frame"] = f => Change(f, x => x.Delta is not null, x => x.ClearFrame()),
    };

    [Theory]
    [MemberData(nameof(Tricks))]
    public async Task GetResponseAsync_ProviderCheats_IsLeftUnpaidForAnother(string trick)
    {
        await using var network = await TestNetwork.StartAsync();
        network.Providers[0].Faults.Rewrite = Rewrites[trick];
        using var chat = TestNetwork.Chat(network);
        var answer = await Answer.ReadAsync(chat);
        Assert.Equal(TestNetwork.Tokens(12), answer.Text);
        Assert.Equal([DeliveryEnding.Failed, DeliveryEnding.Completed], answer.Attempts.Select(a => a.Ending));
        var failure = Assert.IsType<DePinException>(answer.Attempts[0].Failure);
        Assert.Equal(Fault.Provider, failure.Fault);
        Assert.True(failure.Code is DePinErrorCode.InvalidReceipt or DePinErrorCode.InvalidFrame);
        Assert.True(answer.Attempts[0].Amount.IsZero);
        Assert.True(network.Client.Statistics.Get(network.Providers[0].PublicKey).SuccessRate < 1);
    }

    [Fact]
    public async Task GetResponseAsync_ProviderBillsTokensWithoutContent_IsLeftUnpaidForAnother()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Providers[0].Faults.ExtraOutputTokens = 1000;
        using var chat = TestNetwork.Chat(network);
        var answer = await Answer.ReadAsync(chat);
        Assert.Equal(TestNetwork.Tokens(12), answer.Text);
        Assert.Equal(DePinErrorCode.InvalidReceipt, Assert.IsType<DePinException>(answer.Attempts[0].Failure).Code);
        Assert.True(answer.Attempts[0].Amount.IsZero);
    }

    [Fact]
    public async Task GetResponseAsync_UnreadableOutputs_AreNotPaid()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Providers[0].Faults.CorruptOutputs = true;
        using var chat = TestNetwork.Chat(network);
        var answer = await Answer.ReadAsync(chat);
        Assert.Equal(TestNetwork.Tokens(12), answer.Text);
        Assert.Equal(DePinErrorCode.InvalidFrame, Assert.IsType<DePinException>(answer.Attempts[0].Failure).Code);
        await TestNetwork.SettleExactlyAsync(network, answer.Attempts);
    }

    [Fact]
    public async Task GetStreamingResponseAsync_ReceiptDoesNotVerify_FailsAfterTheContentAndPaysIt()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Providers[0].Faults.CorruptReceipts = true;
        using var chat = TestNetwork.Chat(network);
        var text = string.Empty;
        var failure = await Assert.ThrowsAsync<DePinException>(async () =>
        {
            await foreach (var update in chat.GetStreamingResponseAsync("Hi"))
            {
                text += update.Text;
            }
        });
        Assert.Equal(DePinErrorCode.InvalidReceipt, failure.Code);
        Assert.Equal(TestNetwork.Tokens(12), text);
        Assert.True(network.Client.Statistics.Get(network.Providers[0].PublicKey).SuccessRate < 1);
        Assert.Equal(TestNetwork.Price(0).CostOf(new JobUsage(8, 12)), Assert.Single(await network.Client.SettleAsync()).Paid);
    }

    [Fact]
    public async Task GetResponseAsync_InvalidReceiptsAccepted_AnswersWithoutTheReceipt()
    {
        await using var network = await TestNetwork.StartAsync();
        network.Providers[0].Faults.CorruptReceipts = true;
        using var chat = TestNetwork.Chat(network, o => o.AcceptInvalidReceipts = true);
        var answer = await Answer.ReadAsync(chat);
        Assert.Equal(TestNetwork.Tokens(12), answer.Text);
        Assert.Empty(answer.Receipts);
        Assert.Equal(DeliveryEnding.WithoutReceipt, Assert.Single(answer.Attempts).Ending);
    }

    [Fact]
    public async Task GetResponseAsync_CostReachesTheLimit_StopsThere()
    {
        await using var network = await TestNetwork.StartAsync();
        var limit = TestNetwork.Price(0).CostOf(new JobUsage(8, 5));
        using var chat = TestNetwork.Chat(network, o => o.MaxCostPerRequest = limit);
        var answer = await Answer.ReadAsync(chat);
        Assert.Equal((TestNetwork.Tokens(5), ChatFinishReason.Length, limit), (answer.Text, answer.Final.FinishReason, answer.Cost));
        await TestNetwork.SettleExactlyAsync(network, answer.Attempts);
    }

    [Fact]
    public async Task GetResponseAsync_CostLimit_HoldsOverFailovers()
    {
        await using var network = await TestNetwork.StartAsync(configure: o => o.ChatClient = i => new ScriptedChatClient(ScriptedChatClient.Numbered(12)) { FaultAt = i == 0 ? 4 : null });
        var limit = TestNetwork.Price(0).CostOf(new JobUsage(8, 4)) + TestNetwork.Price(1).CostOf(new JobUsage(8, 3));
        using var chat = TestNetwork.Chat(network, o => o.MaxCostPerRequest = limit);
        var answer = await Answer.ReadAsync(chat);
        Assert.Equal((TestNetwork.Tokens(7), ChatFinishReason.Length, limit), (answer.Text, answer.Final.FinishReason, answer.Cost));
        await TestNetwork.SettleExactlyAsync(network, answer.Attempts);
    }

    [Fact]
    public async Task GetResponseAsync_NothingAffordable_IsNoProvider()
    {
        await using var network = await TestNetwork.StartAsync();
        using var chat = TestNetwork.Chat(network, o => o.MaxCostPerRequest = new Amount(1, LedgerSettlement.Credit));
        Assert.Equal(DePinErrorCode.NoProvider, (await Assert.ThrowsAsync<DePinException>(() => chat.GetResponseAsync("Hi"))).Code);
    }

    [Fact]
    public async Task GetResponseAsync_SpendPolicy_IsNotGotAroundByAnotherProvider()
    {
        await using var network = await TestNetwork.StartAsync(configure: o =>
        {
            var inner = o.ConfigureClient;
            o.ConfigureClient = c =>
            {
                inner!(c);
                c.Payments = new PaymentSessionOptions { SpendPolicy = new SpendPolicy { Total = new Amount(100, LedgerSettlement.Credit) } };
            };
        });
        using var chat = TestNetwork.Chat(network);
        Assert.Equal(DePinErrorCode.SpendLimitExceeded, (await Assert.ThrowsAsync<DePinException>(() => chat.GetResponseAsync("Hi"))).Code);
        Assert.Empty(await network.Client.SettleAsync());
    }

    [Fact]
    public async Task GetResponseAsync_SpendPolicyPerRequest_LimitsTheAnswer()
    {
        var limit = TestNetwork.Price(0).CostOf(new JobUsage(8, 5));
        await using var network = await TestNetwork.StartAsync(configure: o =>
        {
            var inner = o.ConfigureClient;
            o.ConfigureClient = c =>
            {
                inner!(c);
                c.Payments = new PaymentSessionOptions { SpendPolicy = new SpendPolicy { PerRequest = limit } };
            };
        });
        using var chat = TestNetwork.Chat(network, o => o.MaxCostPerRequest = null);
        var answer = await Answer.ReadAsync(chat);
        Assert.Equal((TestNetwork.Tokens(5), limit), (answer.Text, answer.Cost));
    }

    [Fact]
    public void DeltaRules_UsageThatShrinks_IsRefused()
    {
        var price = TestNetwork.Price(0);
        var rules = new DeltaRules(price, LedgerSettlement.Usd(1), maxInputTokens: 100, maxUnseenOutputTokens: 4);
        var delta = new JobDelta { InputTokens = 8, OutputTokens = 3, AmountDue = WireConvert.ToWire(price.CostOf(new JobUsage(8, 3)).BaseUnits) };
        Assert.Equal(new JobUsage(8, 3), rules.Check(delta, default).Usage);
        Assert.Equal(DePinErrorCode.InvalidReceipt, Assert.Throws<DePinException>(() => rules.Check(delta, new JobUsage(8, 4))).Code);
        Assert.Equal(DePinErrorCode.InvalidReceipt, Assert.Throws<DePinException>(() => rules.Check(delta, new JobUsage(9, 3))).Code);
    }

    [Fact]
    public void DeltaRules_CostAboveTheLimit_IsRefused()
    {
        var price = new TokenPrice(LedgerSettlement.Usd(1), LedgerSettlement.Usd(2));
        var rules = new DeltaRules(price, new Amount(10, LedgerSettlement.Credit), maxInputTokens: 100, maxUnseenOutputTokens: 4);
        var delta = new JobDelta { InputTokens = 8, OutputTokens = 2, AmountDue = WireConvert.ToWire(12) };
        Assert.Contains("may cost 10", Assert.Throws<DePinException>(() => rules.Check(delta, default)).Message, StringComparison.Ordinal);
    }

    private static ProviderFrame Change(ProviderFrame frame, Func<ProviderFrame, bool> when, Action<ProviderFrame> change)
    {
        if (when(frame))
        {
            change(frame);
        }

        return frame;
    }
}
