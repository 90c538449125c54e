using System.Collections;

namespace DePin.Sdk.Chains.Solana.Rpc;

/// <summary>What became of several transactions, in the order in which they were asked for; null for those that the node does not know.</summary>
public sealed class SolanaSignatureStatuses : IReadOnlyList<SolanaSignatureStatus?>
{
    private readonly IReadOnlyList<SolanaSignatureStatus?> _statuses;

    /// <summary>Joins statuses with the slot at which the node gave them.</summary>
    public SolanaSignatureStatuses(ulong slot, IReadOnlyList<SolanaSignatureStatus?> statuses)
    {
        ArgumentNullException.ThrowIfNull(statuses);
        Slot = slot;
        _statuses = statuses;
    }

    /// <summary>The slot at which the node answered. That it does not know a transaction says nothing about later slots.</summary>
    public ulong Slot { get; }

    /// <inheritdoc/>
    public int Count => _statuses.Count;

    /// <inheritdoc/>
    public SolanaSignatureStatus? this[int index] => _statuses[index];

    /// <inheritdoc/>
    public IEnumerator<SolanaSignatureStatus?> GetEnumerator() => _statuses.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
