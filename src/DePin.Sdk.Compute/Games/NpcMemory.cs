using Microsoft.Extensions.AI;

namespace DePin.Sdk.Compute.Games;

/// <summary>What an NPC knows: who it is, what it was told to remember, and what was said.</summary>
internal sealed class NpcMemory(NpcOptions options)
{
    private readonly ChatMessage[] _examples = [.. options.Examples];
    private readonly string _persona = options.Persona;
    private readonly string _heading = options.MemoryHeading;

    public List<string> Facts { get; } = [];

    public List<NpcLine> Lines { get; } = [];

    /// <summary>How many messages there were that are gone.</summary>
    public int Forgotten { get; private set; }

    /// <summary>What is in front of the lines whatever is forgotten of them.</summary>
    public ChatMessage[] Head()
    {
        string text = _persona;
        if (Facts.Count > 0)
        {
            string facts = string.Join('\n', Facts.Select(static f => "- " + f));
            text = string.Join("\n\n", new[] { _persona, _heading.Length > 0 ? _heading + "\n" + facts : facts }.Where(static t => t.Length > 0));
        }

        return text.Length > 0 ? [new ChatMessage(ChatRole.System, text), .. _examples] : _examples;
    }

    /// <summary>The lines with one more exchange.</summary>
    /// <param name="line">What the player said; null for nothing.</param>
    /// <param name="answer">What the NPC answered; null for nothing.</param>
    public NpcLine[] LinesWith(string? line, NpcLine? answer = null)
    {
        List<NpcLine> lines = [.. Lines];
        Add(lines, line, answer);
        return [.. lines];
    }

    public void Add(string? line, NpcLine? answer) => Add(Lines, line, answer);

    /// <summary>Forgets the oldest lines.</summary>
    public void Forget(int count)
    {
        Lines.RemoveRange(0, count);
        Forgotten += count;
    }

    public void Restore(IEnumerable<string> facts, IEnumerable<NpcLine> lines, int forgotten)
    {
        Facts.AddRange(facts);
        Lines.AddRange(lines);
        Forgotten = forgotten;
    }

    private static void Add(List<NpcLine> lines, string? line, NpcLine? answer)
    {
        if (line is not null)
        {
            // A line that was never answered and the next one are one message: templates want player and NPC to take turns.
            bool joins = lines.Count > 0 && lines[^1].Message.Role == ChatRole.User;
            var message = new NpcLine(new ChatMessage(ChatRole.User, joins ? lines[^1].Message.Text + "\n" + line : line));
            if (joins)
            {
                lines[^1] = message;
            }
            else
            {
                lines.Add(message);
            }
        }

        if (answer is not null)
        {
            lines.Add(answer);
        }
    }
}
