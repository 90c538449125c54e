namespace DePin.Sdk.Chains.Evm.Disputes;

/// <summary>A case against a provider, as the chain has it.</summary>
public sealed record EvmDisputeCase
{
    /// <summary>Who opened it and posted the bond.</summary>
    public required EvmAddress Reporter { get; init; }

    /// <summary>When it can be ended.</summary>
    public required DateTimeOffset EndsAt { get; init; }

    /// <summary>What it is about.</summary>
    public required EvmDisputeProof Proof { get; init; }

    /// <summary>Where it stands.</summary>
    public required EvmDisputeStatus Status { get; init; }

    /// <summary>Whether the guardian has given governance more time.</summary>
    public required bool IsExtended { get; init; }

    /// <summary>Who gets the victim's part; zero as long as nobody has shown to be the payer of <see cref="ChannelId"/>.</summary>
    public required EvmAddress Victim { get; init; }

    /// <summary>The payment channel that the receipt names; zero when the job was free.</summary>
    public required Hash32 ChannelId { get; init; }
}
