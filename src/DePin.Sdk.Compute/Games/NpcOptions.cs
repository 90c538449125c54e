using Microsoft.Extensions.AI;

namespace DePin.Sdk.Compute.Games;

/// <summary>Who an NPC is and how it answers.</summary>
public sealed class NpcOptions
{
    /// <summary>The longest answer where <see cref="Chat"/> does not say.</summary>
    internal const int DefaultMaxOutputTokens = 128;

    /// <summary>Who the NPC is, in the words of a system message. NPCs whose personas begin alike share what the model has read of them.</summary>
    /// <value>The default is empty: no system message unless there is something to remember.</value>
    public string Persona { get; set; } = "";

    /// <summary>
    /// How answers are made: length, temperature, seed, stop strings, a JSON schema as the response format, and the additional properties
    /// of <see cref="ComputePropertyNames"/>. A copy is taken.
    /// </summary>
    /// <value>The default is a <see cref="ChatOptions"/> with its defaults; an answer then has at most 128 tokens.</value>
    public ChatOptions Chat { get; set; } = new();

    /// <summary>Lines of the player and answers to them that show the model how to answer; they follow the persona and are never forgotten.</summary>
    /// <value>The default is empty.</value>
    public IList<ChatMessage> Examples { get; } = [];

    /// <summary>The line above what <see cref="NpcConversation.Remember"/> adds to the persona.</summary>
    /// <value>The default is <c>You remember:</c>.</value>
    public string MemoryHeading { get; set; } = "You remember:";

    /// <summary>Where answers are JSON objects: the property that is spoken, so that its text can be shown while the rest is still to come.</summary>
    /// <value>The default is null: the whole answer is spoken.</value>
    public string? SpeechProperty { get; set; }

    internal void Validate()
    {
        Check(Persona is not null, nameof(Persona), "must not be null; leave it empty for none");
        Check(Chat is not null, nameof(Chat), "must not be null");
        Check(MemoryHeading is not null, nameof(MemoryHeading), "must not be null; leave it empty for none");
        Check(SpeechProperty is not { Length: 0 }, nameof(SpeechProperty), "must not be empty; leave it null to speak the whole answer");
        Check(Examples.All(static m => m.Role == ChatRole.User || m.Role == ChatRole.Assistant), nameof(Examples), "may hold messages of users and assistants only; the system message is the Persona");
        Check(Chat!.Tools is not { Count: > 0 }, nameof(Chat), "must not have tools; let the NPC act by a JSON schema, and read it with TryGetAction");
        Check(string.IsNullOrEmpty(Chat.Instructions), nameof(Chat), "must not have instructions; they are the Persona");
    }

    private static void Check(bool holds, string name, string rule)
    {
        if (!holds)
        {
            throw new ArgumentException($"{nameof(NpcOptions)}.{name} {rule}.");
        }
    }
}
