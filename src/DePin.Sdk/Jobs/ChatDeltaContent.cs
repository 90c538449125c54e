using Microsoft.Extensions.AI;

namespace DePin.Sdk.Jobs;

/// <summary>One output of a chat job, as read.</summary>
/// <param name="Text">Text, which comes before <paramref name="Contents"/>; empty when there is none.</param>
/// <param name="Contents">What else was said; null when nothing was.</param>
/// <param name="FinishReason">Why the answer ended; null before its end.</param>
/// <param name="Role">Who speaks; null for the assistant.</param>
internal readonly record struct ChatDeltaContent(string Text, IReadOnlyList<AIContent>? Contents, ChatFinishReason? FinishReason, ChatRole? Role)
{
    /// <summary>True when a consumer would see nothing of it.</summary>
    public bool IsEmpty => Text.Length == 0 && Contents is null && FinishReason is null;
}
