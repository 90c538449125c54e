using System.Diagnostics.Metrics;

namespace DePin.Sdk.Diagnostics;

/// <summary>Counters of Market.</summary>
internal static class MarketMetrics
{
    /// <summary>Reads of a directory; tag <c>outcome</c>: ok or failed.</summary>
    public static Counter<long> Refreshes { get; } = DePinTelemetry.Meter.CreateCounter<long>("depin.market.refreshes", "{refresh}", "Reads of the whole list of offers for one query.");

    /// <summary>Offers that a consumer dropped; tag <see cref="DePinTelemetry.Tags.ErrorCode"/>.</summary>
    public static Counter<long> OffersDropped { get; } = DePinTelemetry.Meter.CreateCounter<long>("depin.market.offers_dropped", "{offer}", "Offers that were chosen and found not to be genuine.");

    public static KeyValuePair<string, object?> Outcome(string outcome) => new("outcome", outcome);
}
