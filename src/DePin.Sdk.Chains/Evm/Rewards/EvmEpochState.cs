namespace DePin.Sdk.Chains.Evm.Rewards;

/// <summary>What an epoch stands at on the chain.</summary>
public sealed record EvmEpochState
{
    /// <summary>The Merkle root of the list.</summary>
    public required Hash32 Root { get; init; }

    /// <summary>What the list pays at most; it is set aside.</summary>
    public required UInt128 Total { get; init; }

    /// <summary>What was paid.</summary>
    public required UInt128 Claimed { get; init; }

    /// <summary>Who posted the root.</summary>
    public required EvmAddress Poster { get; init; }

    /// <summary>The end of the challenge window; while challenged, of the time to rule.</summary>
    public required DateTimeOffset Until { get; init; }

    /// <summary>Where it stands.</summary>
    public required EvmEpochStatus Status { get; init; }

    /// <summary>The number of the posting, which a challenge names.</summary>
    public required uint Posting { get; init; }

    /// <summary>Who challenged it; zero when nobody did.</summary>
    public required EvmAddress Challenger { get; init; }

    /// <summary>The poster's bond, and the challenger's; zero once it is paid out.</summary>
    public required UInt128 Bond { get; init; }
}
