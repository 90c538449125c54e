using DePin.Sdk.Settlement;

namespace DePin.Sdk.Payments;

/// <summary>What every journal does alike.</summary>
internal static class JournalRules
{
    /// <summary>The channel after a new look at it: what only grows never shrinks, whichever look is saved last.</summary>
    public static Channel Merge(Channel known, Channel seen)
    {
        var later = seen.Status >= known.Status ? seen : known;
        return known with
        {
            Status = later.Status,
            ClosesAt = later.ClosesAt,
            Deposit = Amount.Max(known.Deposit, seen.Deposit),
            Settled = Amount.Max(known.Settled, seen.Settled),
            Refunded = Amount.Max(known.Refunded, seen.Refunded),
        };
    }

    public static DePinException NotFound(ChannelId channel) =>
        new(DePinErrorCode.ChannelNotFound, Fault.Provider, $"The journal does not know channel {channel}; save the channel before its vouchers.");
}
