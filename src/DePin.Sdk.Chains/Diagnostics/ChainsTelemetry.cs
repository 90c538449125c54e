using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace DePin.Sdk.Chains.Diagnostics;

/// <summary>The name under which the chains trace and measure themselves. Add it to an OpenTelemetry provider.</summary>
public static class ChainsTelemetry
{
    /// <summary>The name of the activity source and of the meter.</summary>
    public const string Name = "DePin.Sdk.Chains";

    internal static ActivitySource Source { get; } = new(Name);

    internal static Meter Meter { get; } = new(Name);

    /// <summary>Span names.</summary>
    internal static class Spans
    {
        public const string Rpc = "depin.chains.rpc";
    }

    /// <summary>Attribute names: OpenTelemetry's where it has one. Never an address, a key or a transaction.</summary>
    internal static class Tags
    {
        public const string RpcSystem = "rpc.system";
        public const string RpcMethod = "rpc.method";
        public const string ErrorType = "error.type";
        public const string BatchSize = "depin.chains.rpc.batch_size";
    }
}
