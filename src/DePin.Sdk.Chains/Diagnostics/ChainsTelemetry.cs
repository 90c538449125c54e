using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace DePin.Sdk.Chains.Diagnostics;

/// <summary>The names under which the chain layer traces and measures itself. Add them to an OpenTelemetry provider.</summary>
public static class ChainsTelemetry
{
    /// <summary>The name of the activity source and of the meter.</summary>
    public const string Name = "DePin.Sdk.Chains";

    internal static ActivitySource Source { get; } = new(Name);

    internal static Meter Meter { get; } = new(Name);
}
