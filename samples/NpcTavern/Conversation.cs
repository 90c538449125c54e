using DePin.Sdk.Compute.Games;

namespace NpcTavern;

/// <summary>A conversation at the keyboard: "Greta: any news?" speaks to Greta, a line without a name to whom was spoken to last.</summary>
internal sealed class Conversation(NpcConversation[] cast)
{
    private int _who;

    public void Run()
    {
        Console.WriteLine($"Speak to {string.Join(", ", Tavern.Cast.Select(static c => c.Name))}: \"Greta: Any rumours?\". An empty line ends it.\n");
        var loop = new FrameLoop();
        while (ReadLine() is { Length: > 0 } line)
        {
            int named = Array.FindIndex(Tavern.Cast, c => line.StartsWith(c.Name + ":", StringComparison.OrdinalIgnoreCase));
            _who = named >= 0 ? named : _who;
            string text = named >= 0 ? line[(Tavern.Cast[named].Name.Length + 1)..].Trim() : line;
            if (text.Length == 0)
            {
                continue;
            }

            var npc = cast[_who];
            npc.Say(text);
            Console.Write($"{Tavern.Cast[_who].Name}: ");
            loop.RunUntilQuiet([npc], _ => Console.Out.Write(npc.NewText));
            Console.WriteLine(npc.TryGetAction(TavernContext.Default.TavernAction, out var action) ? $" [{action.Do}]" : $" ({npc.Ending}) {npc.Error?.Message}");
        }
    }

    private static string? ReadLine()
    {
        Console.Write("You: ");
        return Console.ReadLine();
    }
}
