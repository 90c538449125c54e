using System.Diagnostics.Metrics;

namespace DePin.Sdk.Chains.Diagnostics;

/// <summary>What followers of a chain's logs count.</summary>
internal static class FollowerMetrics
{
    public static readonly Counter<long> Blocks = ChainsTelemetry.Meter.CreateCounter<long>("depin.evm.follower.blocks", "{block}", "Blocks whose logs were applied, with logs or without.");

    public static readonly Counter<long> Rollbacks = ChainsTelemetry.Meter.CreateCounter<long>("depin.evm.follower.rollbacks", "{rollback}", "Reorganisations that were undone.");

    public static readonly Counter<long> Failures = ChainsTelemetry.Meter.CreateCounter<long>("depin.evm.follower.failures", "{failure}", "Failures that passed, after which following went on.");
}
