namespace DePin.Sdk.Compute.Grammars.Automata;

/// <summary>Finds the rules that may contain themselves.</summary>
internal static class CallCycles
{
    /// <summary>Marks all rules on circles of calls; rules on a way between two circles are marked as well, which does no harm.</summary>
    public static bool[] Find(RawAutomaton raw)
    {
        var calls = CalledRules(raw);
        int[] callers = new int[calls.Length];
        int[] callees = new int[calls.Length];
        var calledBy = new List<int>[calls.Length];
        for (int i = 0; i < calls.Length; i++)
        {
            calledBy[i] = [];
        }

        for (int i = 0; i < calls.Length; i++)
        {
            foreach (int called in calls[i])
            {
                callers[called]++;
                callees[i]++;
                calledBy[called].Add(i);
            }
        }

        bool[] onCycle = new bool[calls.Length];
        Array.Fill(onCycle, true);
        Peel(callers, i => calls[i], onCycle);
        Peel(callees, i => calledBy[i], onCycle);
        return onCycle;
    }

    private static void Peel(int[] counts, Func<int, IEnumerable<int>> next, bool[] onCycle)
    {
        var free = new Queue<int>(Enumerable.Range(0, counts.Length).Where(i => counts[i] == 0));
        while (free.TryDequeue(out int rule))
        {
            onCycle[rule] = false;
            foreach (int other in next(rule))
            {
                if (--counts[other] == 0)
                {
                    free.Enqueue(other);
                }
            }
        }
    }

    private static HashSet<int>[] CalledRules(RawAutomaton raw)
    {
        // The states of a rule are those that its beginning leads to.
        var called = new HashSet<int>[raw.Rules.Count];
        bool[] seen = new bool[raw.StateCount];
        var stack = new Stack<int>();
        for (int i = 0; i < called.Length; i++)
        {
            called[i] = [];
            stack.Push(raw.Rules[i].Start);
            while (stack.TryPop(out int state))
            {
                if (seen[state])
                {
                    continue;
                }

                seen[state] = true;
                foreach (int to in raw.Empties[state])
                {
                    stack.Push(to);
                }

                foreach (var step in raw.Bytes[state])
                {
                    stack.Push(step.To);
                }

                foreach (var call in raw.Calls[state])
                {
                    called[i].Add(call.Rule);
                    stack.Push(call.To);
                }
            }
        }

        return called;
    }
}
