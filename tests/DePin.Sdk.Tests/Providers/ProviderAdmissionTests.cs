using DePin.Sdk.Jobs;
using DePin.Sdk.Providers;
using DePin.Sdk.Settlement;
using DePin.Sdk.Testing;
using DePin.Sdk.Transport;
using DePin.Sdk.Wire;
using Google.Protobuf;

namespace DePin.Sdk.Tests.Providers;

public class ProviderAdmissionTests
{
    private static readonly ScriptedChatClient Client = new(["Hail."]);

    public static TheoryData<string, DePinErrorCode> BrokenStarts => new()
    {
        { "job id of 15 bytes", DePinErrorCode.InvalidFrame },
        { "overlong kind", DePinErrorCode.InvalidFrame },
        { "overlong model", DePinErrorCode.InvalidFrame },
        { "other model", DePinErrorCode.ModelNotFound },
        { "other kind", DePinErrorCode.ModelNotFound },
        { "offer id of 3 bytes", DePinErrorCode.InvalidFrame },
        { "unknown offer", DePinErrorCode.InvalidOffer },
        { "channel id of 5 bytes", DePinErrorCode.InvalidFrame },
        { "no channel", DePinErrorCode.PaymentRequired },
        { "unknown channel", DePinErrorCode.ChannelNotFound },
        { "deadline in the year 292 million", DePinErrorCode.InvalidFrame },
        { "price above limit", DePinErrorCode.PriceExceeded },
        { "huge payload", DePinErrorCode.MessageTooLarge },
    };

    [Theory]
    [MemberData(nameof(BrokenStarts))]
    public async Task RunJobAsync_BrokenStart_IsRefusedWithItsCode(string what, DePinErrorCode code)
    {
        await using var harness = ProviderHarness.Create(Client, configure: o => o.MaxPayloadBytes = 1000);
        var channel = await harness.OpenChannelAsync();
        var start = await harness.CreateStartAsync(channel, maxCost: 100);
        switch (what)
        {
            case "job id of 15 bytes": start.JobId = ByteString.CopyFrom(new byte[15]); break;
            case "overlong kind": start.Kind = new string('k', 65); break;
            case "overlong model": start.Model = new string('m', 257); break;
            case "other model": start.Model = "another"; break;
            case "other kind": start.Kind = JobKinds.Embeddings; break;
            case "offer id of 3 bytes": start.OfferId = ByteString.CopyFrom(1, 2, 3); break;
            case "unknown offer": start.OfferId = ByteString.CopyFrom(new byte[32]); break;
            case "channel id of 5 bytes": start.ChannelId = ByteString.CopyFrom(new byte[5]); break;
            case "no channel": start.ChannelId = ByteString.Empty; break;
            case "unknown channel": start.ChannelId = ByteString.CopyFrom(new byte[32]); break;
            case "deadline in the year 292 million": start.DeadlineUnixMs = long.MaxValue; break;
            case "price above limit": start.MaxCost = WireConvert.ToWire(0); break;
            case "huge payload": start.Payload = ByteString.CopyFrom(new byte[1001]); break;
            default: Assert.Fail(what); break;
        }

        await using (var call = await harness.StartAsync(start, channel))
        {
            var failure = await call.FailAsync(code);
            Assert.NotEqual(Fault.Provider, failure.Fault);
        }

        await using var next = await harness.StartAsync(channel);
        Assert.Equal(JobOutcome.Completed, (await next.FinishPayingAsync()).Outcome);
    }

    [Fact]
    public async Task RunJobAsync_FirstFrameIsNotAStart_IsRefused()
    {
        await using var harness = ProviderHarness.Create(Client);
        foreach (var frame in new[] { new ConsumerFrame { Cancel = new() }, new ConsumerFrame { Voucher = new() }, new ConsumerFrame() })
        {
            await using var call = new ProviderCall(await harness.Connection.RunJobAsync(new CallOptions()), harness, null);
            await call.SendAsync(frame);
            await call.FailAsync(DePinErrorCode.InvalidFrame);
        }
    }

    [Fact]
    public async Task RunJobAsync_SecondStartOnTheStream_IsRefused()
    {
        var gate = new ModelGate(0);
        await using var harness = ProviderHarness.Create(new ScriptedChatClient(["Hail."]) { BeforeToken = gate.HoldAsync }, ProviderHarness.Free);
        var start = await harness.CreateStartAsync();
        await using var call = await harness.StartAsync(start);
        await gate.ReachedAsync();

        await call.SendAsync(new ConsumerFrame { Start = start });

        await call.FailAsync(DePinErrorCode.InvalidFrame);
    }

    [Fact]
    public async Task RunJobAsync_JobRunsAlready_IsRefused()
    {
        var gate = new ModelGate(0);
        await using var harness = ProviderHarness.Create(new ScriptedChatClient(["Hail."]) { BeforeToken = gate.HoldAsync }, ProviderHarness.Free);
        var start = await harness.CreateStartAsync();
        await using var call = await harness.StartAsync(start);
        await gate.ReachedAsync();
        await using var replay = await harness.StartAsync(start);

        await replay.FailAsync(DePinErrorCode.InvalidRequest);

        gate.Open();
        Assert.Equal(JobOutcome.Completed, (await call.FinishAsync()).Outcome);
    }

    [Fact]
    public async Task RunJobAsync_NoStartComes_TimesOut()
    {
        var time = new ManualTimeProvider();
        await using var harness = ProviderHarness.Create(Client, time: time);
        await using var call = new ProviderCall(await harness.Connection.RunJobAsync(new CallOptions()), harness, null);

        var failing = call.FailAsync<TimeoutException>();
        while (!failing.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        await failing;
    }

    [Fact]
    public async Task RunJobAsync_DeadlineHasPassed_TimesOut()
    {
        await using var harness = ProviderHarness.Create(Client, ProviderHarness.Free);
        await using var call = await harness.StartAsync(deadline: DateTimeOffset.UtcNow.AddSeconds(-1));

        await call.FailAsync<TimeoutException>();
    }

    [Fact]
    public async Task RunJobAsync_SupersededOffer_IsGoodUntilItLapses()
    {
        var time = new ManualTimeProvider();
        await using var harness = ProviderHarness.Create(Client, ProviderHarness.Free, time: time, configure: o => o.OfferLifetime = TimeSpan.FromMinutes(10));
        var offer = await harness.GetOfferAsync();
        time.Advance(TimeSpan.FromMinutes(6));
        var newer = await harness.GetOfferAsync();
        var start = await harness.CreateStartAsync();
        start.OfferId = ByteString.CopyFrom(offer.Id.Bytes.Span);

        await using (var call = await harness.StartAsync(start))
        {
            var receipt = await call.FinishAsync();
            Assert.Equal(offer.Id.Bytes.ToArray(), receipt.OfferId.ToArray());
        }

        Assert.NotEqual(offer.Id, newer.Id);
        time.Advance(offer.ExpiresAt - time.GetUtcNow());
        await using var late = await harness.StartAsync(start);
        await late.FailAsync(DePinErrorCode.OfferExpired);
    }

    [Fact]
    public async Task RunJobAsync_ProviderRestarted_KnowsTheOffersItMade()
    {
        var time = new ManualTimeProvider();
        using var key = Identity.P256Signer.Create();
        void Configure(ProviderOptions o) => o.Signer = key;
        await using var first = ProviderHarness.Create(Client, ProviderHarness.Free, time: time, configure: Configure);
        await using var second = ProviderHarness.Create(Client, ProviderHarness.Free, time: time, configure: Configure);

        var start = await first.CreateStartAsync();
        await using var call = await second.StartAsync(start);

        Assert.Equal(JobOutcome.Completed, (await call.FinishAsync()).Outcome);
    }

    [Fact]
    public async Task RunJobAsync_MoreJobsThanPlaces_QueuesInOrderAndRefusesTheRest()
    {
        var gate = new ModelGate(0);
        await using var harness = ProviderHarness.Create(new ScriptedChatClient(["Hail."]) { BeforeToken = gate.HoldAsync }, ProviderHarness.Free, running: 1, queued: 2);
        await using var running = await harness.StartAsync();
        await gate.ReachedAsync();
        await using var second = await harness.StartAsync();
        await second.ReadAsync();
        await using var third = await harness.StartAsync();
        await third.ReadAsync();
        await using var refused = await harness.StartAsync();

        var failure = await refused.FailAsync(DePinErrorCode.Overloaded);

        Assert.True(failure.IsTransient);
        Assert.Contains("2 wait", failure.Message, StringComparison.Ordinal);
        Assert.Equal((1u, 2u), (second.Accepted[0].QueuePosition, third.Accepted[0].QueuePosition));
        Assert.Equal((1, 2), (harness.Runtime.GetStatus().RunningJobs, harness.Runtime.GetStatus().QueuedJobs));
        gate.Open();
        foreach (var call in new[] { running, second, third })
        {
            Assert.Equal(JobOutcome.Completed, (await call.FinishAsync()).Outcome);
            Assert.Equal(0u, call.Accepted[^1].QueuePosition);
        }

        Assert.Equal((0, 0), (harness.Runtime.GetStatus().RunningJobs, harness.Runtime.GetStatus().QueuedJobs));
    }

    [Fact]
    public async Task RunJobAsync_CancelledInTheQueue_SendsAnEmptyReceipt()
    {
        var gate = new ModelGate(0);
        var client = new ScriptedChatClient(["Hail."]) { BeforeToken = gate.HoldAsync };
        await using var harness = ProviderHarness.Create(client, ProviderHarness.Free, running: 1);
        await using var running = await harness.StartAsync();
        await gate.ReachedAsync();
        await using var waiting = await harness.StartAsync();
        await waiting.ReadAsync();

        await waiting.CancelAsync();
        var receipt = await waiting.FinishAsync();

        Assert.Equal((JobOutcome.Cancelled, new JobUsage(0, 0)), (receipt.Outcome, receipt.Usage));
        gate.Open();
        await running.FinishAsync();
        Assert.Equal(1, client.Calls);
    }

    [Fact]
    public async Task RunJobAsync_DeadlineInTheQueue_TimesOut()
    {
        var time = new ManualTimeProvider();
        var gate = new ModelGate(0);
        await using var harness = ProviderHarness.Create(new ScriptedChatClient(["Hail."]) { BeforeToken = gate.HoldAsync }, ProviderHarness.Free, running: 1, time: time);
        await using var running = await harness.StartAsync();
        await gate.ReachedAsync();
        await using var waiting = await harness.StartAsync(deadline: time.GetUtcNow().AddSeconds(5));
        await waiting.ReadAsync();

        time.Advance(TimeSpan.FromSeconds(5));

        await waiting.FailAsync<TimeoutException>();
        Assert.Equal(0, harness.Runtime.GetStatus().QueuedJobs);
    }

    [Fact]
    public async Task RunJobAsync_ConsumerInTheQueueDisappears_LeavesIt()
    {
        var gate = new ModelGate(0);
        await using var harness = ProviderHarness.Create(new ScriptedChatClient(["Hail."]) { BeforeToken = gate.HoldAsync }, ProviderHarness.Free, running: 1, queued: 1);
        await using var running = await harness.StartAsync();
        await gate.ReachedAsync();
        var waiting = await harness.StartAsync();
        await waiting.ReadAsync();

        await waiting.DisposeAsync();
        while (harness.Runtime.GetStatus().QueuedJobs > 0)
        {
            await Task.Yield();
        }

        gate.Open();
        Assert.Equal(JobOutcome.Completed, (await running.FinishAsync()).Outcome);
    }

    [Fact]
    public void Constructor_BadOptions_SaysWhatToWrite()
    {
        var model = ProviderHarness.Served(Client);
        var failure = Assert.Throws<ArgumentException>(() => new ProviderRuntime(new ProviderOptions { OfferLifetime = TimeSpan.Zero }, [model, model]));

        foreach (var advice in new[] { "o.Signer =", "o.Settlement =", "o.DataDirectory =", "OfferLifetime", "served 2 times" })
        {
            Assert.Contains(advice, failure.Message, StringComparison.Ordinal);
        }
    }
}
