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
    private readonly HashSet<RawAutomaton.ByteStep> _stepsFound = [];
    private readonly HashSet<AutomatonCall> _callsFound = [];
    private readonly RawAutomaton.ByteStep[]?[] _steps;
    private readonly AutomatonCall[]?[] _calls;
    private readonly bool[] _endsRule;
    private int _total;

    public StateClosures(RawAutomaton raw, StateMarks productive, StateMarks nullable)
    {
        _raw = raw;
        _productive = productive;
        _nullable = nullable;
        _ends = new bool[raw.StateCount];
        _seen = new int[raw.StateCount];
        _steps = new RawAutomaton.ByteStep[]?[raw.StateCount];
        _calls = new AutomatonCall[]?[raw.StateCount];
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
            states[i] = new AutomatonState(
                _steps[i] is { Length: > 0 } steps ? Array.ConvertAll(steps, s => new AutomatonEdge(classes[s.First], classes[s.Last], s.To)) : [],
                _calls[i] ?? [],
                _endsRule[i],
                _raw.Representatives.GetValueOrDefault(i, i));
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
            foreach (var step in _raw.Bytes[i])
            {
                entered[step.To] = true;
            }

            foreach (var call in _raw.Calls[i])
            {
                entered[call.To] = true;
            }
        }

        foreach (int representative in _raw.Representatives.Values)
        {
            entered[representative] = true;
        }

        return entered;
    }

    private IEnumerable<int> FindEntered() => Entered().Index().Where(s => s.Item && _productive.States[s.Index]).Select(s => s.Index);

    private void Close(int start)
    {
        _stepsFound.Clear();
        _callsFound.Clear();
        _stack.Push(start);
        _seen[start] = start + 1;
        while (_stack.TryPop(out int state))
        {
            _endsRule[start] |= _ends[state];
            if ((_total += 1 + _raw.Bytes[state].Length + _raw.Calls[state].Length) > GrammarLimits.Transitions)
            {
                throw new GrammarException("The grammar has too many ways on from its states; use fewer optional parts in a row, or {0,n} in their place.");
            }

            foreach (var step in _raw.Bytes[state])
            {
                if (_productive.States[step.To])
                {
                    _stepsFound.Add(step);
                }
            }

            foreach (int to in _raw.Empties[state])
            {
                Visit(to, start);
            }

            foreach (var call in _raw.Calls[state])
            {
                if (_productive.Rules[call.Rule] && _productive.States[call.To])
                {
                    _callsFound.Add(new AutomatonCall(call.Rule, call.To));
                    if (call.MaySkip && _nullable.Rules[call.Rule])
                    {
                        Visit(call.To, start);
                    }
                }
            }
        }

        _steps[start] = [.. _stepsFound];
        _calls[start] = [.. _callsFound];
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
