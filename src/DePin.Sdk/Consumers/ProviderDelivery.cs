using DePin.Sdk.Identity;
using DePin.Sdk.Jobs;

namespace DePin.Sdk.Consumers;

/// <summary>What one provider delivered of a request.</summary>
public sealed record ProviderDelivery
{
    /// <summary>The provider.</summary>
    public required PublicKey Provider { get; init; }

    /// <summary>Where it was reached.</summary>
    public required Uri Endpoint { get; init; }

    /// <summary>The job that it ran.</summary>
    public required JobId JobId { get; init; }

    /// <summary>What it delivered completely.</summary>
    public required JobUsage Usage { get; init; }

    /// <summary>What that costs, and what it is paid.</summary>
    public required Amount Amount { get; init; }

    /// <summary>From asking to the first output; null when none came.</summary>
    public TimeSpan? TimeToFirstToken { get; init; }

    /// <summary>From asking to the last output; null when none came.</summary>
    public TimeSpan? TimeToLastToken { get; init; }

    /// <summary>How it ended.</summary>
    public required DeliveryEnding Ending { get; init; }

    /// <summary>The failure, when it ended with one.</summary>
    public Exception? Failure { get; init; }

    /// <summary>The verified receipt; null when the provider gave none that verifies.</summary>
    public JobReceipt? Receipt { get; init; }
}
