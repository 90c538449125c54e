namespace DePin.Sdk.Compute.Grammars.Matching;

/// <summary>
/// Where matching goes on when a rule ends: all states that called it at the same place of the text, each with its own context.
/// Equal contexts are one object.
/// </summary>
internal sealed class CallContext
{
    /// <param name="id">A number of its own.</param>
    /// <param name="kind">What it is.</param>
    /// <param name="returns">Where matching goes on; in the order of <see cref="MatchItem.CompareTo"/>.</param>
    public CallContext(int id, CallContextKind kind, MatchItem[] returns)
    {
        Id = id;
        Kind = kind;
        Returns = returns;
        foreach (var item in returns)
        {
            Depth = Math.Max(Depth, item.Context.Depth + 1);
        }
    }

    public int Id { get; }

    public CallContextKind Kind { get; }

    public MatchItem[] Returns { get; }

    /// <summary>How many contexts lie below this one at most.</summary>
    public int Depth { get; }

    /// <summary>What matching comes to when the rule ends here, once it was asked for.</summary>
    public Configuration? AfterEnd { get; set; }
}

/// <summary>What a context is.</summary>
internal enum CallContextKind
{
    /// <summary>That of the root: behind it the text ends.</summary>
    Bottom,

    /// <summary>Stands for any context, so that what does not depend on it is found once for all.</summary>
    Hole,

    /// <summary>That of a rule with short texts.</summary>
    Short,

    /// <summary>That of a rule with long texts or of one that may contain itself.</summary>
    Long,
}
