using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace DePin.Sdk.Chains.Diagnostics;

/// <summary>What calls to nodes measure. Tags are the method, the kind of error and the name that the operator gave an endpoint.</summary>
internal static class RpcMetrics
{
    private static readonly Histogram<double> Duration = ChainsTelemetry.Meter.CreateHistogram<double>("depin.chains.rpc.duration", "s", "One exchange with a node, from the question to the answer, failovers included.");
    private static readonly Counter<long> Errors = ChainsTelemetry.Meter.CreateCounter<long>("depin.chains.rpc.errors", "{call}", "Calls that a node answered with an error, or not at all, by kind.");
    private static readonly Counter<long> Failovers = ChainsTelemetry.Meter.CreateCounter<long>("depin.chains.rpc.failovers", "{failover}", "Exchanges that went on at another endpoint.");
    private static readonly Counter<long> Reconnects = ChainsTelemetry.Meter.CreateCounter<long>("depin.chains.rpc.reconnects", "{connection}", "WebSocket connections that replaced a lost one.");
    private static readonly Counter<long> Missed = ChainsTelemetry.Meter.CreateCounter<long>("depin.chains.rpc.events_missed", "{gap}", "Times that a subscriber was told that events may have been missed.");

    public static void Ended(string method, TimeSpan elapsed, string? failure)
    {
        var tags = new TagList { { ChainsTelemetry.Tags.RpcMethod, method } };
        if (failure is { } kind)
        {
            tags.Add(ChainsTelemetry.Tags.ErrorType, kind);
        }

        Duration.Record(elapsed.TotalSeconds, tags);
    }

    public static void Failed(string method, string kind) => Errors.Add(1, new(ChainsTelemetry.Tags.RpcMethod, method), new(ChainsTelemetry.Tags.ErrorType, kind));

    public static void FailedOver() => Failovers.Add(1);

    public static void Reconnected() => Reconnects.Add(1);

    public static void MayHaveMissed() => Missed.Add(1);
}
