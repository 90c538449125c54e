namespace DePin.Sdk.Compute.Grammars.Matching;

/// <summary>All ways in which the text so far can go on. Equal ones are one object.</summary>
internal sealed class Configuration
{
    /// <summary>The one that nothing leads out of, and that is not the end of a text.</summary>
    public static Configuration Dead { get; } = new([], false, false, 0);

    /// <param name="items">States that read a byte, in order.</param>
    /// <param name="isComplete">Whether the text may end here.</param>
    /// <param name="leavesHole">Whether the rule of the hole may end here.</param>
    /// <param name="classCount">How many classes of bytes there are.</param>
    public Configuration(MatchItem[] items, bool isComplete, bool leavesHole, int classCount)
    {
        Items = items;
        IsComplete = isComplete;
        LeavesHole = leavesHole;
        Next = new Configuration?[classCount];
    }

    public MatchItem[] Items { get; }

    public bool IsComplete { get; }

    public bool LeavesHole { get; }

    /// <summary>Where each class of bytes leads, as far as known; <see cref="Dead"/> where it leads nowhere.</summary>
    public Configuration?[] Next { get; }

    /// <summary>The tokens that may come next, once they were asked for; without those that end the answer.</summary>
    public ulong[]? Mask { get; set; }

    /// <summary>What a walk over the tokens from here found, once it was made.</summary>
    public WalkResult? Walk { get; set; }
}
