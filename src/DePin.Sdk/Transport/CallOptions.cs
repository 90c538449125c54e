namespace DePin.Sdk.Transport;

/// <summary>What travels beside the frames of one call.</summary>
public sealed record CallOptions
{
    /// <summary>When the call gives up; null for never. Sent as <c>grpc-timeout</c>.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>Metadata: lower-case ASCII names and printable ASCII values. The W3C <c>traceparent</c> of the current activity is added by the transport.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Metadata { get; init; } = [];
}
