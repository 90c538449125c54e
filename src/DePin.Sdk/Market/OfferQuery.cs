namespace DePin.Sdk.Market;

/// <summary>What a consumer looks for. Null and empty mean anything.</summary>
public sealed record OfferQuery
{
    /// <summary>The kind of job.</summary>
    public string? Kind { get; init; }

    /// <summary>The model's name, exactly.</summary>
    public string? Model { get; init; }

    /// <summary>The region, exactly.</summary>
    public string? Region { get; init; }

    /// <summary>Capabilities that must all be there.</summary>
    public IReadOnlyList<string> Capabilities { get; init; } = [];

    /// <summary>The most that a million output tokens may cost; offers in another asset do not match.</summary>
    public Amount? MaxPricePerMillionOutputTokens { get; init; }

    /// <summary>How many offers a page holds, 1 to 1,000. Default 100.</summary>
    public int PageSize { get; init; } = 100;

    /// <summary>Where the page before ended; null for the first.</summary>
    public string? PageToken { get; init; }
}
