namespace DePin.Sdk.Compute.Grammars.Automata;

/// <summary>Finds the states, and rules, from which the end of their rule can be reached.</summary>
internal sealed class StateMarks
{
    private readonly RawAutomaton _automaton;
    private readonly List<int>[] _before;
    private readonly List<(int State, int Rule)>[] _callsBefore;
    private readonly List<(int State, int To)>[] _callsOf;
    private readonly Queue<int> _queue = new();

    /// <param name="automaton">The states.</param>
    /// <param name="throughBytes">Whether the way may read bytes; if not, what is marked can match the empty text.</param>
    public StateMarks(RawAutomaton automaton, bool throughBytes)
    {
        _automaton = automaton;
        _before = Lists<int>(automaton.StateCount);
        _callsBefore = Lists<(int, int)>(automaton.StateCount);
        _callsOf = Lists<(int, int)>(automaton.Rules.Count);
        States = new bool[automaton.StateCount];
        Rules = new bool[automaton.Rules.Count];
        Connect(throughBytes);
        Spread();
    }

    public bool[] States { get; }

    public bool[] Rules { get; }

    private static List<T>[] Lists<T>(int count)
    {
        var lists = new List<T>[count];
        for (int i = 0; i < count; i++)
        {
            lists[i] = [];
        }

        return lists;
    }

    private void Connect(bool throughBytes)
    {
        for (int i = 0; i < _automaton.StateCount; i++)
        {
            foreach (int to in _automaton[i].Empties)
            {
                _before[to].Add(i);
            }

            if (throughBytes)
            {
                foreach (var step in _automaton[i].Bytes)
                {
                    _before[step.To].Add(i);
                }
            }

            foreach (var call in _automaton[i].Calls)
            {
                if (throughBytes || call.MaySkip)
                {
                    _callsBefore[call.To].Add((i, call.Rule));
                    _callsOf[call.Rule].Add((i, call.To));
                }
            }
        }
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
            _before[state].ForEach(Mark);
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
