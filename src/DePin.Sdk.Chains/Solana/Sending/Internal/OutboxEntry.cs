namespace DePin.Sdk.Chains.Solana.Sending.Internal;

/// <summary>A request with everything that was ever signed for it; only the last of it can be alive. Touched by the loop alone.</summary>
internal sealed class OutboxEntry(RequestBody body)
{
    /// <summary>The journal's number for it; 0 before it is there.</summary>
    public long Id { get; set; }

    public string? Key { get; init; }

    public RequestBody Body { get; } = body;

    /// <summary>In the order in which they were signed; at least one.</summary>
    public List<OutboxAttempt> Attempts { get; } = [];

    public OutboxAttempt Latest => Attempts[^1];

    public OutboxOutcome Outcome { get; set; }

    /// <summary>The attempt that the chain holds, and where; null as long as it is not found.</summary>
    public (OutboxAttempt Attempt, Landing Landing)? Found { get; set; }

    /// <summary>Who waits, and whose keys sign; null for what an earlier process sent and nobody has asked for since.</summary>
    public SendTicket? Ticket { get; set; }

    /// <summary>When the latest attempt was last handed to a node; null when it never was in this process.</summary>
    public DateTimeOffset? SentAt { get; set; }

    /// <summary>Whether the finalized chain is past the last block that may hold the latest attempt, so that sending it is of no use.</summary>
    public bool IsPastItsTime { get; set; }

    /// <summary>The slot in which the latest attempt's nonce was first seen to be used up; null as long as it is not.</summary>
    public ulong? NonceSpentAt { get; set; }

    /// <summary>Whether it is being signed anew, outside the loop; what was signed before is certainly dead then.</summary>
    public bool IsRenewing { get; set; }

    /// <summary>How often it was signed since the loop took it.</summary>
    public int SignedTimes { get; set; }

    /// <summary>Whether the latest attempt may have reached the network.</summary>
    public bool MayBeOut { get; set; }

    /// <summary>What a node said against the latest attempt, as long as all of them refused it.</summary>
    public Exception? Refusal { get; set; }

    /// <summary>Whether the node remembers too little to say what became of it.</summary>
    public bool IsForgotten { get; set; }

    /// <summary>Ends the waiting for a node's own word.</summary>
    public CancellationTokenSource? Watch { get; set; }

    /// <summary>Whether its owner was told that the chain holds it; from then on it is kept until that is final.</summary>
    public bool WasReported => Outcome is OutboxOutcome.Succeeded or OutboxOutcome.Failed;

    /// <summary>Whether the latest attempt is to be sent until it is found: not when its owner was told that it failed, and may have done it otherwise.</summary>
    public bool NeedsNode => Found is null && !IsRenewing && !IsPastItsTime && Outcome != OutboxOutcome.Failed;
}
