namespace DePin.Sdk.Compute.Grammars.Automata;

/// <summary>Takes the steps that read nothing out of the states, and everything from which no end can be reached.</summary>
internal sealed class StateClosures
{
    private readonly RawAutomaton _raw;
    private readonly StateMarks _productive;
    private readonly StateMarks _nullable;
    private readonly bool[] _ends;
    private readonly int[] _seen;
    private readonly Stack<int> _stack = new();
    private readonly List<RawAutomaton.ByteStep>?[] _steps;
    private readonly List<AutomatonCall>?[] _calls;
    private readonly bool[] _endsRule;
    private int _total;

    public StateClosures(RawAutomaton raw, StateMarks productive, StateMarks nullable)
    {
        _raw = raw;
        _productive = productive;
        _nullable = nullable;
        _ends = new bool[raw.StateCount];
        _seen = new int[raw.StateCount];
        _steps = new List<RawAutomaton.ByteStep>?[raw.StateCount];
        _calls = new List<AutomatonCall>?[raw.StateCount];
        _endsRule = new bool[raw.StateCount];
        foreach (var rule in raw.Rules)
        {
            _ends[rule.End] = true;
        }

        foreach (int state in FindEntered())
        {
            Close(state);
        }
    }

    /// <summary>What a state calls.</summary>
    public IReadOnlyList<AutomatonCall> CallsOf(int state) => _calls[state] ?? [];

    public AutomatonState[] Freeze(byte[] classes)
    {
        var states = new AutomatonState[_raw.StateCount];
        for (int i = 0; i < states.Length; i++)
        {
            int representative = _raw[i].Representative;
            states[i] = new AutomatonState(
                _steps[i] is { Count: > 0 } steps ? [.. steps.Select(s => new AutomatonEdge(classes[s.First], classes[s.Last], s.To)).Distinct()] : [],
                _calls[i] is { Count: > 0 } calls ? [.. calls.Distinct()] : [],
                _endsRule[i],
                representative < 0 ? i : representative);
        }

        return states;
    }

    /// <summary>States that matching can stand in: where a rule begins, and where reading a byte or ending a call leads.</summary>
    private bool[] Entered()
    {
        bool[] entered = new bool[_raw.StateCount];
        foreach (var rule in _raw.Rules)
        {
            entered[rule.Start] = true;
        }

        for (int i = 0; i < _raw.StateCount; i++)
        {
            _raw[i].Bytes.ForEach(s => entered[s.To] = true);
            _raw[i].Calls.ForEach(c => entered[c.To] = true);
            if (_raw[i].Representative is var representative and >= 0)
            {
                entered[representative] = true;
            }
        }

        return entered;
    }

    private IEnumerable<int> FindEntered() => Entered().Index().Where(s => s.Item && _productive.States[s.Index]).Select(s => s.Index);

    private void Close(int start)
    {
        var steps = _steps[start] = [];
        var calls = _calls[start] = [];
        _stack.Push(start);
        _seen[start] = start + 1;
        while (_stack.TryPop(out int state))
        {
            _endsRule[start] |= _ends[state];
            var raw = _raw[state];
            if ((_total += 1 + raw.Bytes.Count + raw.Calls.Count) > GrammarLimits.Transitions)
            {
                throw new GrammarException("The grammar has too many ways on from its states; use fewer optional parts in a row, or {0,n} in their place.");
            }

            foreach (var step in raw.Bytes)
            {
                if (_productive.States[step.To])
                {
                    steps.Add(step);
                }
            }

            raw.Empties.ForEach(to => Visit(to, start));
            foreach (var call in raw.Calls)
            {
                if (_productive.Rules[call.Rule] && _productive.States[call.To])
                {
                    calls.Add(new AutomatonCall(call.Rule, call.To));
                    if (call.MaySkip && _nullable.Rules[call.Rule])
                    {
                        Visit(call.To, start);
                    }
                }
            }
        }
    }

    private void Visit(int state, int start)
    {
        if (_productive.States[state] && _seen[state] != start + 1)
        {
            _seen[state] = start + 1;
            _stack.Push(state);
        }
    }
}
