using DePin.Sdk.Compute.Games;
using Microsoft.Extensions.AI;

namespace DePin.Sdk.Compute.Tests.Games;

/// <summary>What a game does with NPCs.</summary>
internal static class Frames
{
    public const string Mira = "You are Mira, the blacksmith of Oakvale. You are gruff but kind.";

    public static NpcOptions Options(string persona = Mira, int maxTokens = 60) =>
        new() { Persona = persona, Chat = new ChatOptions { Temperature = 0.7f, Seed = 5, MaxOutputTokens = maxTokens } };

    /// <summary>Looks at the NPC until it has nothing more to say, and returns all that the frames showed.</summary>
    public static string Listen(this NpcConversation npc, Func<NpcConversation, bool>? until = null)
    {
        var heard = new System.Text.StringBuilder();
        while (npc.State is NpcState.Thinking or NpcState.Speaking)
        {
            npc.Poll();
            heard.Append(npc.NewText);
            if (until?.Invoke(npc) == true)
            {
                break;
            }

            Thread.Yield();
        }

        return heard.ToString();
    }

    public static string Ask(this NpcConversation npc, string line)
    {
        npc.Say(line);
        return npc.Listen();
    }
}
