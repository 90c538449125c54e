namespace DePin.Sdk.Compute;

/// <summary>How likely the model held a token to be the next one, before temperature, penalties and constraints.</summary>
public sealed record TokenLogProbability
{
    /// <summary>The token's id.</summary>
    public required int Token { get; init; }

    /// <summary>Its text; the name for a marker, and U+FFFD for bytes that are only part of a character.</summary>
    public required string Text { get; init; }

    /// <summary>Its bytes of UTF-8; none for a marker.</summary>
    public required ReadOnlyMemory<byte> Bytes { get; init; }

    /// <summary>The natural logarithm of its probability; at most 0.</summary>
    public required float LogProbability { get; init; }

    /// <summary>The likeliest tokens in its place, itself among them where it is one, the likeliest first; as many as were asked for.</summary>
    public IReadOnlyList<TokenLogProbability> Alternatives { get; init; } = [];
}
