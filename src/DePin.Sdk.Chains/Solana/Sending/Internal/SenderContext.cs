using DePin.Sdk.Chains.Internal;
using DePin.Sdk.Identity;
using Microsoft.Extensions.Logging;

namespace DePin.Sdk.Chains.Solana.Sending.Internal;

/// <summary>What the parts of one sender share.</summary>
internal sealed record SenderContext(ISigner FeePayerKey, SolanaAddress FeePayer, ISenderNode Node, Journal<OutboxStore> Journal, SolanaSenderOptions Options, TimeProvider Time, ILogger Logger)
{
    private ulong _seenSlot;

    public DateTimeOffset Now => Time.GetUtcNow();

    /// <summary>The last slot in which a transaction was told to be done. A node that is behind it would try out the next one on a state without it.</summary>
    public ulong SeenSlot => Volatile.Read(ref _seenSlot);

    /// <summary>Notes a slot; called by the loop alone.</summary>
    public void See(ulong slot) => Volatile.Write(ref _seenSlot, Math.Max(_seenSlot, slot));
}
