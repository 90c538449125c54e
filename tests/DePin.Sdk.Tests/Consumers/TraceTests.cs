using System.Collections.Concurrent;
using System.Diagnostics;
using DePin.Sdk.Diagnostics;
using DePin.Sdk.Settlement;
using DePin.Sdk.Testing;
using Microsoft.Extensions.AI;

namespace DePin.Sdk.Tests.Consumers;

public sealed class TraceTests
{
    [Fact]
    public async Task GetResponseAsync_WithFailover_IsOneTraceFromTheChatToTheHandlers()
    {
        var spans = new ConcurrentBag<Activity>();
        using var root = new Activity("test").SetIdFormat(ActivityIdFormat.W3C).Start();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == DePinTelemetry.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> options) => options.Parent.TraceId == root.TraceId ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.None,
            ActivityStopped = spans.Add,
        };
        ActivitySource.AddActivityListener(listener);

        // A small window, so that vouchers are signed while the answer streams.
        await using (var network = await TestNetwork.StartAsync(tokens: 40, configure: o =>
        {
            o.CreditWindow = _ => new Amount(30, LedgerSettlement.Credit);
            o.ChatClient = i => new ScriptedChatClient(ScriptedChatClient.Numbered(40)) { FaultAt = i == 0 ? 20 : null };
        }))
        {
            using var chat = TestNetwork.Chat(network);
            Assert.Equal(TestNetwork.Tokens(40), (await chat.GetResponseAsync("Hi")).Text);
            Assert.Same(root, Activity.Current);
            await network.Client.SettleAsync();
            Assert.Same(root, Activity.Current);
        }

        var mine = spans.Where(s => s.TraceId == root.TraceId).ToList();
        var chatSpan = Assert.Single(mine, s => s.OperationName == DePinTelemetry.Spans.Chat);
        Assert.Equal(root.SpanId, chatSpan.ParentSpanId);
        Assert.Equal(2, Children(mine, chatSpan, DePinTelemetry.Spans.Select).Count);
        var attempts = Children(mine, chatSpan, DePinTelemetry.Spans.Attempt);
        Assert.Equal(2, attempts.Count);
        Assert.Equal(ActivityStatusCode.Error, attempts[0].Status);
        foreach (var attempt in attempts)
        {
            Assert.NotEmpty(Children(mine, attempt, DePinTelemetry.Spans.VoucherSign));
            var job = Assert.Single(Children(mine, attempt, DePinTelemetry.Spans.Job));
            Assert.Single(Children(mine, job, DePinTelemetry.Spans.Handler));
        }

        Assert.Contains(mine, s => s.OperationName == DePinTelemetry.Spans.VoucherAccept);
        Assert.Equal(root.SpanId, Assert.Single(mine, s => s.OperationName == DePinTelemetry.Spans.Settle && s.ParentSpanId == root.SpanId).ParentSpanId);
    }

    private static List<Activity> Children(IEnumerable<Activity> spans, Activity parent, string name) =>
        [.. spans.Where(s => s.OperationName == name && s.ParentSpanId == parent.SpanId).OrderBy(s => s.StartTimeUtc)];
}
