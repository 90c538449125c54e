namespace DePin.Sdk.Compute.Games;

/// <summary>What an NPC is doing.</summary>
public enum NpcState
{
    /// <summary>Nobody has spoken to it yet.</summary>
    Idle,

    /// <summary>It has been spoken to, and has said nothing yet.</summary>
    Thinking,

    /// <summary>It has begun to answer.</summary>
    Speaking,

    /// <summary>Its answer has ended; <see cref="NpcConversation.Ending"/> says how.</summary>
    Done,

    /// <summary>It could not answer; <see cref="NpcConversation.Error"/> says why. It can be spoken to again.</summary>
    Failed,
}
