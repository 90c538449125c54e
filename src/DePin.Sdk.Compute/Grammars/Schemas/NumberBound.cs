namespace DePin.Sdk.Compute.Grammars.Schemas;

/// <summary>An end of a range of numbers.</summary>
internal readonly record struct NumberBound(decimal Value, bool IsExclusive)
{
    public static NumberBound? Higher(NumberBound? a, NumberBound? b) =>
        a is not { } x ? b : b is not { } y ? a : x.Value > y.Value || (x.Value == y.Value && x.IsExclusive) ? x : y;

    public static NumberBound? Lower(NumberBound? a, NumberBound? b) =>
        a is not { } x ? b : b is not { } y ? a : x.Value < y.Value || (x.Value == y.Value && x.IsExclusive) ? x : y;
}
