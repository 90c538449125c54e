using DePin.Sdk.Jobs;
using DePin.Sdk.Market;

namespace DePin.Sdk.Verification;

/// <summary>A finished job as its consumer saw it, with the provider's word for it.</summary>
public sealed record JobResult
{
    /// <summary>What was asked for.</summary>
    public required JobRequest Job { get; init; }

    /// <summary>The offer under which it was asked.</summary>
    public required Offer Offer { get; init; }

    /// <summary>What the provider drew for this run when it accepted the job; 16 bytes.</summary>
    public required ReadOnlyMemory<byte> RunNonce { get; init; }

    /// <summary>The cumulative usage that came with the last output.</summary>
    public required JobUsage Usage { get; init; }

    /// <summary>SHA-256 of the outputs that arrived, by the consumer's own <see cref="OutputHasher"/>; 32 bytes.</summary>
    public required ReadOnlyMemory<byte> OutputHash { get; init; }

    /// <summary>The channel that pays; 32 bytes, or empty when the job was free.</summary>
    public ReadOnlyMemory<byte> Channel { get; init; }

    /// <summary>What the provider signed.</summary>
    public required JobReceipt Receipt { get; init; }
}
