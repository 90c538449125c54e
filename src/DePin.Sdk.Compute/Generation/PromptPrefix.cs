using DePin.Sdk.Compute.Templates;
using Microsoft.Extensions.AI;

namespace DePin.Sdk.Compute.Generation;

/// <summary>The tokens that every prompt has which begins with some messages.</summary>
internal static class PromptPrefix
{
    // Two users who have nothing in common: what their prompts share does not depend on what the user says.
    private static readonly string[] Users = ["a", "7"];

    /// <summary>Encodes what prompts share that go on from these messages.</summary>
    /// <param name="create">Makes the prompt of a conversation.</param>
    /// <param name="messages">The messages; when the last one is the user's, its answer comes next, otherwise a message of the user's.</param>
    /// <returns>The tokens; none when prompts need not have any in common.</returns>
    public static int[] Create(Func<IReadOnlyList<ChatMessage>, ChatPrompt> create, IReadOnlyList<ChatMessage> messages)
    {
        if (messages.Count > 0 && messages[^1].Role != ChatRole.System && messages[^1].Role != ChatRole.Assistant)
        {
            return create(messages).Tokens;
        }

        int[] first = create([.. messages, new ChatMessage(ChatRole.User, Users[0])]).Tokens;
        int[] second = create([.. messages, new ChatMessage(ChatRole.User, Users[1])]).Tokens;
        return first[..first.AsSpan().CommonPrefixLength(second)];
    }
}
