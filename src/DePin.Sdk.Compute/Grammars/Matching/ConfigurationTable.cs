using DePin.Sdk.Compute.Grammars.Automata;

namespace DePin.Sdk.Compute.Grammars.Matching;

/// <summary>Finds and keeps contexts and configurations; each is made once, and lives until the bounds are reached.</summary>
/// <remarks>Not thread-safe.</remarks>
internal sealed class ConfigurationTable
{
    private readonly GrammarAutomaton _automaton;
    private readonly Dictionary<int, List<CallContext>> _contexts = [];
    private readonly Dictionary<int, List<Configuration>> _configurations = [];
    private readonly CallContext _bottom = new(0, CallContextKind.Bottom, []);
    private readonly List<MatchItem> _kernel = [];
    private readonly List<MatchItem> _found = [];
    private readonly HashSet<MatchItem> _visited = [];
    private readonly PriorityQueue<int, int> _called = new();
    private readonly List<MatchItem>?[] _callers;
    private int _nextContext = 2;
    private int _configurationCount;
    private int _itemCount;

    public ConfigurationTable(GrammarAutomaton automaton)
    {
        _automaton = automaton;
        _callers = new List<MatchItem>?[automaton.Rules.Length];
    }

    /// <summary>Stands for any context.</summary>
    public CallContext Hole { get; } = new(1, CallContextKind.Hole, []);

    public bool IsFull => _configurationCount > GrammarLimits.CachedConfigurations || _itemCount > GrammarLimits.CachedItems;

    /// <summary>Where matching begins.</summary>
    public Configuration Start() => Close([new MatchItem(_automaton.Rules[_automaton.Root].Start, _bottom)]);

    /// <summary>Where bytes of a class lead.</summary>
    public Configuration Step(Configuration from, int byteClass)
    {
        _kernel.Clear();
        foreach (var item in from.Items)
        {
            foreach (var edge in _automaton[item.State].Edges)
            {
                if (edge.FirstClass <= byteClass && byteClass <= edge.LastClass)
                {
                    _kernel.Add(new MatchItem(edge.To, item.Context));
                }
            }
        }

        return _kernel.Count == 0 ? Configuration.Dead : Close(_kernel);
    }

    /// <summary>What matching comes to when the rule of a context ends.</summary>
    public Configuration AfterEnd(CallContext context) => context.AfterEnd ??= Close(context.Returns);

    public CallContext FindContext(CallContextKind kind, List<MatchItem> returns)
    {
        MatchItem.Normalize(returns);
        var items = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(returns);
        int hash = MatchItem.Hash(items, (int)kind);
        if (!_contexts.TryGetValue(hash, out var bucket))
        {
            _contexts.Add(hash, bucket = []);
        }

        foreach (var known in bucket)
        {
            if (known.Kind == kind && items.SequenceEqual(known.Returns))
            {
                return known;
            }
        }

        _itemCount += items.Length + 4;
        var context = new CallContext(_nextContext++, kind, items.ToArray());
        bucket.Add(context);
        return context;
    }

    public Configuration FindConfiguration(List<MatchItem> found, bool isComplete, bool leavesHole)
    {
        if (found.Count == 0 && !isComplete && !leavesHole)
        {
            return Configuration.Dead;
        }

        if (found.Count > GrammarLimits.Items)
        {
            throw new GrammarException("The grammar is too ambiguous: the text so far can be read in too many ways at once.");
        }

        MatchItem.Normalize(found);
        var items = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(found);
        int hash = MatchItem.Hash(items, (isComplete ? 1 : 0) + (leavesHole ? 2 : 0));
        if (!_configurations.TryGetValue(hash, out var bucket))
        {
            _configurations.Add(hash, bucket = []);
        }

        foreach (var known in bucket)
        {
            if (known.IsComplete == isComplete && known.LeavesHole == leavesHole && items.SequenceEqual(known.Items))
            {
                return known;
            }
        }

        _configurationCount++;
        _itemCount += items.Length + (_automaton.ClassCount / 2) + 8;
        var configuration = new Configuration(items.ToArray(), isComplete, leavesHole, _automaton.ClassCount);
        bucket.Add(configuration);
        return configuration;
    }

    /// <summary>Forgets everything. What is in use stays valid, and is then connected to what is made anew.</summary>
    public void Clear()
    {
        foreach (var configuration in _configurations.Values.SelectMany(c => c))
        {
            Array.Clear(configuration.Next);
            configuration.Mask = null;
            configuration.Walk = null;
        }

        foreach (var context in _contexts.Values.SelectMany(c => c))
        {
            context.AfterEnd = null;
        }

        _configurations.Clear();
        _contexts.Clear();
        _configurationCount = 0;
        _itemCount = 0;
    }

    /// <summary>Ends rules that may end and calls rules that can be called, until only states are left that read a byte.</summary>
    private Configuration Close(IReadOnlyList<MatchItem> kernel)
    {
        bool isComplete = false;
        bool leavesHole = false;
        _found.Clear();
        _visited.Clear();
        var found = _found;
        foreach (var item in kernel)
        {
            Add(item);
        }

        // What was there before its byte first, with the rules that it ends; then, rule by rule, what begins at this place.
        for (int i = 0; i < found.Count; i++)
        {
            if (_automaton[found[i].State].EndsRule)
            {
                var context = found[i].Context;
                isComplete |= context.Kind == CallContextKind.Bottom;
                leavesHole |= context.Kind == CallContextKind.Hole;
                foreach (var item in context.Returns)
                {
                    Add(item);
                }
            }

            if (found.Count > GrammarLimits.Items)
            {
                throw new GrammarException("The grammar is too ambiguous: the text so far can be read in too many ways at once.");
            }
        }

        foreach (var item in found)
        {
            Call(item);
        }

        while (_called.TryDequeue(out int rule, out _))
        {
            var callers = _callers[rule]!;
            _callers[rule] = null;
            var kind = _automaton.Rules[rule].IsLong ? CallContextKind.Long : CallContextKind.Short;
            var item = new MatchItem(_automaton.Rules[rule].Start, FindContext(kind, callers));
            found.Add(item);
            Call(item);
        }

        found.RemoveAll(i => _automaton[i.State].Edges.Length == 0);
        return FindConfiguration(found, isComplete, leavesHole);

        void Add(MatchItem item)
        {
            if (_visited.Add(item))
            {
                found.Add(item);
            }
        }
    }

    private void Call(MatchItem item)
    {
        foreach (var call in _automaton[item.State].Calls)
        {
            if (_callers[call.Rule] is not { } callers)
            {
                _callers[call.Rule] = callers = [];
                _called.Enqueue(call.Rule, _automaton.Rules[call.Rule].Order);
            }

            // A rule that ends with a call leaves nothing to come back to, so that lists written by recursion stay flat.
            if (_automaton[call.To].OnlyEndsRule && item.Context.Kind is (CallContextKind.Short or CallContextKind.Long))
            {
                callers.AddRange(item.Context.Returns);
            }
            else
            {
                callers.Add(new MatchItem(call.To, item.Context));
            }
        }
    }
}
