using DePin.Sdk.Compute.Grammars.Automata;

namespace DePin.Sdk.Compute.Grammars.Matching;

/// <summary>Finds the tokens that may come next.</summary>
/// <remarks>
/// Most tokens stay inside the innermost long rule, so whether they may come does not depend on what lies around it: those are found
/// once, with a hole in place of the rule's context. Only tokens that leave the rule are then looked at for each context.
/// Not thread-safe.
/// </remarks>
internal sealed class TokenMasks
{
    private readonly GrammarAutomaton _automaton;
    private readonly ConfigurationTable _table;
    private readonly TokenTrie _trie;
    private readonly ulong[] _longTokens;
    private readonly Configuration[] _path;
    private readonly PriorityQueue<CallContext, int> _frontier = new();
    private readonly HashSet<CallContext> _reached = [];
    private readonly List<CallContext> _above = [];
    private readonly Dictionary<CallContext, CallContext> _rebuilt = [];
    private readonly List<MatchItem> _items = [];
    private readonly List<int> _exits = [];
    private bool _usesRepresentatives;

    public TokenMasks(GrammarAutomaton automaton, ConfigurationTable table, TokenTrie trie)
    {
        _automaton = automaton;
        _table = table;
        _trie = trie;
        _longTokens = new ulong[trie.Words];
        _path = new Configuration[trie.Walk.Depth + 1];
        foreach (int token in trie.LongTokens.Tokens)
        {
            _longTokens[token >> 6] |= 1UL << token;
        }
    }

    /// <summary>Memory of the masks that are kept, in bytes.</summary>
    public long KeptBytes { get; set; }

    /// <summary>The tokens that may come, a bit for each, without those that end the answer.</summary>
    public ulong[] Find(Configuration configuration)
    {
        var hole = FindHole(configuration);
        var local = Localize(configuration, hole);
        bool isApproximate = _usesRepresentatives;
        var result = local.Walk ??= WalkAll(local);
        if (result.Exits.Length == 0 && !isApproximate)
        {
            return configuration.Mask = result.Mask;
        }

        ulong[] mask = (ulong[])result.Mask.Clone();
        KeptBytes += mask.Length * sizeof(ulong);
        if (result.Exits.Length > 0)
        {
            var after = _table.AfterEnd(hole);
            foreach (int exit in result.Exits)
            {
                Walk(_trie.Walk, after, exit + 1, _trie.Walk.Nodes[exit].Next, mask);
            }
        }

        if (isApproximate)
        {
            for (int i = 0; i < mask.Length; i++)
            {
                mask[i] &= ~_longTokens[i];
            }

            Walk(_trie.LongTokens, configuration, 0, _trie.LongTokens.Count, mask);
        }

        return configuration.Mask = mask;
    }

    private WalkResult WalkAll(Configuration local)
    {
        ulong[] mask = new ulong[_trie.Words];
        _exits.Clear();
        Walk(_trie.Walk, local, 0, _trie.Walk.Count, mask, _exits);
        KeptBytes += (mask.Length * sizeof(ulong)) + (_exits.Count * sizeof(int));
        return new WalkResult(mask, [.. _exits]);
    }

    /// <summary>Sets the bits of the tokens of a part of the tree; what lies before the part has led to <paramref name="start"/>.</summary>
    private void Walk(TrieWalk walk, Configuration start, int first, int end, ulong[] mask, List<int>? exits = null)
    {
        if (first >= end)
        {
            return;
        }

        var nodes = walk.Nodes;
        int[] tokens = walk.Tokens;
        byte[] classes = _automaton.Classes;
        var path = _path;
        path[nodes[first].Depth] = start;
        for (int i = first; i < end;)
        {
            ref var node = ref nodes[i];
            int byteClass = classes[node.Value];
            var from = path[node.Depth];
            var next = from.Next[byteClass] ??= _table.Step(from, byteClass);
            if (ReferenceEquals(next, Configuration.Dead))
            {
                i = node.Next;
                continue;
            }

            path[node.Depth + 1] = next;
            i++;
            int last = nodes[i].FirstToken;
            for (int k = node.FirstToken; k < last; k++)
            {
                int token = tokens[k];
                mask[token >> 6] |= 1UL << token;
            }

            if (exits is not null && next.LeavesHole && i < node.Next)
            {
                exits.Add(i - 1);
            }
        }
    }

    /// <summary>Finds the context of a long rule that every way down from here goes through; the bottom, if there is none above it.</summary>
    private CallContext FindHole(Configuration configuration)
    {
        _frontier.Clear();
        _reached.Clear();
        _above.Clear();
        foreach (var item in configuration.Items)
        {
            Reach(item.Context);
        }

        while (_frontier.TryDequeue(out var context, out _))
        {
            if (_frontier.Count == 0 && context.Kind is not CallContextKind.Short)
            {
                return context;
            }

            _above.Add(context);
            foreach (var item in context.Returns)
            {
                Reach(item.Context);
            }
        }

        return _table.Hole;
    }

    private void Reach(CallContext context)
    {
        if (_reached.Add(context))
        {
            _frontier.Enqueue(context, -context.Depth);
        }
    }

    /// <summary>The same configuration with a hole in place of a context, and with states that are alike made one.</summary>
    private Configuration Localize(Configuration configuration, CallContext hole)
    {
        _usesRepresentatives = false;
        _rebuilt.Clear();
        _rebuilt[hole] = hole.Kind == CallContextKind.Long ? _table.Hole : hole;

        // From the deepest in the stack upwards, so that what a context refers to has been rebuilt before it.
        for (int i = _above.Count - 1; i >= 0; i--)
        {
            _rebuilt[_above[i]] = _table.FindContext(_above[i].Kind, Rebuild(_above[i].Returns));
        }

        return _table.FindConfiguration(Rebuild(configuration.Items), configuration.IsComplete, leavesHole: false);
    }

    private List<MatchItem> Rebuild(MatchItem[] items)
    {
        _items.Clear();
        foreach (var item in items)
        {
            int representative = _automaton[item.State].Representative;
            _usesRepresentatives |= representative != item.State;
            _items.Add(new MatchItem(representative, _rebuilt[item.Context]));
        }

        return _items;
    }
}
