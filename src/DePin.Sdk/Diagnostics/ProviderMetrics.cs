using System.Diagnostics;
using System.Diagnostics.Metrics;
using DePin.Sdk.Jobs;
using DePin.Sdk.Providers;

namespace DePin.Sdk.Diagnostics;

/// <summary>What a provider measures. Tags are the kind of job and the model, which the operator configures: never a key, an address or a prompt.</summary>
internal static class ProviderMetrics
{
    private static readonly UpDownCounter<int> Running = DePinTelemetry.Meter.CreateUpDownCounter<int>("depin.provider.jobs.running", "{job}", "Jobs that run now.");
    private static readonly UpDownCounter<int> Queued = DePinTelemetry.Meter.CreateUpDownCounter<int>("depin.provider.jobs.queued", "{job}", "Jobs that wait for their turn.");
    private static readonly Counter<long> Refusals = DePinTelemetry.Meter.CreateCounter<long>("depin.provider.jobs.refused", "{job}", "Jobs that were refused or failed, by error code.");
    private static readonly Counter<long> Tokens = DePinTelemetry.Meter.CreateCounter<long>("depin.provider.tokens", "{token}", "Tokens delivered, by direction.");
    private static readonly Counter<long> Revenue = DePinTelemetry.Meter.CreateCounter<long>("depin.provider.revenue", "{base_unit}", "What delivered work costs, in base units of the chain's asset.");
    private static readonly Histogram<double> FirstToken = DePinTelemetry.Meter.CreateHistogram<double>("gen_ai.server.time_to_first_token", "s", "From the accepted job to its first output.");
    private static readonly Histogram<double> Duration = DePinTelemetry.Meter.CreateHistogram<double>("gen_ai.server.request.duration", "s", "From the accepted job to its receipt.");

    public static void RunningChanged(int change, ServedModel model) => Running.Add(change, Labels(model));

    public static void QueuedChanged(int change, ServedModel model) => Queued.Add(change, Labels(model));

    public static void Refused(string code) => Refusals.Add(1, new KeyValuePair<string, object?>(DePinTelemetry.Tags.ErrorCode, code));

    public static void FirstOutput(TimeSpan elapsed, ServedModel model) => FirstToken.Record(elapsed.TotalSeconds, Labels(model));

    public static void Delivered(JobUsage usage, Amount amount, TimeSpan elapsed, string result, ServedModel model)
    {
        var labels = Labels(model);
        var input = labels;
        input.Add("gen_ai.token.type", "input");
        Tokens.Add(usage.InputTokens, input);
        var output = labels;
        output.Add("gen_ai.token.type", "output");
        Tokens.Add(usage.OutputTokens, output);
        if (!amount.IsZero)
        {
            var revenue = labels;
            revenue.Add("depin.chain", amount.Asset.Chain.ToString());
            Revenue.Add((long)UInt128.Min(amount.BaseUnits, (UInt128)long.MaxValue), revenue);
        }

        labels.Add(DePinTelemetry.Tags.Outcome, result);
        Duration.Record(elapsed.TotalSeconds, labels);
    }

    private static TagList Labels(ServedModel model) => new()
    {
        { DePinTelemetry.Tags.JobKind, model.Kind },
        { DePinTelemetry.Tags.Model, model.Model },
    };
}
