namespace DePin.Sdk.Compute.Grammars.Automata;

/// <summary>Finds the states, and rules, from which the end of their rule can be reached.</summary>
internal sealed class StateMarks
{
    private readonly RawAutomaton _automaton;
    private readonly StepList<int> _before = new();
    private readonly StepList<(int State, int Rule)> _callsBefore = new();
    private readonly StepList<(int State, int To)> _callsOf = new();
    private readonly Queue<int> _queue = new();

    /// <param name="automaton">The states.</param>
    /// <param name="throughBytes">Whether the way may read bytes; if not, what is marked can match the empty text.</param>
    public StateMarks(RawAutomaton automaton, bool throughBytes)
    {
        _automaton = automaton;
        States = new bool[automaton.StateCount];
        Rules = new bool[automaton.Rules.Count];
        Connect(throughBytes);
        Spread();
    }

    public bool[] States { get; }

    public bool[] Rules { get; }

    private void Connect(bool throughBytes)
    {
        for (int i = 0; i < _automaton.StateCount; i++)
        {
            foreach (int to in _automaton.Empties[i])
            {
                _before.Add(to, i);
            }

            if (throughBytes)
            {
                foreach (var step in _automaton.Bytes[i])
                {
                    _before.Add(step.To, i);
                }
            }

            foreach (var call in _automaton.Calls[i])
            {
                if (throughBytes || call.MaySkip)
                {
                    _callsBefore.Add(call.To, (i, call.Rule));
                    _callsOf.Add(call.Rule, (i, call.To));
                }
            }
        }

        _before.Freeze(_automaton.StateCount);
        _callsBefore.Freeze(_automaton.StateCount);
        _callsOf.Freeze(_automaton.Rules.Count);
    }

    private void Spread()
    {
        int[] ruleOf = new int[_automaton.StateCount];
        Array.Fill(ruleOf, -1);
        for (int i = 0; i < _automaton.Rules.Count; i++)
        {
            ruleOf[_automaton.Rules[i].Start] = i;
            Mark(_automaton.Rules[i].End);
        }

        while (_queue.TryDequeue(out int state))
        {
            foreach (int before in _before[state])
            {
                Mark(before);
            }

            foreach (var (caller, rule) in _callsBefore[state])
            {
                if (Rules[rule])
                {
                    Mark(caller);
                }
            }

            if (ruleOf[state] is var started and >= 0)
            {
                Rules[started] = true;
                foreach (var (caller, to) in _callsOf[started])
                {
                    if (States[to])
                    {
                        Mark(caller);
                    }
                }
            }
        }
    }

    private void Mark(int state)
    {
        if (!States[state])
        {
            States[state] = true;
            _queue.Enqueue(state);
        }
    }
}
