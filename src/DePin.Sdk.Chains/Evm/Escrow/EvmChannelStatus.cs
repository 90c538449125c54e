namespace DePin.Sdk.Chains.Evm.Escrow;

/// <summary>Where a channel is in its life, as the contract keeps it.</summary>
public enum EvmChannelStatus
{
    /// <summary>It never opened.</summary>
    None,

    /// <summary>It holds a deposit; <see cref="EvmChannelState.ClosesAt"/> says whether its payer asked to close.</summary>
    Open,

    /// <summary>It is closed for good.</summary>
    Closed,
}
