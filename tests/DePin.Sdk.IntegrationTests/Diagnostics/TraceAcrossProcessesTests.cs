using System.Collections.Concurrent;
using System.Diagnostics;
using DePin.Sdk.Consumers;
using DePin.Sdk.Diagnostics;
using DePin.Sdk.Identity;
using DePin.Sdk.ProviderProcess;
using DePin.Sdk.Settlement;
using Microsoft.Extensions.AI;

namespace DePin.Sdk.IntegrationTests.Diagnostics;

public sealed class TraceAcrossProcessesTests
{
    [Fact]
    public async Task Chat_ProviderInAnotherProcess_IsOneTrace()
    {
        var folder = Directory.CreateTempSubdirectory("depin-trace-").FullName;
        var spans = new ConcurrentBag<Activity>();
        using var root = new Activity("test").SetIdFormat(ActivityIdFormat.W3C).Start();
        root.ActivityTraceFlags |= ActivityTraceFlags.Recorded;
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == DePinTelemetry.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> options) => options.Parent.TraceId == root.TraceId ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.None,
            ActivityStopped = spans.Add,
        };
        ActivitySource.AddActivityListener(listener);

        await using var ledger = LedgerSettlement.Open(Path.Combine(folder, "ledger.db"));
        using var signer = P256Signer.Create();
        await ledger.DepositAsync(ledger.GetAccount(signer.PublicKey), LedgerSettlement.Usd(10));
        var data = Directory.CreateDirectory(Path.Combine(folder, "provider")).FullName;
        var (child, endpoint) = await ChildProvider.StartAsync(new ProviderProcessArguments(data, Path.Combine(folder, "ledger.db"), Port: 0, Tokens: 300, Pace: TimeSpan.Zero, Announce: true));
        await using (var directory = new EndpointDirectory([endpoint], connector: null))
        await using (var client = await DePinClient.ConnectAsync(new DePinClientOptions { Directory = directory, Settlement = ledger, Signer = signer }))
        {
            using var chat = client.AsIChatClient("counting", new() { MaxCostPerRequest = LedgerSettlement.Usd(0.01m) });
            Assert.Equal(CountingChatClient.Answer(300), (await chat.GetResponseAsync("Count.")).Text);
            await client.SettleAsync();
        }

        await child.DisposeAsync();
        var attempt = Assert.Single(spans, span => span.OperationName == DePinTelemetry.Spans.Attempt);
        Assert.Contains(spans, span => span.OperationName == DePinTelemetry.Spans.VoucherSign && span.TraceId == root.TraceId);
        var job = Assert.Single(child.Spans, span => span.Name == DePinTelemetry.Spans.Job);
        Assert.Equal(root.TraceId.ToHexString(), job.TraceId);
        Assert.Equal(attempt.SpanId.ToHexString(), job.ParentSpanId);
        Assert.Equal(job.SpanId, Assert.Single(child.Spans, span => span.Name == DePinTelemetry.Spans.Handler).ParentSpanId);
        Assert.Contains(child.Spans, span => span.Name == DePinTelemetry.Spans.VoucherAccept && span.TraceId == job.TraceId);
        Assert.Contains(child.Spans, span => span.Name == DePinTelemetry.Spans.Settle && span.TraceId == job.TraceId);
        Directory.Delete(folder, recursive: true);
    }
}
