namespace DePin.Sdk.Chains.Evm.Rewards.Internal;

/// <summary>The levels of a Merkle tree whose inner nodes hash their children in ascending order.</summary>
internal static class MerkleLevels
{
    private const int Word = Hash32.SizeInBytes;

    /// <summary>The leaf of a row, as <c>EpochDistributor.leafOf</c> computes it.</summary>
    public static Hash32 Leaf(ulong chainId, EvmAddress distributor, ulong epoch, RewardRow row)
    {
        Span<byte> words = stackalloc byte[6 * Word];
        ((UInt256)chainId).WriteBigEndian(words);
        distributor.ToUInt256().WriteBigEndian(words[Word..]);
        ((UInt256)epoch).WriteBigEndian(words[(2 * Word)..]);
        ((UInt256)(ulong)row.Index).WriteBigEndian(words[(3 * Word)..]);
        row.Account.ToUInt256().WriteBigEndian(words[(4 * Word)..]);
        ((UInt256)row.Amount).WriteBigEndian(words[(5 * Word)..]);
        Span<byte> once = stackalloc byte[Word];
        Hash32.Keccak(words).CopyTo(once);
        return Hash32.Keccak(once);
    }

    /// <summary>All levels, from the leaves to the root.</summary>
    public static List<Hash32[]> Build(Hash32[] leaves)
    {
        var levels = new List<Hash32[]> { leaves };
        for (var below = leaves; below.Length > 1; below = levels[^1])
        {
            var level = new Hash32[(below.Length + 1) / 2];
            for (int i = 0; i < level.Length; i++)
            {
                level[i] = (2 * i) + 1 < below.Length ? Parent(below[2 * i], below[(2 * i) + 1]) : below[2 * i];
            }

            levels.Add(level);
        }

        return levels;
    }

    /// <summary>The neighbours on the way from a leaf to the root.</summary>
    public static List<Hash32> Proof(List<Hash32[]> levels, int index)
    {
        var proof = new List<Hash32>(levels.Count);
        foreach (var level in levels)
        {
            int neighbour = index ^ 1;
            if (neighbour < level.Length)
            {
                proof.Add(level[neighbour]);
            }

            index /= 2;
        }

        return proof;
    }

    public static Hash32 Parent(Hash32 left, Hash32 right)
    {
        var (first, second) = left.ToUInt256() <= right.ToUInt256() ? (left, right) : (right, left);
        Span<byte> pair = stackalloc byte[2 * Word];
        first.CopyTo(pair);
        second.CopyTo(pair[Word..]);
        return Hash32.Keccak(pair);
    }
}
