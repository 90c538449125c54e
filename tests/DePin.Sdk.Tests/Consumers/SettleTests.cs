using DePin.Sdk.Consumers;
using DePin.Sdk.Jobs;
using DePin.Sdk.Settlement;
using DePin.Sdk.Testing;
using Microsoft.Extensions.AI;

namespace DePin.Sdk.Tests.Consumers;

public sealed class SettleTests
{
    [Fact]
    public async Task SettleAsync_ProviderAnswers_ClosesAtOnce()
    {
        await using var network = await TestNetwork.StartAsync();
        using var chat = TestNetwork.Chat(network);
        await chat.GetResponseAsync("Hi");
        var report = Assert.Single(await network.Client.SettleAsync());
        Assert.Equal((ChannelClosing.Cooperative, network.Providers[0].Endpoint, network.Providers[0].PublicKey, (Exception?)null), (report.Closing, report.Endpoint, report.Provider!.Value, report.Failure));
        Assert.Equal(TestNetwork.Price(0).CostOf(new JobUsage(8, 12)), report.Paid);
        Assert.Equal(report.Deposited, report.Paid + report.Refunded);
        Assert.Empty(await network.Client.SettleAsync());
    }

    [Fact]
    public async Task SettleAsync_ThenAnotherRequest_OpensANewChannel()
    {
        await using var network = await TestNetwork.StartAsync();
        using var chat = TestNetwork.Chat(network);
        await chat.GetResponseAsync("Hi");
        var first = Assert.Single(await network.Client.SettleAsync());
        await chat.GetResponseAsync("Hi again");
        var second = Assert.Single(await network.Client.SettleAsync());
        Assert.NotEqual(first.Channel, second.Channel);
        Assert.Equal(ChannelStatus.Closed, second.Status);
    }

    [Fact]
    public async Task SettleAsync_ProviderIsGone_TakesTheMoneyBackAfterTheGracePeriod()
    {
        var time = new ManualTimeProvider();
        await using var network = await TestNetwork.StartAsync(configure: o => o.TimeProvider = time);
        using var chat = TestNetwork.Chat(network);
        await chat.GetResponseAsync("Hi");
        network.Providers[0].Kill();

        var requested = Assert.Single(await network.Client.SettleAsync());
        Assert.Equal((ChannelClosing.Requested, ChannelStatus.Closing), (requested.Closing, requested.Status));
        Assert.Equal(DePinErrorCode.Unavailable, Assert.IsType<DePinException>(requested.Failure).Code);
        Assert.Equal(time.GetUtcNow() + TimeSpan.FromDays(1), requested.ClosesAt);

        time.Advance(TimeSpan.FromHours(23));
        Assert.Equal(ChannelClosing.Waiting, Assert.Single(await network.Client.SettleAsync()).Closing);
        time.Advance(TimeSpan.FromHours(1));
        var withdrawn = Assert.Single(await network.Client.SettleAsync());
        Assert.Equal((ChannelClosing.Withdrawn, ChannelStatus.Closed), (withdrawn.Closing, withdrawn.Status));
        Assert.Equal(withdrawn.Deposited, withdrawn.Paid + withdrawn.Refunded);
        Assert.Equal(LedgerSettlement.Usd(1000), await network.GetConsumerBalanceAsync() + withdrawn.Paid);
    }

    [Fact]
    public async Task SettleAsync_ProviderComesBackInTheGracePeriod_IsPaidAndCloses()
    {
        var time = new ManualTimeProvider();
        await using var network = await TestNetwork.StartAsync(configure: o => o.TimeProvider = time);
        using var chat = TestNetwork.Chat(network);
        await chat.GetResponseAsync("Hi");
        network.Providers[0].Kill();
        Assert.Equal(ChannelClosing.Requested, Assert.Single(await network.Client.SettleAsync()).Closing);
        network.Providers[0].Restart();
        var report = Assert.Single(await network.Client.SettleAsync());
        Assert.Equal((ChannelClosing.Cooperative, TestNetwork.Price(0).CostOf(new JobUsage(8, 12))), (report.Closing, report.Paid));
    }
}
