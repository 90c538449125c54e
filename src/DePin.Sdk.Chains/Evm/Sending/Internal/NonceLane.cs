namespace DePin.Sdk.Chains.Evm.Sending.Internal;

/// <summary>The nonces of an account that are given and not over yet, in their order. Not thread-safe.</summary>
internal sealed class NonceLane
{
    private readonly SortedDictionary<ulong, LaneSlot> _open = [];
    private readonly Dictionary<ulong, ulong> _watched = [];

    /// <summary>The nonce that is given next.</summary>
    public ulong NextNonce { get; private set; }

    /// <summary>What is open, from the lowest nonce on.</summary>
    public IReadOnlyCollection<LaneSlot> Open => _open.Values;

    /// <summary>How many wait for their block.</summary>
    public int InFlight => _open.Values.Count(slot => slot.Receipt is null);

    public bool IsWatching => _watched.Count > 0;

    public void Add(LaneSlot slot)
    {
        _open.Add(slot.Nonce, slot);
        NextNonce = Math.Max(NextNonce, slot.Nonce + 1);
    }

    /// <summary>Leaves out nonces that others have used or are using.</summary>
    public void SkipTo(ulong nonce) => NextNonce = Math.Max(NextNonce, nonce);

    public LaneSlot? Find(ulong nonce) => _open.GetValueOrDefault(nonce);

    /// <summary>Closes a nonce; its block is watched for a while, because a reorganisation may go deeper than anyone waited.</summary>
    public void Close(LaneSlot slot)
    {
        _open.Remove(slot.Nonce);
        if (slot.Receipt is { } receipt)
        {
            Watch(slot.Nonce, receipt.BlockNumber);
        }
    }

    public void Watch(ulong nonce, ulong block) => _watched[nonce] = block;

    /// <summary>Stops watching what lies so deep.</summary>
    public void Unwatch(ulong head, int depth)
    {
        foreach (var (nonce, block) in _watched)
        {
            if (block + (ulong)depth <= head)
            {
                _watched.Remove(nonce);
            }
        }
    }

    /// <summary>Opens a nonce again that the chain has lost.</summary>
    public void Reopen(LaneSlot slot)
    {
        _watched.Remove(slot.Nonce);
        Add(slot);
    }

    /// <summary>The nonces from the chain's next one up to the highest given one that nothing is open for: closed ones that the chain has lost, and those that others had taken and have left.</summary>
    /// <param name="latestNonce">The chain's next nonce.</param>
    /// <param name="most">How many at most.</param>
    public List<ulong> FindGaps(ulong latestNonce, int most)
    {
        var gaps = new List<ulong>();
        ulong next = latestNonce;
        foreach (var nonce in _open.Keys)
        {
            for (; next < nonce && gaps.Count < most; next++)
            {
                gaps.Add(next);
            }

            next = Math.Max(next, nonce + 1);
        }

        for (; next < NextNonce && gaps.Count < most; next++)
        {
            gaps.Add(next);
        }

        return gaps;
    }
}
