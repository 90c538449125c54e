namespace DePin.Sdk.Compute.Tokenizers.Words;

/// <summary>What becomes of a match.</summary>
internal enum MatchBehavior
{
    /// <summary>It is a part.</summary>
    Isolated,

    /// <summary>It is left out.</summary>
    Removed,

    /// <summary>It ends the part before it.</summary>
    MergedWithPrevious,

    /// <summary>It begins the part after it.</summary>
    MergedWithNext,

    /// <summary>It is a part together with the matches beside it.</summary>
    Contiguous,
}
