using System.Security.Cryptography;
using DePin.Sdk.Identity;
using DePin.Sdk.Jobs;
using DePin.Sdk.Market;
using DePin.Sdk.Providers;
using DePin.Sdk.Testing;
using DePin.Sdk.Wire;
using Google.Protobuf;

namespace DePin.Sdk.Tests.Providers;

public class ProviderRuntimeTests
{
    [Fact]
    public async Task RunJobAsync_FreeJob_DeliversEveryTokenAndSignsTheReceipt()
    {
        await using var harness = ProviderHarness.Create(new ScriptedChatClient(ScriptedChatClient.Numbered(20)), ProviderHarness.Free);
        var start = await harness.CreateStartAsync();
        await using var call = await harness.StartAsync(start);

        var receipt = await call.FinishAsync();

        Assert.Equal(string.Concat(ScriptedChatClient.Numbered(20)), call.Text);
        Assert.Equal(new JobUsage(8, 20), receipt.Usage);
        Assert.True(receipt.Amount.IsZero);
        Assert.Equal(JobOutcome.Completed, receipt.Outcome);
        Assert.Equal(start.OfferId.ToByteArray(), receipt.OfferId.ToArray());
        Assert.True(SignatureVerifiers.Default.Verify(harness.Provider.PublicKey, receipt.GetSigningBytes(), receipt.Signature));
        using var hasher = new OutputHasher();
        call.Outputs.ForEach(output => hasher.Append(output));
        Assert.Equal(hasher.GetCurrentHash(), receipt.OutputHash.ToArray());
        Assert.Equal(receipt.JobHash.ToArray(), Assert.Single(call.Accepted).JobHash.ToByteArray());
    }

    [Fact]
    public async Task RunJobAsync_SameFreeJobAgain_AnnouncesAndSignsAnotherRun()
    {
        await using var harness = ProviderHarness.Create(new ScriptedChatClient(["Hail."]), ProviderHarness.Free);
        var start = await harness.CreateStartAsync();
        await using var first = await harness.StartAsync(start);
        var receipt = await first.FinishAsync();
        await using var second = await harness.StartAsync(start);
        var again = await second.FinishAsync();

        Assert.Equal(receipt.JobId, again.JobId);
        Assert.Equal(receipt.RunNonce.ToArray(), Assert.Single(first.Accepted).RunNonce.ToByteArray());
        Assert.Equal(again.RunNonce.ToArray(), Assert.Single(second.Accepted).RunNonce.ToByteArray());
        Assert.Equal(JobReceipt.RunNonceLength, receipt.RunNonce.Length);
        Assert.NotEqual(receipt.RunNonce.ToArray(), again.RunNonce.ToArray());
    }

    [Fact]
    public async Task RunJobAsync_JobHash_IsTheConsumersOwn()
    {
        await using var harness = ProviderHarness.Create(new ScriptedChatClient(["Hail."]), ProviderHarness.Free);
        var deadline = DateTimeOffset.UtcNow.AddHours(1);
        var start = await harness.CreateStartAsync(maxCost: 77, deadline: deadline);
        await using var call = await harness.StartAsync(start);
        var receipt = await call.FinishAsync();

        var request = new JobRequest
        {
            Id = WireConvert.ReadJobId(start.JobId, "id"),
            Kind = start.Kind,
            Model = start.Model,
            Payload = start.Payload.Memory,
            Deadline = deadline,
            MaxCost = ProviderHarness.Units(77),
        };

        Assert.Equal(request.ComputeHash(), receipt.JobHash.ToArray());
    }

    [Fact]
    public async Task RunJobAsync_OutputsThatAreReadyTogether_TravelTogether()
    {
        await using var harness = ProviderHarness.Create(new ScriptedChatClient(ScriptedChatClient.Numbered(2000)), ProviderHarness.Free);
        await using var call = await harness.StartAsync();
        await call.FinishAsync();

        Assert.Equal(2000, call.Deltas[^1].OutputTokens);
        Assert.Single(call.Deltas[0].Outputs);
        Assert.InRange(call.Deltas.Count, 2, 1000);
    }

    [Fact]
    public async Task RunJobAsync_ModelThatThinks_DeliversWhatIsReadyMeanwhile()
    {
        var gate = new ModelGate(3);
        await using var harness = ProviderHarness.Create(new ScriptedChatClient(ScriptedChatClient.Numbered(5)) { BeforeToken = gate.HoldAsync }, ProviderHarness.Free);
        await using var call = await harness.StartAsync();

        await call.ReadUntilAsync(() => call.Text == "t0 t1 t2 ");
        gate.Open();
        await call.FinishAsync();

        Assert.Equal("t0 t1 t2 t3 t4 ", call.Text);
    }

    [Fact]
    public async Task RunJobAsync_Cancelled_SendsReceiptForWhatWasDelivered()
    {
        var gate = new ModelGate(3);
        await using var harness = ProviderHarness.Create(new ScriptedChatClient(ScriptedChatClient.Numbered(5)) { BeforeToken = gate.HoldAsync }, ProviderHarness.Free);
        await using var call = await harness.StartAsync();
        await call.ReadUntilAsync(() => call.Outputs.Count == 3);

        await call.CancelAsync();
        var receipt = await call.FinishAsync();

        await gate.Cancelled;
        Assert.Equal(JobOutcome.Cancelled, receipt.Outcome);
        Assert.Equal(3, receipt.Usage.OutputTokens);
    }

    [Fact]
    public async Task RunJobAsync_ConsumerDisappears_StopsTheModel()
    {
        var gate = new ModelGate(2);
        await using var harness = ProviderHarness.Create(new ScriptedChatClient(ScriptedChatClient.Numbered(5)) { BeforeToken = gate.HoldAsync }, ProviderHarness.Free);
        var call = await harness.StartAsync();
        await gate.ReachedAsync();

        await call.DisposeAsync();

        await gate.Cancelled;
    }

    [Fact]
    public async Task RunJobAsync_ModelFails_DeliversWhatCameBeforeAndHidesTheCause()
    {
        var client = new ScriptedChatClient(ScriptedChatClient.Numbered(9)) { FaultAt = 4, Fault = () => new InvalidOperationException("secret of the house") };
        await using var harness = ProviderHarness.Create(client, ProviderHarness.Free);
        await using var call = await harness.StartAsync();

        var failure = await call.FailAsync(DePinErrorCode.ProviderFailed);

        Assert.Equal("t0 t1 t2 t3 ", call.Text);
        Assert.Equal(Fault.Provider, failure.Fault);
        Assert.True(failure.IsTransient);
        Assert.DoesNotContain("secret", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunJobAsync_PayloadMakesNoSense_IsTheConsumersFault()
    {
        await using var harness = ProviderHarness.Create(new ScriptedChatClient(["Hail."]), ProviderHarness.Free);
        var start = await harness.CreateStartAsync();
        start.Payload = ByteString.CopyFrom(RandomNumberGenerator.GetBytes(40).Prepend((byte)0xFF).ToArray());
        await using var call = await harness.StartAsync(start);

        var failure = await call.FailAsync<DePinException>();

        Assert.True(failure.Code is DePinErrorCode.InvalidFrame or DePinErrorCode.InvalidRequest, failure.ToString());
    }

    [Fact]
    public async Task RunJobAsync_JobTimeoutPasses_EndsWithReceipt()
    {
        var time = new ManualTimeProvider();
        var gate = new ModelGate(2);
        await using var harness = ProviderHarness.Create(
            new ScriptedChatClient(ScriptedChatClient.Numbered(5)) { BeforeToken = gate.HoldAsync },
            ProviderHarness.Free,
            time: time,
            configure: o => o.JobTimeout = TimeSpan.FromMinutes(3));
        await using var call = await harness.StartAsync();
        await gate.ReachedAsync();

        time.Advance(TimeSpan.FromMinutes(3));
        var receipt = await call.FinishAsync();

        Assert.Equal(JobOutcome.Cancelled, receipt.Outcome);
        Assert.Equal(2, receipt.Usage.OutputTokens);
    }

    [Fact]
    public async Task RunJobAsync_DeadlinePasses_EndsWithReceipt()
    {
        var time = new ManualTimeProvider();
        var gate = new ModelGate(1);
        await using var harness = ProviderHarness.Create(new ScriptedChatClient(ScriptedChatClient.Numbered(5)) { BeforeToken = gate.HoldAsync }, ProviderHarness.Free, time: time);
        await using var call = await harness.StartAsync(deadline: time.GetUtcNow().AddSeconds(30));
        await gate.ReachedAsync();

        time.Advance(TimeSpan.FromSeconds(30));
        var receipt = await call.FinishAsync();

        Assert.Equal(JobOutcome.Cancelled, receipt.Outcome);
        Assert.Equal("t0 ", call.Text);
    }

    [Fact]
    public async Task RunJobAsync_HandlerIgnoresItsToken_IsLeftBehind()
    {
        var time = new ManualTimeProvider();
        var reached = new SemaphoreSlim(0);
        var never = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var client = new ScriptedChatClient(ScriptedChatClient.Numbered(5))
        {
            BeforeToken = async (index, _) =>
            {
                if (index == 1)
                {
                    reached.Release();
                    await never.Task;
                }
            },
        };
        await using var harness = ProviderHarness.Create(client, ProviderHarness.Free, running: 1, time: time);
        await using var call = await harness.StartAsync();
        Assert.True(await reached.WaitAsync(TimeSpan.FromSeconds(30)));

        await call.CancelAsync();
        var failing = call.FailAsync(DePinErrorCode.ProviderFailed);
        while (!failing.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        await failing;
        Assert.Equal(1, harness.Runtime.GetStatus().RunningJobs);
        never.SetResult();
        while (harness.Runtime.GetStatus().RunningJobs > 0)
        {
            await Task.Yield();
        }
    }

    [Fact]
    public async Task RunJobAsync_MeterRunsBackwards_Fails()
    {
        var handler = new DelegateJobHandler(JobKinds.Chat, Backwards);
        await using var harness = ProviderHarness.Create([new ServedModel(ProviderHarness.Model, handler, ProviderHarness.Free)]);
        await using var call = await harness.StartAsync();

        await call.FailAsync(DePinErrorCode.ProviderFailed);

        Assert.Single(call.Outputs);
    }

    [Fact]
    public async Task RunJobAsync_SixtyFourAtOnce_EachGetsItsOwnAnswer()
    {
        await using var harness = ProviderHarness.Create(new ScriptedChatClient(ScriptedChatClient.Numbered(50)), running: 64);
        var channel = await harness.OpenChannelAsync();
        await using var payer = await harness.StartAsync(channel);
        await payer.FinishPayingAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 64).Select(async _ =>
        {
            var own = await harness.OpenChannelAsync();
            await using var call = await harness.StartAsync(own);
            var receipt = await call.FinishPayingAsync();
            return (call.Text, receipt.Usage.OutputTokens, receipt.Amount);
        }));

        Assert.All(answers, answer => Assert.Equal((string.Concat(ScriptedChatClient.Numbered(50)), 50L, ProviderHarness.Units(50)), answer));
        Assert.Equal(0, harness.Runtime.GetStatus().RunningJobs);
    }

    private static async IAsyncEnumerable<JobUpdate> Backwards(JobRequest job)
    {
        yield return new JobUpdate(ChatDeltaCodec.EncodeText("a"), new JobUsage(1, 2));
        await Task.Yield();
        yield return new JobUpdate(ChatDeltaCodec.EncodeText("b"), new JobUsage(1, 1));
    }
}
