namespace DePin.Sdk.Compute.Grammars.Automata;

/// <summary>States under construction, with steps that read nothing still among their transitions.</summary>
internal sealed class RawAutomaton
{
    private readonly List<State> _states = [];

    public int StateCount => _states.Count;

    public List<RawRule> Rules { get; } = [];

    public State this[int state] => _states[state];

    public int AddState()
    {
        if (_states.Count == GrammarLimits.States)
        {
            throw new GrammarException($"The grammar needs more than {GrammarLimits.States} states; use smaller repetitions.");
        }

        _states.Add(new State());
        return _states.Count - 1;
    }

    public void AddEmpty(int from, int to)
    {
        if (from != to)
        {
            _states[from].Empties.Add(to);
        }
    }

    public void AddBytes(int from, byte first, byte last, int to) => _states[from].Bytes.Add(new ByteStep(first, last, to));

    public void AddCall(int from, int rule, int to, bool maySkip) => _states[from].Calls.Add(new CallStep(rule, to, maySkip));

    public readonly record struct ByteStep(byte First, byte Last, int To);

    /// <param name="Rule">The rule to match.</param>
    /// <param name="To">Where matching goes on after it.</param>
    /// <param name="MaySkip">Whether, if the rule matches the empty text, this state also goes on at once.</param>
    public readonly record struct CallStep(int Rule, int To, bool MaySkip);

    public sealed class State
    {
        public List<int> Empties { get; } = [];

        public List<ByteStep> Bytes { get; } = [];

        public List<CallStep> Calls { get; } = [];

        /// <summary>The state with the same continuations for as many bytes as <see cref="GrammarAutomaton.Horizon"/>; itself when -1.</summary>
        public int Representative { get; set; } = -1;
    }
}
