using System.Text.Json;
using System.Text.Json.Serialization;
using DePin.Sdk.Compute;
using DePin.Sdk.Compute.Games;
using Microsoft.Extensions.AI;

namespace DePin.Sdk.IntegrationTests.Documentation;

/// <summary>The snippets of docs/guides/npc.md and of the section on the machine in docs/guides/local-inference.md, each run as it is shown.</summary>
public sealed partial class NpcSnippets
{
    private static string ModelPath => RepositoryFiles.PathOf("samples", "models", "npc-dialogue.gguf");

    [Fact]
    public void FirstNpc_Question_IsAnswered()
    {
        var modelPath = ModelPath;
        var shown = "";
        void ShowSubtitle(ReadOnlySpan<char> text) => shown += text.ToString();

        // begin-snippet: npc-first
        using var model = LocalModel.Load(modelPath);
        using var mira = new NpcConversation(model, new NpcOptions { Persona = "You are Mira, the blacksmith of Oakvale. You are gruff but kind." });
        mira.Say("What do you know about the old mine?");

        // In every frame:
        while (mira.State is NpcState.Thinking or NpcState.Speaking)
        {
            if (mira.Poll())
            {
                ShowSubtitle(mira.NewText);
            }
        }
        // end-snippet

        Assert.Equal(NpcState.Done, mira.State);
        Assert.Equal(mira.Text.ToString(), shown);
    }

    [Fact]
    public void JsonActions_Schema_IsFollowed()
    {
        using var model = LocalModel.Load(ModelPath);
        var played = "";
        void Play(string gesture) => played = gesture;

        // begin-snippet: npc-actions
        using var schema = JsonDocument.Parse("""
            {
              "type": "object",
              "properties": { "say": { "type": "string", "maxLength": 200 }, "do": { "enum": ["wave", "nod", "point", "draw sword"] } },
              "required": ["say", "do"]
            }
            """);
        using var guard = new NpcConversation(model, new NpcOptions
        {
            Persona = "You are Greta, the guard of Oakvale. You are gruff.",
            SpeechProperty = "say",
            Chat = new() { Temperature = 0.7f, MaxOutputTokens = 250, ResponseFormat = ChatResponseFormat.ForJsonSchema(schema.RootElement) },
        });
        guard.Say("Who goes there?");
        while (guard.State is NpcState.Thinking or NpcState.Speaking)
        {
            guard.Poll(); // NewText holds what comes of "say", without quotes and escapes.
        }

        if (guard.TryGetAction(GuardContext.Default.GuardAction, out var action))
        {
            Play(action.Do);
        }
        // end-snippet

        Assert.True(guard.Ending == NpcEnding.CutOff || played.Length > 0);
    }

    [Fact]
    public void Budget_Changes_HoldAtOnce()
    {
        var modelPath = ModelPath;

        // begin-snippet: npc-budget
        var options = new LocalModelOptions { MaxQueuedRequests = 100 };
        options.Runner.MemoryLimitBytes = 2L << 30;
        options.Runner.Budget.Threads = Math.Clamp(Environment.ProcessorCount / 2, 1, 8);
        options.Runner.Budget.Priority = ThreadPriority.BelowNormal;
        using var model = LocalModel.Load(modelPath, options);

        // Later, at any time and from any thread:
        var budget = options.Runner.Budget;
        budget.IsPaused = true;   // a fight begins: no cycle for talk
        budget.IsPaused = false;  // it is over: every answer goes on where it stood
        budget.Threads = 1;       // the laptop runs on battery
        budget.MaxShare = 0.5;    // and gets too hot
        // end-snippet

        using var npc = new NpcConversation(model, new NpcOptions());
        npc.Say("Greet the traveller.");
        while (npc.State is NpcState.Thinking or NpcState.Speaking)
        {
            npc.Poll();
        }

        Assert.NotEqual(0, npc.Text.Length);
    }

    [Fact]
    public async Task Saving_Restored_GoesOn()
    {
        using var model = LocalModel.Load(ModelPath);
        using var mira = new NpcConversation(model, new NpcOptions { Persona = "You are Mira, the blacksmith of Oakvale." });
        mira.Say("What do you know about the old mine?");
        while (mira.State is NpcState.Thinking or NpcState.Speaking)
        {
            mira.Poll();
        }

        var savePath = Path.Combine(Directory.CreateTempSubdirectory("depin-guide-").FullName, "mira.npc");

        // begin-snippet: npc-save
        mira.Remember("The player repaired the bellows.");
        await using (var file = File.Create(savePath))
        {
            await mira.SaveAsync(file);
        }

        // Later, in another process:
        await using var saved = File.OpenRead(savePath);
        using var again = await NpcConversation.RestoreAsync(model, saved);
        if (again.RestoreError is { } reason)
        {
            Console.WriteLine($"The conversation is there, but the model has to read it again: {reason.Message}");
        }
        // end-snippet

        Assert.Equal(2, again.History.Count);
        Assert.Null(again.RestoreError);
    }

    // begin-snippet: npc-action-type
    internal sealed record GuardAction([property: JsonPropertyName("say")] string Say, [property: JsonPropertyName("do")] string Do);

    [JsonSerializable(typeof(GuardAction))]
    internal sealed partial class GuardContext : JsonSerializerContext;
    // end-snippet
}
