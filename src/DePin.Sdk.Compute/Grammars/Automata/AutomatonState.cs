namespace DePin.Sdk.Compute.Grammars.Automata;

/// <summary>What can follow in one state, with steps that read nothing already taken.</summary>
/// <param name="Edges">Bytes that it can read.</param>
/// <param name="Calls">Rules that it can call.</param>
/// <param name="EndsRule">Whether its rule may end here.</param>
/// <param name="Representative">The state that does the same for <see cref="GrammarAutomaton.Horizon"/> bytes; often itself.</param>
internal readonly record struct AutomatonState(AutomatonEdge[] Edges, AutomatonCall[] Calls, bool EndsRule, int Representative)
{
    /// <summary>Whether nothing can follow but the end of the rule.</summary>
    public bool OnlyEndsRule => EndsRule && Edges.Length == 0 && Calls.Length == 0;
}

/// <summary>Reading a byte of one of several neighbouring classes.</summary>
internal readonly record struct AutomatonEdge(byte FirstClass, byte LastClass, int To);

/// <summary>Calling a rule.</summary>
internal readonly record struct AutomatonCall(int Rule, int To);

/// <param name="Start">Where it begins.</param>
/// <param name="Order">Its place among the rules: higher than that of the rules that call it at their beginning.</param>
/// <param name="IsLong">Whether texts of it may be long, so that what may follow inside it is worth remembering by itself.</param>
internal readonly record struct AutomatonRule(int Start, int Order, bool IsLong);
