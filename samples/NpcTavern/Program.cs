using System.Diagnostics;
using DePin.Sdk.Compute;
using DePin.Sdk.Compute.Games;
using NpcTavern;

// NpcTavern [model.gguf] [--talk]: the scene below, or with --talk a conversation with whoever sits at the keyboard.
string? path = args.FirstOrDefault(static a => !a.StartsWith('-'));
var loading = Stopwatch.StartNew();
if (path is not null && !Path.Exists(path))
{
    Console.Error.WriteLine($"There is no model at '{path}'.");
    return 1;
}

using LocalModel model = Tavern.Open(path);
var cast = Tavern.Cast.Select(c => new NpcConversation(model, Tavern.OptionsOf(c.Persona, hasAdapter: path is null))).ToArray();
Console.WriteLine($"The inn of Oakvale. {cast.Length} characters share {model.ModelId}, which was loaded in {loading.Elapsed.TotalSeconds:F2} s.");
if (args.Contains("--talk"))
{
    new Conversation(cast).Run();
    return 0;
}

var loop = new FrameLoop();
int tokens = 0;
var talking = new Stopwatch();

// All are asked at once; one batch of the model answers all of them, and the frame loop goes on meanwhile.
void Ask(IReadOnlyList<NpcConversation> npcs, string line)
{
    Console.WriteLine($"\nYou: {line}");
    foreach (var npc in npcs)
    {
        npc.Say(line);
    }

    talking.Start();
    loop.RunUntilQuiet(npcs);
    talking.Stop();
    for (int i = 0; i < npcs.Count; i++)
    {
        tokens += npcs[i].AnswerTokens;
        Console.WriteLine(npcs[i].TryGetAction(TavernContext.Default.TavernAction, out var action)
            ? $"  {Tavern.Cast[i].Name,-6} [{action.Do}] {action.Say}"
            : $"  {Tavern.Cast[i].Name,-6} ({npcs[i].Ending}) {npcs[i].Text}{npcs[i].Error?.Message}");
    }
}

Ask(cast, "Greet the traveller.");
Ask(cast, "What do you know about the old mine?");

// Each character is saved with what the model remembers of the conversation, so that loading costs no reading.
var saves = Directory.CreateTempSubdirectory("npc-tavern-");
for (int i = 0; i < cast.Length; i++)
{
    await using var file = File.Create(Path.Combine(saves.FullName, Tavern.Cast[i].Name));
    await cast[i].SaveAsync(file);
    cast[i].Dispose();
}

Console.WriteLine($"\nYou leave. The game is saved ({saves.EnumerateFiles().Sum(static f => f.Length) / 1024} KB) and loaded again.");
for (int i = 0; i < cast.Length; i++)
{
    await using var file = File.OpenRead(Path.Combine(saves.FullName, Tavern.Cast[i].Name));
    cast[i] = await NpcConversation.RestoreAsync(model, file);
}

saves.Delete(recursive: true);
Ask(cast, "Is it dangerous?");
Console.WriteLine($"  They know what \"it\" is: {cast[0].History.Count - 2} messages back, {cast[0].CachedTokens} of {cast[0].PromptTokens} tokens were not read again.");

Console.WriteLine();
loop.Report(cast.Length, tokens, talking.Elapsed);
foreach (var npc in cast)
{
    npc.Dispose();
}

return 0;
