using DePin.Sdk.Chains.Evm.Rpc;

namespace DePin.Sdk.Chains.Evm.Sending.Internal;

/// <summary>One nonce of the lane with everything that was ever signed under it: whichever of it the chain takes counts. Touched by the lane's loop alone.</summary>
internal sealed class LaneSlot
{
    public required ulong Nonce { get; init; }

    public string? Key { get; init; }

    public Hash32 Digest { get; init; }

    /// <summary>In the order in which they were signed; at least one.</summary>
    public List<SignedAttempt> Attempts { get; } = [];

    public SignedAttempt Latest => Attempts[^1];

    public SlotOutcome Outcome { get; set; }

    /// <summary>The attempt that the chain holds, as far as is known.</summary>
    public SignedAttempt? Mined { get; set; }

    public EvmReceipt? Receipt { get; set; }

    /// <summary>Who waits; null for what an earlier process sent without a key, and for nonces that are only filled.</summary>
    public SendTicket? Ticket { get; set; }

    public List<TaskCompletionSource<bool?>> CancelWaiters { get; } = [];

    /// <summary>Whether the owner, or a node's refusal, asks for the nonce to be used up by a transfer of nothing.</summary>
    public bool WantsCancellation { get; set; }

    /// <summary>Whether its owner was told before that it is done, and a reorganisation has lost it since: it is too late to cancel it.</summary>
    public bool WasReported { get; set; }

    /// <summary>Why a node refused the request for good; it is told when the cancellation is on the chain.</summary>
    public string? Refusal { get; set; }

    /// <summary>How many times in a row nodes refused the latest attempt.</summary>
    public int Refusals { get; set; }

    /// <summary>Whether a node asked for more than the latest attempt offers.</summary>
    public bool IsUnderpriced { get; set; }

    /// <summary>Whether a node is known to hold the latest attempt; false while its broadcast's outcome is unknown.</summary>
    public bool IsAccepted { get; set; }

    public DateTimeOffset AttemptedAt { get; set; }

    public ulong AttemptedAtHead { get; set; }

    public DateTimeOffset BroadcastAt { get; set; }

    /// <summary>Since when the chain's nonce is above this one while no attempt has a receipt.</summary>
    public (DateTimeOffset At, ulong Head, int Polls)? Missing { get; set; }
}
