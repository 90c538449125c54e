using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.AI;

namespace DePin.Sdk.Compute.Tests.Diagnostics;

public sealed class ComputeDiagnosticsTests
{
    [Fact]
    public async Task GetResponse_Listened_ReportsTokensAndNoText()
    {
        const string Secret = "Once upon a secret";
        const string ModelId = "diagnosed";
        List<Activity> activities = [];
        List<(string Name, double Value, string Tags)> measurements = [];
        using var listener = new ActivityListener
        {
            ShouldListenTo = s => s.Name == "DePin.Sdk.Compute",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = a =>
            {
                lock (activities)
                {
                    activities.Add(a);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        using var meters = new MeterListener();
        void Record(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            string text = string.Join(';', tags.ToArray().Select(t => $"{t.Key}={t.Value}"));
            lock (measurements)
            {
                measurements.Add((instrument.Name, value, text));
            }
        }

        meters.InstrumentPublished = (instrument, l) =>
        {
            if (instrument.Meter.Name == "DePin.Sdk.Compute")
            {
                l.EnableMeasurementEvents(instrument);
            }
        };
        meters.SetMeasurementEventCallback<long>((i, v, t, _) => Record(i, v, t));
        meters.SetMeasurementEventCallback<double>((i, v, t, _) => Record(i, v, t));
        meters.Start();

        var options = TestFiles.Options();
        options.ModelId = ModelId;
        using var client = LocalChatClient.Load(TestFiles.Stories, options);
        var usage = (await client.GetResponseAsync(Secret, new ChatOptions { MaxOutputTokens = 7, Temperature = 0 })).Usage!;

        var activity = Assert.Single(activities, a => a.OperationName == $"chat {ModelId}");
        Assert.Equal((7, (int)usage.InputTokenCount!), ((int)activity.GetTagItem("gen_ai.usage.output_tokens")!, (int)activity.GetTagItem("gen_ai.usage.input_tokens")!));
        Assert.DoesNotContain(activity.TagObjects, t => t.Value?.ToString()?.Contains("secret", StringComparison.Ordinal) == true);
        var own = measurements.Where(m => m.Tags.Contains($"gen_ai.request.model={ModelId}", StringComparison.Ordinal)).ToList();
        Assert.Contains(own, m => m.Name == "gen_ai.client.token.usage" && m.Value == 7 && m.Tags.EndsWith("gen_ai.token.type=output", StringComparison.Ordinal));
        Assert.Contains(own, m => m.Name == "gen_ai.server.time_to_first_token");
        Assert.Contains(own, m => m.Name == "gen_ai.server.request.duration");
    }
}
