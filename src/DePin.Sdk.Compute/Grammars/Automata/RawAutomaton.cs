namespace DePin.Sdk.Compute.Grammars.Automata;

/// <summary>States under construction, with steps that read nothing still among their transitions.</summary>
internal sealed class RawAutomaton
{
    private readonly Dictionary<int, int> _representatives = [];

    public int StateCount { get; private set; }

    public List<RawRule> Rules { get; } = [];

    /// <summary>Steps that read nothing.</summary>
    public StepList<int> Empties { get; } = new();

    public StepList<ByteStep> Bytes { get; } = new();

    public StepList<CallStep> Calls { get; } = new();

    /// <summary>States that another does the same as, for as many bytes as <see cref="GrammarAutomaton.Horizon"/>.</summary>
    public IReadOnlyDictionary<int, int> Representatives => _representatives;

    public int AddState()
    {
        if (StateCount == GrammarLimits.States)
        {
            throw new GrammarException($"The grammar needs more than {GrammarLimits.States} states; use smaller repetitions.");
        }

        return StateCount++;
    }

    public void AddEmpty(int from, int to)
    {
        if (from != to)
        {
            Empties.Add(from, to);
        }
    }

    public void AddBytes(int from, byte first, byte last, int to) => Bytes.Add(from, new ByteStep(first, last, to));

    public void AddCall(int from, int rule, int to, bool maySkip) => Calls.Add(from, new CallStep(rule, to, maySkip));

    public void SetRepresentative(int state, int representative) => _representatives[state] = representative;

    public void Freeze()
    {
        Empties.Freeze(StateCount);
        Bytes.Freeze(StateCount);
        Calls.Freeze(StateCount);
    }

    public readonly record struct ByteStep(byte First, byte Last, int To);

    /// <param name="Rule">The rule to match.</param>
    /// <param name="To">Where matching goes on after it.</param>
    /// <param name="MaySkip">Whether, if the rule matches the empty text, this state also goes on at once.</param>
    public readonly record struct CallStep(int Rule, int To, bool MaySkip);
}
