using DePin.Sdk.Compute.Inference;

namespace DePin.Sdk.Compute.Generation;

/// <summary>Sequences of a runner that are kept for requests that begin with the same tokens, found by a radix tree over tokens.</summary>
/// <remarks>
/// Every leaf of the tree has an entry, and of the entries on one path only the longest is kept, since it holds the others; pinned ones
/// apart. Used by the scheduler's thread alone.
/// </remarks>
internal sealed class PrefixCache(IModelRunner runner, long maxTokens)
{
    private readonly Dictionary<PrefixPartition, PrefixNode> _roots = [];
    private readonly List<CachedPrefix> _entries = [];
    private long _clock;

    /// <summary>Tokens in the tree; those that several entries share count once.</summary>
    public long TokenCount { get; private set; }

    public int EntryCount => _entries.Count;

    /// <summary>The entry that shares the longest beginning with some tokens, and how many tokens that are.</summary>
    public (CachedPrefix? Entry, int Length) Find(PrefixPartition partition, ReadOnlySpan<int> tokens)
    {
        if (!_roots.TryGetValue(partition, out var node))
        {
            return (null, 0);
        }

        int length = Walk(ref node, tokens, out int onEdge);
        var entry = length + onEdge == 0 ? null : node.AnyEntry();
        if (entry is not null)
        {
            entry.LastUse = ++_clock;
        }

        return (entry, entry is null ? 0 : length + onEdge);
    }

    /// <summary>Keeps a sequence, or closes it when what is kept covers it.</summary>
    /// <param name="partition">Who may use it.</param>
    /// <param name="tokens">The tokens that the sequence holds.</param>
    /// <param name="handle">The sequence; from now on it belongs to the cache.</param>
    /// <param name="pin">Whether to keep it until <see cref="Unpin"/>.</param>
    /// <returns>The entry that holds these tokens; null when they are too many.</returns>
    public CachedPrefix? Add(PrefixPartition partition, ReadOnlySpan<int> tokens, SequenceHandle handle, bool pin = false)
    {
        if (!pin && tokens.Length > maxTokens)
        {
            runner.CloseSequence(handle);
            return null;
        }

        if (!_roots.TryGetValue(partition, out var root))
        {
            _roots.Add(partition, root = new PrefixNode(null, []));
        }

        var node = Insert(root, tokens);
        var covering = pin ? node.Entry : node.AnyEntry();
        if (covering is not null)
        {
            runner.CloseSequence(handle);
        }
        else
        {
            runner.Resize(handle, tokens.Length);
            covering = new CachedPrefix(node, partition, handle, tokens.Length);
            node.Entry = covering;
            _entries.Add(covering);
            DropCovered(node.Parent);
        }

        covering.LastUse = ++_clock;
        covering.Pins += pin ? 1 : 0;
        while (TokenCount > maxTokens && EvictOne(covering))
        {
        }

        return covering;
    }

    /// <summary>Lets an entry go its way; it stays until it is evicted.</summary>
    public void Unpin(CachedPrefix entry)
    {
        if (--entry.Pins == 0 && entry.Node.ChildCount > 0)
        {
            Remove(entry);
        }

        while (TokenCount > maxTokens && EvictOne(null))
        {
        }
    }

    /// <summary>Gives up the entry that was of no use for longest; false when there is none that may go.</summary>
    public bool EvictOne(CachedPrefix? except)
    {
        CachedPrefix? oldest = null;
        foreach (var entry in _entries)
        {
            if (entry.Pins == 0 && entry != except && (oldest is null || entry.LastUse < oldest.LastUse))
            {
                oldest = entry;
            }
        }

        if (oldest is null)
        {
            return false;
        }

        Remove(oldest);
        return true;
    }

    /// <summary>Gives up the end of an entry, or all of it where its beginning is kept elsewhere.</summary>
    public void Shorten(CachedPrefix entry, ReadOnlySpan<int> tokens)
    {
        Detach(entry);
        runner.Truncate(entry.Handle, tokens.Length);
        Add(entry.Partition, tokens, entry.Handle);
    }

    /// <summary>Gives up an entry.</summary>
    public void Remove(CachedPrefix entry)
    {
        Detach(entry);
        runner.CloseSequence(entry.Handle);
    }

    /// <summary>Gives up everything that is not pinned.</summary>
    public void Clear()
    {
        while (EvictOne(null))
        {
        }
    }

    /// <summary>Follows the tokens down; the node is then the last one reached, or the one that the way ends in front of.</summary>
    /// <returns>How many tokens lead to a node on the way; <paramref name="onEdge"/> more lie on the edge of <paramref name="node"/>.</returns>
    private static int Walk(ref PrefixNode node, ReadOnlySpan<int> tokens, out int onEdge)
    {
        int length = 0;
        onEdge = 0;
        while (length < tokens.Length && node.Find(tokens[length]) is { } child)
        {
            int common = tokens[length..].CommonPrefixLength(child.Edge);
            node = child;
            if (common < child.Edge.Length)
            {
                onEdge = common;
                return length;
            }

            length += common;
        }

        return length;
    }

    private PrefixNode Insert(PrefixNode root, ReadOnlySpan<int> tokens)
    {
        var node = root;
        int length = Walk(ref node, tokens, out int onEdge);
        if (onEdge > 0)
        {
            node = node.Split(onEdge);
            length += onEdge;
        }

        if (length < tokens.Length)
        {
            var leaf = new PrefixNode(node, tokens[length..].ToArray());
            node.Add(leaf);
            TokenCount += leaf.Edge.Length;
            node = leaf;
        }

        return node;
    }

    private void DropCovered(PrefixNode? node)
    {
        while (node is not null)
        {
            // Removing an entry may take its node out of the tree, never the one above it.
            var above = node.Parent;
            if (node.Entry is { Pins: 0 } covered)
            {
                Remove(covered);
            }

            node = above;
        }
    }

    private void Detach(CachedPrefix entry)
    {
        _entries.Remove(entry);
        var node = entry.Node;
        node.Entry = null;
        while (node.Parent is { } parent && node.Entry is null && node.ChildCount == 0)
        {
            parent.Remove(node);
            TokenCount -= node.Edge.Length;
            node = parent;
        }

        if (node is { Entry: null, Parent: { } above } && node.OnlyChild() is { } child)
        {
            above.Remove(node);
            child.Edge = [.. node.Edge, .. child.Edge];
            above.Add(child);
        }

        if (node is { Parent: null, ChildCount: 0 })
        {
            _roots.Remove(entry.Partition);
        }
    }
}
