namespace DePin.Sdk.Compute.Games;

/// <summary>How the last answer of an NPC ended.</summary>
public enum NpcEnding
{
    /// <summary>There is no answer, or it goes on.</summary>
    None,

    /// <summary>The NPC has said what it wanted to say.</summary>
    Finished,

    /// <summary>The answer reached its longest length; JSON is then incomplete.</summary>
    CutOff,

    /// <summary><see cref="NpcConversation.Interrupt"/> ended it.</summary>
    Interrupted,

    /// <summary>The engine failed.</summary>
    Failed,
}
