using System.Diagnostics.Metrics;

namespace DePin.Sdk.Chains.Diagnostics;

/// <summary>What senders of Solana transactions count.</summary>
internal static class SolanaSenderMetrics
{
    public static readonly Counter<long> Sent = ChainsTelemetry.Meter.CreateCounter<long>("depin.solana.transactions.sent", "{transaction}", "Transactions that were signed and journaled.");

    public static readonly Counter<long> Renewed = ChainsTelemetry.Meter.CreateCounter<long>("depin.solana.transactions.renewed", "{transaction}", "Requests signed anew after what was signed had expired.");

    public static readonly Counter<long> Ended = ChainsTelemetry.Meter.CreateCounter<long>("depin.solana.transactions.ended", "{transaction}", "Requests whose outcome was told; the tag depin.outcome says which.");

    public static readonly Counter<long> Unknown = ChainsTelemetry.Meter.CreateCounter<long>("depin.solana.broadcasts.unknown", "{transaction}", "Broadcasts of unknown outcome.");

    public static readonly Counter<long> Repeated = ChainsTelemetry.Meter.CreateCounter<long>("depin.solana.broadcasts.repeated", "{transaction}", "Broadcasts of bytes that may have been sent before.");

    public static readonly Counter<long> TakenBack = ChainsTelemetry.Meter.CreateCounter<long>("depin.solana.transactions.taken_back", "{transaction}", "Transactions that a fork took off the chain.");
}
