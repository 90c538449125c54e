namespace DePin.Sdk.Compute.Grammars.Automata;

/// <summary>Orders rules so that each stands behind those that call it at their beginning.</summary>
internal static class LeftCalls
{
    /// <exception cref="GrammarException">Rules call each other at their beginning in a circle.</exception>
    public static int[] Order(RawAutomaton raw, StateClosures closures)
    {
        int count = raw.Rules.Count;
        int[] callers = new int[count];
        for (int i = 0; i < count; i++)
        {
            foreach (var call in closures.CallsOf(raw.Rules[i].Start))
            {
                callers[call.Rule]++;
            }
        }

        var ready = new Queue<int>(Enumerable.Range(0, count).Where(i => callers[i] == 0));
        int[] order = new int[count];
        int next = 0;
        while (ready.TryDequeue(out int rule))
        {
            order[rule] = next++;
            foreach (var call in closures.CallsOf(raw.Rules[rule].Start))
            {
                if (--callers[call.Rule] == 0)
                {
                    ready.Enqueue(call.Rule);
                }
            }
        }

        return next == count ? order : throw Describe(raw, closures, callers);
    }

    private static GrammarException Describe(RawAutomaton raw, StateClosures closures, int[] callers)
    {
        // Every rule that is left is called by another that is left; going from caller to caller must come around.
        int[] callerOf = new int[callers.Length];
        for (int i = 0; i < callers.Length; i++)
        {
            if (callers[i] > 0)
            {
                foreach (var call in closures.CallsOf(raw.Rules[i].Start))
                {
                    callerOf[call.Rule] = i;
                }
            }
        }

        int at = Array.FindIndex(callers, c => c > 0);
        for (int i = 0; i < callers.Length; i++)
        {
            at = callerOf[at];
        }

        var circle = new List<string>();
        int start = at;
        do
        {
            if (raw.Rules[at].Name is { } name)
            {
                circle.Insert(0, name);
            }

            at = callerOf[at];
        }
        while (at != start);
        circle.Add(circle[0]);
        string path = circle.Count > 12 ? string.Join(" -> ", circle.Take(11)) + " -> ..." : string.Join(" -> ", circle);
        return new GrammarException($"Left recursion: {path}. A rule must read something before it comes to itself; write a list as item (\",\" item)*.");
    }
}
