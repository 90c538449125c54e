namespace DePin.Sdk.Consumers;

/// <summary>What every request to the network is held to, whatever its kind. Limits hold for the whole request: retries, failovers and hedges included.</summary>
public class RoutingOptions
{
    /// <summary>The most that one request may cost. It also limits the choice to providers that are paid in its asset.</summary>
    /// <value>Null: only the client's spend policy limits it.</value>
    public Amount? MaxCostPerRequest { get; set; }

    /// <summary>
    /// The same limit in other assets, which a client with accounts on several chains may pay in; the order is that of preference, after <see cref="MaxCostPerRequest"/>.
    /// It stays one limit: a request that has spent half of it in one asset has half of it left in each.
    /// </summary>
    /// <value>Empty: only the asset of <see cref="MaxCostPerRequest"/> is paid in.</value>
    public IList<Amount> MaxCostInOtherAssets { get; set; } = [];

    /// <summary>How many providers one request may start a job at, 1 to 100.</summary>
    /// <value>5.</value>
    public int MaxAttempts { get; set; } = 5;

    /// <summary>How long a request may take in all. Providers are told the deadline, and failovers keep it; missing it is a <see cref="TimeoutException"/>.</summary>
    /// <value>Null: no limit.</value>
    public TimeSpan? RequestTimeout { get; set; }

    /// <summary>How long a provider may take to begin its answer; then the next one is tried.</summary>
    /// <value>30 seconds.</value>
    public TimeSpan FirstTokenTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a provider may send nothing in the middle of an answer; then it counts as dead and another one continues.</summary>
    /// <value>15 seconds.</value>
    public TimeSpan StallTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Only providers in this region.</summary>
    /// <value>Null: anywhere.</value>
    public string? Region { get; set; }

    /// <summary>Only providers with all of these capabilities, for example <c>tools</c>.</summary>
    /// <value>Empty.</value>
    public IList<string> Capabilities { get; set; } = [];

    /// <summary>How many input tokens a provider may bill beyond the bytes of the request, for its chat template and what it adds to the prompt.</summary>
    /// <value>1,024.</value>
    public int MaxUnseenInputTokens { get; set; } = 1024;

    /// <summary>How many output tokens a provider may bill beyond the bytes that it delivered: special tokens, and what it asks payment ahead for.</summary>
    /// <value>256. Raise it for models that think without showing it.</value>
    public int MaxUnseenOutputTokens { get; set; } = 256;

    /// <summary>Whether an answer whose receipt does not verify is returned all the same, with a warning in the log and without the receipt.</summary>
    /// <value>False: after the content, which has already been delivered, the request fails with <see cref="DePinErrorCode.InvalidReceipt"/>.</value>
    public bool AcceptInvalidReceipts { get; set; }

    internal virtual void Validate()
    {
        Require(MaxCostInOtherAssets is not null, nameof(MaxCostInOtherAssets), null, "a list, perhaps empty");
        Require(MaxCostInOtherAssets!.Count == 0 || MaxCostPerRequest is not null, nameof(MaxCostInOtherAssets), MaxCostInOtherAssets.Count, "MaxCostPerRequest too: it is the first of these limits");
        Require(MaxCostInOtherAssets.Append(MaxCostPerRequest ?? default).DistinctBy(limit => limit.Asset).Count() == MaxCostInOtherAssets.Count + 1, nameof(MaxCostInOtherAssets), string.Join(", ", MaxCostInOtherAssets), "one limit for each asset");
        Require(MaxAttempts is >= 1 and <= 100, nameof(MaxAttempts), MaxAttempts, "1 to 100");
        Require(RequestTimeout is null || InRange(RequestTimeout.Value), nameof(RequestTimeout), RequestTimeout, "a time above zero, up to 20 days, or null");
        Require(InRange(FirstTokenTimeout), nameof(FirstTokenTimeout), FirstTokenTimeout, "a time above zero, up to 20 days");
        Require(InRange(StallTimeout), nameof(StallTimeout), StallTimeout, "a time above zero, up to 20 days");
        Require(Capabilities is not null, nameof(Capabilities), null, "a list, perhaps empty");
        Require(MaxUnseenInputTokens >= 0, nameof(MaxUnseenInputTokens), MaxUnseenInputTokens, "zero or more");
        Require(MaxUnseenOutputTokens >= 0, nameof(MaxUnseenOutputTokens), MaxUnseenOutputTokens, "zero or more");
    }

    private protected static bool InRange(TimeSpan time) => time > TimeSpan.Zero && time <= TimeSpan.FromDays(20);

    private protected static void Require(bool condition, string name, object? value, string instead)
    {
        if (!condition)
        {
            throw new ArgumentOutOfRangeException(name, value, $"{name} is {value ?? "null"}; write {instead}.");
        }
    }
}
