namespace DePin.Sdk.Compute.Grammars.Schemas;

/// <summary>How many characters a text that matches a pattern has.</summary>
/// <param name="Least">At least.</param>
/// <param name="Most">At most; infinity for no bound.</param>
internal readonly record struct PatternLength(double Least, double Most)
{
    public PatternLength Then(PatternLength next) => new(Least + next.Least, Most + next.Most);

    public PatternLength Or(PatternLength other) => new(Math.Min(Least, other.Least), Math.Max(Most, other.Most));

    public PatternLength Times(int least, int? most) => new(
        Least * least, Most == 0 || most == 0 ? 0 : most is { } bound ? Most * bound : double.PositiveInfinity);
}
