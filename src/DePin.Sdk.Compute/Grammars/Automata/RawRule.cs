namespace DePin.Sdk.Compute.Grammars.Automata;

/// <summary>Where a rule begins and ends.</summary>
internal sealed record RawRule(string? Name, int Start, int End)
{
    /// <summary>Whether the rule can go on without end inside itself.</summary>
    public bool HasLoop { get; set; }
}
