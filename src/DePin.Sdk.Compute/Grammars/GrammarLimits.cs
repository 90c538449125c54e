namespace DePin.Sdk.Compute.Grammars;

/// <summary>Bounds that keep a hostile grammar from taking memory or time without end.</summary>
internal static class GrammarLimits
{
    /// <summary>Characters of a grammar's text, or of a schema's.</summary>
    public const int SourceLength = 1 << 20;

    /// <summary>Nested groups of a rule, or nested schemas.</summary>
    public const int Nesting = 100;

    /// <summary>Repetition signs one after the other; each nests one level deeper.</summary>
    public const int RepetitionSigns = 4;

    public const int Rules = 20_000;

    /// <summary>The largest number in a repetition.</summary>
    public const int Repetitions = 100_000;

    /// <summary>States of the automaton, and also the sum over them of what each can do next.</summary>
    public const int States = 400_000;

    public const int Transitions = 2_000_000;

    /// <summary>Ways in which a text so far can have been derived, counted after merging.</summary>
    public const int Items = 20_000;

    /// <summary>Kept states of the matching, and the items in them; beyond it the caches begin anew.</summary>
    public const int CachedConfigurations = 50_000;

    public const int CachedItems = 2_000_000;

    /// <summary>Memory for kept token masks of one compiled grammar, in bytes.</summary>
    public const long CachedMaskBytes = 64L << 20;
}
