using DePin.Sdk.Chains.Solana.Rpc;

namespace DePin.Sdk.Chains.Solana.Sending.Internal;

/// <summary>The decisions of an outbox, as functions of what is known: no clock, no node, no journal.</summary>
internal static class OutboxRules
{
    /// <summary>For how many slots a node without history still knows every transaction: it keeps 300 rooted ones at hand, of which some are spared for slots that it counts otherwise.</summary>
    public const ulong SlotsAtHand = 280;

    /// <summary>How many slots after a nonce was seen to be used up it counts: a transaction that used it is confirmed by then, also where a node shows accounts as they are before that.</summary>
    public const ulong NonceMargin = 32;

    /// <summary>Whether a landing is as sure as the owner asks for.</summary>
    public static bool IsSure(Landing landing, SolanaCommitment commitment) => landing.Commitment >= commitment;

    /// <summary>Whether nothing can change any more in what became of a request.</summary>
    public static bool IsFinal(OutboxEntry entry) => entry.Outcome == OutboxOutcome.Expired || (entry.WasReported && entry.Found is { Landing.Commitment: SolanaCommitment.Finalized });

    /// <summary>Whether the finalized chain is past the last block that may hold an attempt with a blockhash.</summary>
    public static bool IsPastItsTime(OutboxAttempt attempt, HeightReading finalized, int margin) =>
        attempt.Nonce is null && finalized.Slot >= attempt.KnownSlot && finalized.BlockHeight > attempt.LastValidBlockHeight + (ulong)margin;

    /// <summary>Whether an attempt's nonce is used up. A node that is behind the signing still shows the value before it, which says nothing.</summary>
    public static bool IsNonceSpent(OutboxAttempt attempt, NonceReading finalized) => finalized.Slot >= attempt.KnownSlot && finalized.Value != attempt.Blockhash;

    /// <summary>Whether an answer can say of an attempt that the chain does not hold it: the node had come as far as the slot in which the attempt was seen to be past its time, and remembers since before it was signed.</summary>
    /// <param name="attempt">The attempt.</param>
    /// <param name="reading">The answer, asked for after that slot was seen.</param>
    /// <param name="seenAt">That slot.</param>
    /// <param name="firstAvailableSlot">The first slot in the node's history.</param>
    public static bool ProvesAbsence(OutboxAttempt attempt, StatusReading reading, ulong seenAt, ulong firstAvailableSlot) =>
        reading.Slot >= seenAt && RemembersSince(attempt, reading, firstAvailableSlot);

    /// <summary>Whether a node remembers every block that may hold an attempt.</summary>
    public static bool RemembersSince(OutboxAttempt attempt, StatusReading reading, ulong firstAvailableSlot) =>
        reading.Slot < attempt.KnownSlot + SlotsAtHand || (reading.HasHistory && firstAvailableSlot <= attempt.KnownSlot);

    /// <summary>Whether an answer says that a landing is gone: the node is past it and does not find it. A node that is behind says nothing about it.</summary>
    public static bool IsGone(Landing landing, StatusReading reading) => reading.Slot >= landing.Slot;

    /// <summary>Whether a landing that is gone was taken back by a fork, rather than being too old for what the node keeps at hand.</summary>
    public static bool IsTakenBack(Landing landing, StatusReading reading) => reading.HasHistory || reading.Slot < landing.Slot + SlotsAtHand;
}
