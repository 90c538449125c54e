using System.Security.Cryptography;
using DePin.Sdk.Identity;
using DePin.Sdk.Settlement;

namespace DePin.Sdk.Jobs;

/// <summary>One unit of work, as the consumer asks for it.</summary>
public sealed record JobRequest
{
    /// <summary>The identifier, chosen by the consumer.</summary>
    public required JobId Id { get; init; }

    /// <summary>What sort of work it is: see <see cref="JobKinds"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>The model that is to do it.</summary>
    public required string Model { get; init; }

    /// <summary>The work itself: a protobuf message of the kind.</summary>
    public required ReadOnlyMemory<byte> Payload { get; init; }

    /// <summary>When the consumer gives up; null for never.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>The most that the consumer pays; null for no limit of its own.</summary>
    public Amount? MaxCost { get; init; }

    /// <summary>The channel that pays, at a provider and proven to be the consumer's; null for work that is free, and at the consumer.</summary>
    /// <remarks>Not part of the hash: the signature that begins a paid job covers it.</remarks>
    public ChannelId? Channel { get; init; }

    /// <summary>SHA-256 of the canonical encoding: what a receipt refers to. 32 bytes.</summary>
    public byte[] ComputeHash() => SHA256.HashData(new CanonicalWriter("depin.job.v1")
        .Write(Id.ToBytes())
        .Write(Kind)
        .Write(Model)
        .Write(Payload.Span)
        .Write(Deadline)
        .Write(MaxCost?.BaseUnits ?? UInt128.MaxValue)
        .Written.Span);
}
