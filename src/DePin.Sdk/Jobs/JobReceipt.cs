using DePin.Sdk.Identity;

namespace DePin.Sdk.Jobs;

/// <summary>A provider's signed statement of what it delivered and what that costs.</summary>
public sealed record JobReceipt
{
    /// <summary>The length of <see cref="RunNonce"/> in bytes.</summary>
    public const int RunNonceLength = 16;

    /// <summary>The job.</summary>
    public required JobId JobId { get; init; }

    /// <summary>
    /// What the provider drew for this run of the job and announced when it accepted it; 16 random bytes. A provider signs one receipt for a run: two that
    /// differ convict it, and nobody gets two out of an honest one by sending a job again.
    /// </summary>
    public required ReadOnlyMemory<byte> RunNonce { get; init; }

    /// <summary>SHA-256 of the job as the provider understood it (<see cref="JobRequest.ComputeHash"/>).</summary>
    public required ReadOnlyMemory<byte> JobHash { get; init; }

    /// <summary>The offer under which it ran; 32 bytes.</summary>
    public required ReadOnlyMemory<byte> OfferId { get; init; }

    /// <summary>Who signs.</summary>
    public required PublicKey Provider { get; init; }

    /// <summary>The model that answered.</summary>
    public required string Model { get; init; }

    /// <summary>SHA-256 of the model's file; empty when the provider does not say.</summary>
    public ReadOnlyMemory<byte> ModelHash { get; init; }

    /// <summary>SHA-256 over the outputs in order, as <see cref="OutputHasher"/> computes it.</summary>
    public required ReadOnlyMemory<byte> OutputHash { get; init; }

    /// <summary>What was used.</summary>
    public required JobUsage Usage { get; init; }

    /// <summary>What that costs.</summary>
    public required Amount Amount { get; init; }

    /// <summary>The payment channel; 32 bytes, or empty when the job was free.</summary>
    public ReadOnlyMemory<byte> Channel { get; init; }

    /// <summary>How it ended.</summary>
    public JobOutcome Outcome { get; init; }

    /// <summary>When it ended, by the provider's clock.</summary>
    public required DateTimeOffset CompletedAt { get; init; }

    /// <summary>The provider's signature over <see cref="GetSigningBytes"/>.</summary>
    public Signature Signature { get; init; }

    /// <summary>The canonical encoding that is signed.</summary>
    public byte[] GetSigningBytes() => new CanonicalWriter("depin.receipt.v2")
        .Write(JobId.ToBytes())
        .Write(RunNonce.Span)
        .Write(JobHash.Span)
        .Write(OfferId.Span)
        .Write(Provider)
        .Write(Model)
        .Write(ModelHash.Span)
        .Write(OutputHash.Span)
        .Write(Usage.InputTokens)
        .Write(Usage.OutputTokens)
        .Write(Amount)
        .Write(Channel.Span)
        .Write((long)Outcome)
        .Write((DateTimeOffset?)CompletedAt)
        .ToArray();
}
