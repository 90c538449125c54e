using System.Text.Json;
using DePin.Sdk.Compute;
using DePin.Sdk.Compute.Games;
using DePin.Sdk.Compute.Inference;
using Microsoft.Extensions.AI;

namespace NpcTavern;

/// <summary>The model, and who stands around in it.</summary>
internal static class Tavern
{
    // Every answer is such an object, because the model cannot write anything else.
    private const string Schema = """
        {
          "type": "object",
          "properties": {
            "say": { "type": "string", "pattern": "^[A-Z][A-Za-z ,;'-]+[.!?]( [A-Z][A-Za-z ,;'-]+[.!?]){0,2}$" },
            "do": { "enum": ["wave", "bow", "nod", "show wares", "shake head", "point", "warn", "shrug", "whisper", "offer quest", "help", "smile", "look up"] }
          },
          "required": ["say", "do"],
          "additionalProperties": false
        }
        """;

    public static readonly (string Name, string Persona)[] Cast =
    [
        ("Bram", "You are Bram, the innkeeper of Oakvale. You are cheerful and talkative."),
        ("Greta", "You are Greta, the guard of Oakvale. You are gruff but kind."),
        ("Finn", "You are Finn, the bard of Oakvale. You are playful."),
    ];

    /// <summary>Opens the sample model with the adapter that taught it to answer in JSON, or any other chat model as it is.</summary>
    public static LocalModel Open(string? path)
    {
        var options = new LocalModelOptions();

        // The game comes first: its own thread keeps a core, and whatever else it does has precedence over talk.
        options.Runner.Threads = Math.Clamp(Environment.ProcessorCount - 1, 1, 4);
        options.Runner.Budget.Priority = ThreadPriority.BelowNormal;
        options.Runner.MemoryLimitBytes = path is null ? 64L << 20 : null;
        string folder = AppContext.BaseDirectory;
        string sample = Path.Combine(folder, "npc-dialogue.gguf");
        if (path is null)
        {
            using var file = DePin.Sdk.Compute.Models.ModelFile.Open(sample);
            options.Adapters.Add("actions", LoraAdapter.Load(Path.Combine(folder, "npc-actions.gguf"), file));
        }

        return LocalModel.Load(path ?? sample, options);
    }

    public static NpcOptions OptionsOf(string persona, bool hasAdapter)
    {
        using var schema = JsonDocument.Parse(Schema);
        var options = new NpcOptions
        {
            Persona = persona,
            SpeechProperty = "say",
            Chat = new ChatOptions
            {
                Temperature = 0.2f,
                Seed = 3,
                MaxOutputTokens = 110,
                ResponseFormat = ChatResponseFormat.ForJsonSchema(schema.RootElement.Clone()),
            },
        };
        if (hasAdapter)
        {
            options.Chat.AdditionalProperties = new() { [ComputePropertyNames.Adapter] = "actions" };
        }
        else
        {
            options.Examples.Add(new ChatMessage(ChatRole.User, "Good morning!"));
            options.Examples.Add(new ChatMessage(ChatRole.Assistant, """{"say":"Good morning, traveller.","do":"wave"}"""));
        }

        return options;
    }
}
