using System.Security.Cryptography;
using DePin.Sdk.Chains.Evm.Rewards.Internal;

namespace DePin.Sdk.Chains.Evm.Rewards;

/// <summary>
/// The list of an epoch's rewards and the Merkle tree over it. The same rewards give the same list, root and document, whoever computes them and in whatever
/// order they come; so anybody can check a posted root. Immutable.
/// </summary>
/// <remarks>A leaf is <c>keccak256(keccak256(abi.encode(chain id, distributor, epoch, index, account, amount)))</c>: hashed twice, so that no inner node is one, and good in one place only. Inner nodes
/// hash their two children in ascending order, as OpenZeppelin's <c>MerkleProof</c> does; a node without a neighbour goes up as it is.</remarks>
public sealed class RewardTree
{
    /// <summary>The most rows.</summary>
    public const int MaxRows = 1_000_000;

    // From the leaves to the root.
    private readonly List<Hash32[]> _levels;

    private RewardTree(ulong chainId, EvmAddress distributor, ulong epoch, RewardRow[] rows, UInt128 total)
    {
        ChainId = chainId;
        Distributor = distributor;
        Epoch = epoch;
        Rows = Array.AsReadOnly(rows);
        Total = total;
        _levels = MerkleLevels.Build([.. rows.Select(row => MerkleLevels.Leaf(chainId, distributor, epoch, row))]);
    }

    /// <summary>The chain (EIP-155).</summary>
    public ulong ChainId { get; }

    /// <summary>The contract that pays.</summary>
    public EvmAddress Distributor { get; }

    /// <summary>The epoch.</summary>
    public ulong Epoch { get; }

    /// <summary>The rows, by ascending account; each account once.</summary>
    public IReadOnlyList<RewardRow> Rows { get; }

    /// <summary>What all rows pay together.</summary>
    public UInt128 Total { get; }

    /// <summary>The Merkle root.</summary>
    public Hash32 Root => _levels[^1][0];

    /// <summary>Makes the list and its tree. Rewards of one account are added up; zeros are left out.</summary>
    /// <param name="chainId">The chain (EIP-155).</param>
    /// <param name="distributor">The contract that pays.</param>
    /// <param name="epoch">The epoch.</param>
    /// <param name="rewards">Who gets what, in any order.</param>
    /// <exception cref="ArgumentException">Nobody gets anything, or there are more than <see cref="MaxRows"/> accounts.</exception>
    /// <exception cref="OverflowException">The total needs more than 128 bits.</exception>
    public static RewardTree Create(ulong chainId, EvmAddress distributor, ulong epoch, IEnumerable<KeyValuePair<EvmAddress, UInt128>> rewards)
    {
        ArgumentNullException.ThrowIfNull(rewards);
        var sums = new Dictionary<EvmAddress, UInt128>();
        var total = UInt128.Zero;
        foreach (var (account, amount) in rewards)
        {
            total = checked(total + amount);
            sums[account] = sums.GetValueOrDefault(account) + amount;
        }

        var rows = sums.Where(sum => sum.Value != UInt128.Zero)
            .OrderBy(sum => sum.Key.ToUInt256())
            .Select((sum, index) => new RewardRow(index, sum.Key, sum.Value))
            .ToArray();
        return rows.Length is > 0 and <= MaxRows
            ? new RewardTree(chainId, distributor, epoch, rows, total)
            : throw new ArgumentException($"{rows.Length} accounts get something; a list has 1 to {MaxRows:N0}.", nameof(rewards));
    }

    /// <summary>Reads the document of a list and builds its tree anew: compare <see cref="Root"/> with the one that was posted.</summary>
    /// <exception cref="DePinException"><see cref="DePinErrorCode.InvalidFrame"/>: the bytes are not exactly what <see cref="ToDocument"/> gives for some list.</exception>
    public static RewardTree Parse(ReadOnlyMemory<byte> document)
    {
        var (chainId, distributor, epoch, rewards) = RewardDocument.Read(document);
        RewardTree tree;
        try
        {
            tree = Create(chainId, distributor, epoch, rewards);
        }
        catch (Exception problem) when (problem is ArgumentException or OverflowException)
        {
            throw RewardDocument.Invalid(problem.Message, problem);
        }

        return tree.ToDocument().AsSpan().SequenceEqual(document.Span)
            ? tree
            : throw RewardDocument.Invalid("its rows are not in order, or it is written in another way", null);
    }

    /// <summary>The list as JSON, to be published where claimants and challengers find it by its hash.</summary>
    public byte[] ToDocument() => RewardDocument.Write(this);

    /// <summary>SHA-256 of <see cref="ToDocument"/>, which the chain's event names.</summary>
    public Hash32 ComputeDocumentHash() => new(SHA256.HashData(ToDocument()));

    /// <summary>The proof that a row is in the tree, from its leaf to the root.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    public IReadOnlyList<Hash32> GetProof(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Rows.Count);
        return MerkleLevels.Proof(_levels, index);
    }

    /// <summary>The row of an account; null when it gets nothing.</summary>
    public RewardRow? Find(EvmAddress account)
    {
        var wanted = account.ToUInt256();
        int low = 0, high = Rows.Count;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (Rows[middle].Account.ToUInt256() < wanted)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low < Rows.Count && Rows[low].Account == account ? Rows[low] : null;
    }
}
