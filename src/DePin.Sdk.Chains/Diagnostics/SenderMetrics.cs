using System.Diagnostics.Metrics;

namespace DePin.Sdk.Chains.Diagnostics;

/// <summary>What senders of EVM transactions count.</summary>
internal static class SenderMetrics
{
    public static readonly Counter<long> Sent = ChainsTelemetry.Meter.CreateCounter<long>("depin.evm.transactions.sent", "{transaction}", "Transactions that were given a nonce.");

    public static readonly Counter<long> Replaced = ChainsTelemetry.Meter.CreateCounter<long>("depin.evm.transactions.replaced", "{transaction}", "Signatures with higher fees under a nonce given before.");

    public static readonly Counter<long> Cancelled = ChainsTelemetry.Meter.CreateCounter<long>("depin.evm.transactions.cancelled", "{transaction}", "Transfers of nothing that use a nonce up.");

    public static readonly Counter<long> Confirmed = ChainsTelemetry.Meter.CreateCounter<long>("depin.evm.transactions.confirmed", "{transaction}", "Nonces that are over; the tag depin.outcome says how.");

    public static readonly Counter<long> Unknown = ChainsTelemetry.Meter.CreateCounter<long>("depin.evm.broadcasts.unknown", "{transaction}", "Broadcasts of unknown outcome.");

    public static readonly Counter<long> Rebroadcast = ChainsTelemetry.Meter.CreateCounter<long>("depin.evm.broadcasts.repeated", "{transaction}", "Broadcasts of bytes that were sent before.");

    public static readonly Counter<long> TakenBack = ChainsTelemetry.Meter.CreateCounter<long>("depin.evm.transactions.taken_back", "{transaction}", "Transactions that a reorganisation took off the chain.");

    public static readonly Counter<double> FeesPaid = ChainsTelemetry.Meter.CreateCounter<double>("depin.evm.fees.paid", "gwei", "What gas cost.");
}
