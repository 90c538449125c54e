namespace DePin.Sdk.Chains.Evm.Sending.Internal;

/// <summary>The decisions of a lane, as functions of what is known: no clock, no node, no journal.</summary>
internal static class LaneRules
{
    /// <summary>How many polls in a row have to agree before something that only a lagging node may say is believed.</summary>
    public const int AgreeingPolls = 3;

    /// <summary>After so many refusals in a row by nodes a request is given up, and its nonce is used up otherwise.</summary>
    public const int MaxRefusals = 3;

    /// <summary>Whether a block is as deep as the finality asks for.</summary>
    public static bool IsFinal(ulong block, ChainView view, EvmFinality finality) => finality.Tag is null
        ? view.Head.Number + 1 >= block + (ulong)finality.Depth
        : view.FinalBlock >= block;

    /// <summary>Whether the latest attempt has to be sent again: its broadcast has no known outcome, or the node misses it.</summary>
    public static bool NeedsRebroadcast(LaneSlot slot, ChainView view, DateTimeOffset now, TimeSpan pollInterval)
    {
        if (slot.Receipt is not null || slot.Nonce < view.LatestNonce || (slot.WantsCancellation && !slot.Latest.IsCancellation))
        {
            return false;
        }

        return !slot.IsAccepted || (slot.Nonce >= view.PendingNonce && now - slot.BroadcastAt >= 2 * pollInterval);
    }

    /// <summary>Whether the latest attempt needs higher fees: a node says so, or blocks pass it over although nothing stands before it.</summary>
    public static bool NeedsReplacement(LaneSlot slot, ChainView view, EvmFees market, DateTimeOffset now, EvmSenderOptions options)
    {
        if (slot.Receipt is not null || slot.Nonce < view.LatestNonce || slot.Attempts.Count > options.MaxReplacements)
        {
            return false;
        }

        if (slot.IsUnderpriced)
        {
            return true;
        }

        bool isNext = slot.Nonce == view.LatestNonce;
        bool isPricedOut = slot.Latest.Transaction.MaxFeePerGas < market.NextBlockPrice;

        // Without new blocks there is nobody to pay more to.
        bool isPassedOver = now - slot.AttemptedAt >= options.ReplaceAfter && view.Head.Number >= slot.AttemptedAtHead + 2;
        return isPassedOver && (isNext || isPricedOut);
    }

    /// <summary>Whether another program's transaction has the nonce: the chain is past it, for as long as the finality asks for, and none of the slot's attempts is on it.</summary>
    public static bool IsDisplaced(LaneSlot slot, ChainView view, DateTimeOffset now, EvmSenderOptions options) =>
        slot.Missing is { Polls: >= AgreeingPolls } missing
        && (view.Head.Number >= missing.Head + (ulong)Math.Max(options.Finality.Depth, AgreeingPolls) || now - missing.At >= options.ReplaceAfter);

    /// <summary>Notes that the chain is past a nonce of which no attempt has a receipt.</summary>
    public static void NoteMissing(LaneSlot slot, ChainView view, DateTimeOffset now) =>
        slot.Missing = slot.Missing is { } missing ? missing with { Polls = missing.Polls + 1 } : (now, view.Head.Number, 1);

    /// <summary>Forgets a receipt that a reorganisation took away.</summary>
    public static void TakeBack(LaneSlot slot)
    {
        slot.Receipt = null;
        slot.Mined = null;
        slot.IsAccepted = false;
    }
}
