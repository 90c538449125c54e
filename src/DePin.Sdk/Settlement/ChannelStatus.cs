namespace DePin.Sdk.Settlement;

/// <summary>Where a channel is in its life: open, then perhaps closing, then closed for ever.</summary>
public enum ChannelStatus
{
    /// <summary>Vouchers can be settled and the deposit topped up.</summary>
    Open,

    /// <summary>The payer asked to close; vouchers can still be settled until the grace period ends.</summary>
    Closing,

    /// <summary>Everything was paid out. A closed channel never reopens.</summary>
    Closed,
}
