using DePin.Sdk.Market;

namespace DePin.Sdk.Consumers.Internal;

/// <summary>The way to the providers of one model, with what is remembered between requests.</summary>
internal sealed class ModelRoute(string kind, string model, RoutingOptions routing)
{
    private static readonly TimeSpan UnknownDelay = TimeSpan.FromMilliseconds(500);

    private readonly TimeSpan? _hedgeDelay = (routing as ChatRoutingOptions)?.HedgeDelay;

    public string Kind => kind;

    public string Model => model;

    public OfferQuery Query { get; } = new()
    {
        Kind = kind,
        Model = model,
        Region = string.IsNullOrEmpty(routing.Region) ? null : routing.Region,
        Capabilities = [.. routing.Capabilities],
    };

    public HedgeBucket Hedges { get; } = new((routing as ChatRoutingOptions)?.HedgeBudget ?? 0);

    public FirstTokenTimes FirstTokens { get; } = new();

    public TimeSpan GetHedgeDelay() => _hedgeDelay ?? FirstTokens.GetPercentile95() ?? UnknownDelay;
}
