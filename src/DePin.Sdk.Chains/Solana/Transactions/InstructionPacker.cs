namespace DePin.Sdk.Chains.Solana.Transactions;

/// <summary>Puts groups of instructions, each of which must stay together, in few transactions. It counts exact bytes and accounts: groups share accounts that they both use.</summary>
public static class InstructionPacker
{
    // Enough to fill gaps with small groups, and a bound on the work for many groups.
    private const int OpenPacks = 8;

    /// <summary>Packs the groups, each in the first transaction that has room. Groups may change places; the instructions of one stay together and in order.</summary>
    /// <param name="feePayer">Pays each transaction's fee.</param>
    /// <param name="groups">The groups.</param>
    /// <param name="lookupTables">Tables that each transaction will be compiled with.</param>
    /// <param name="reserved">Instructions that will be added to each transaction, such as the sender's of the Compute Budget program; they are counted and not returned.</param>
    /// <exception cref="SolanaTransactionTooLargeException">A group does not fit even by itself.</exception>
    public static IReadOnlyList<InstructionPack> Pack(
        SolanaAddress feePayer,
        IReadOnlyList<IReadOnlyList<SolanaInstruction>> groups,
        IReadOnlyList<SolanaLookupTable>? lookupTables = null,
        IReadOnlyList<SolanaInstruction>? reserved = null)
    {
        ArgumentNullException.ThrowIfNull(groups);
        var packs = new List<Draft>();
        for (int group = 0; group < groups.Count; group++)
        {
            bool isPlaced = false;
            for (int i = Math.Max(0, packs.Count - OpenPacks); i < packs.Count && !isPlaced; i++)
            {
                isPlaced = packs[i].TryAdd(feePayer, group, groups[group], lookupTables);
            }

            if (!isPlaced)
            {
                var draft = new Draft(reserved ?? []);
                packs.Add(draft.TryAdd(feePayer, group, groups[group], lookupTables) ? draft : throw new SolanaTransactionTooLargeException(draft.Refused));
            }
        }

        return packs.ConvertAll(draft => draft.ToPack());
    }

    private sealed class Draft(IReadOnlyList<SolanaInstruction> reserved)
    {
        private readonly List<SolanaInstruction> _all = [.. reserved];
        private readonly List<int> _groups = [];
        private readonly int _reserved = reserved.Count;
        private SolanaTransactionSize _size;

        /// <summary>The size that was too much.</summary>
        public SolanaTransactionSize Refused { get; private set; }

        public bool TryAdd(SolanaAddress feePayer, int number, IReadOnlyList<SolanaInstruction> group, IReadOnlyList<SolanaLookupTable>? lookupTables)
        {
            int before = _all.Count;
            _all.AddRange(group);
            var size = SolanaMessage.Measure(feePayer, _all, lookupTables);
            if (!size.Fits)
            {
                _all.RemoveRange(before, _all.Count - before);
                Refused = size;
                return false;
            }

            _groups.Add(number);
            _size = size;
            return true;
        }

        public InstructionPack ToPack() => new(_all.GetRange(_reserved, _all.Count - _reserved), _groups, _size);
    }
}
