using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace DePin.Sdk.Diagnostics;

/// <summary>What a consumer measures. Tags are the kind of job and the model: never a key, an address or a prompt.</summary>
internal static class ConsumerMetrics
{
    private static readonly Histogram<double> Duration = DePinTelemetry.Meter.CreateHistogram<double>("gen_ai.client.operation.duration", "s", "From the request to its last word.");
    private static readonly Histogram<double> FirstToken = DePinTelemetry.Meter.CreateHistogram<double>("depin.client.time_to_first_token", "s", "From the request to the first output, over all providers that were asked.");
    private static readonly Counter<long> Failovers = DePinTelemetry.Meter.CreateCounter<long>("depin.client.failovers", "{failover}", "Answers that another provider continued.");
    private static readonly Counter<long> Hedges = DePinTelemetry.Meter.CreateCounter<long>("depin.client.hedges", "{job}", "Second providers asked because the first was slow.");
    private static readonly Counter<long> HedgesWon = DePinTelemetry.Meter.CreateCounter<long>("depin.client.hedges.won", "{job}", "Hedges that were faster than the first provider.");
    private static readonly Counter<long> Cost = DePinTelemetry.Meter.CreateCounter<long>("depin.client.cost", "{base_unit}", "What requests cost, in base units of the chain's asset.");

    public static void FailedOver(string model) => Failovers.Add(1, Model(model));

    public static void HedgeStarted(string model) => Hedges.Add(1, Model(model));

    public static void HedgeEnded(string model, bool won) => HedgesWon.Add(won ? 1 : 0, Model(model));

    public static void Ended(string kind, string model, TimeSpan elapsed, TimeSpan? timeToFirstToken, IReadOnlyList<Amount> costs, Exception? failure)
    {
        var tags = new TagList { { DePinTelemetry.Tags.JobKind, kind }, { DePinTelemetry.Tags.Model, model } };
        if (timeToFirstToken is { } first)
        {
            FirstToken.Record(first.TotalSeconds, tags);
        }

        foreach (var amount in costs)
        {
            if (!amount.IsZero)
            {
                var spent = tags;
                spent.Add("depin.chain", amount.Asset.Chain.ToString());
                Cost.Add((long)UInt128.Min(amount.BaseUnits, (UInt128)long.MaxValue), spent);
            }
        }

        if (failure is not null)
        {
            tags.Add("error.type", failure is DePinException known ? known.Code.ToString() : failure.GetType().Name);
        }

        Duration.Record(elapsed.TotalSeconds, tags);
    }

    private static KeyValuePair<string, object?> Model(string model) => new(DePinTelemetry.Tags.Model, model);
}
