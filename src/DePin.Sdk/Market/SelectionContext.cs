using DePin.Sdk.Identity;
using DePin.Sdk.Jobs;

namespace DePin.Sdk.Market;

/// <summary>What a selector knows about the request.</summary>
public sealed record SelectionContext
{
    /// <summary>What is known about providers from experience.</summary>
    public required ProviderStatistics Statistics { get; init; }

    /// <summary>Now; expired offers are passed over.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>Providers that must not be chosen: those that this request already tried.</summary>
    public IReadOnlyCollection<PublicKey> Excluded { get; init; } = [];

    /// <summary>What the request will probably use, for comparing prices.</summary>
    public JobUsage ExpectedUsage { get; init; } = new(256, 256);

    /// <summary>The most that the expected usage may cost; null for no limit. Offers in another asset are passed over.</summary>
    public Amount? MaxCost { get; init; }
}
