using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using DePin.Sdk.Diagnostics;
using DePin.Sdk.Testing;

namespace DePin.Sdk.Tests.Providers;

public class ProviderTelemetryTests
{
    [Fact]
    public async Task RunJobAsync_TraceparentInMetadata_SpansHangBelowIt()
    {
        var trace = ActivityTraceId.CreateRandom();
        var parent = ActivitySpanId.CreateRandom();
        var spans = new ConcurrentBag<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == DePinTelemetry.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Add,
        };
        ActivitySource.AddActivityListener(listener);
        await using var harness = ProviderHarness.Create(new ScriptedChatClient(ScriptedChatClient.Numbered(5)));
        var channel = await harness.OpenChannelAsync();
        await using var call = await harness.StartAsync(
            await harness.CreateStartAsync(channel), channel, [new("traceparent", $"00-{trace}-{parent}-01")]);
        await call.FinishPayingAsync();
        await harness.Runtime.DrainAsync(TimeSpan.FromSeconds(30));

        var ours = spans.Where(span => span.TraceId == trace).ToList();
        var job = Assert.Single(ours, span => span.OperationName == DePinTelemetry.Spans.Job);
        var handler = Assert.Single(ours, span => span.OperationName == DePinTelemetry.Spans.Handler);
        Assert.Equal((parent, true), (job.ParentSpanId, job.HasRemoteParent));
        Assert.Equal(job.SpanId, handler.ParentSpanId);
        Assert.Equal(5L, handler.GetTagItem(DePinTelemetry.Tags.OutputTokens));
        Assert.Equal(ProviderHarness.Model, job.GetTagItem(DePinTelemetry.Tags.Model));
        Assert.Contains(ours, span => span.OperationName == DePinTelemetry.Spans.VoucherAccept);
        Assert.All(ours.Where(span => span.OperationName == DePinTelemetry.Spans.VoucherAccept), span => Assert.Equal(job.SpanId, span.ParentSpanId));
    }

    [Fact]
    public async Task RunJobAsync_Metrics_CountWithoutAddresses()
    {
        string model = $"model-{Guid.NewGuid():N}";
        var measured = new ConcurrentBag<(string Name, double Value, string Tags)>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listening) =>
            {
                if (instrument.Meter.Name == DePinTelemetry.Name)
                {
                    listening.EnableMeasurementEvents(instrument);
                }
            },
        };
        void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
            measured.Add((instrument.Name, value, string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"))));
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.Start();
        await using var harness = ProviderHarness.Create(
            [new DePin.Sdk.Providers.ServedModel(model, new DePin.Sdk.Providers.ChatJobHandler(new ScriptedChatClient(ScriptedChatClient.Numbered(5))), ProviderHarness.OneUnitPerToken)]);
        var channel = await harness.OpenChannelAsync();
        var start = await harness.CreateStartAsync(channel);
        start.Model = model;
        await harness.SignAsync(start);
        await using var call = await harness.StartAsync(start, channel);
        await call.FinishPayingAsync();
        await harness.Runtime.DrainAsync(TimeSpan.FromSeconds(30));

        var ours = measured.Where(measurement => measurement.Tags.Contains(model, StringComparison.Ordinal)).ToList();
        Assert.Equal(0, ours.Where(m => m.Name == "depin.provider.jobs.running").Sum(m => m.Value));
        Assert.Equal(5, Assert.Single(ours, m => m.Name == "depin.provider.revenue").Value);
        Assert.Equal(13, ours.Where(m => m.Name == "depin.provider.tokens").Sum(m => m.Value));
        Assert.Single(ours, m => m.Name == "gen_ai.server.time_to_first_token");
        Assert.DoesNotContain(ours, m => m.Tags.Contains(harness.Runtime.Payee.Address, StringComparison.Ordinal));
    }
}
