using DePin.Sdk.Compute.Inference;
using DePin.Sdk.Compute.Models;
using DePin.Sdk.Compute.Tests.Gguf;
using Microsoft.Extensions.AI;

namespace DePin.Sdk.Compute.Tests.Generation;

public sealed class AdapterTests
{
    private static readonly ChatMessage[] Messages =
        [new(ChatRole.System, "You are Mira, the blacksmith of Oakvale. You are gruff but kind."), new(ChatRole.User, "Greet the traveller.")];

    [Fact]
    public async Task GetResponse_AdaptersByName_RunTogetherAndShareNothing()
    {
        using var engine = new Engine(AddAdapters);
        string?[] names = [null, "one", "two"];
        var alone = new List<string>();
        foreach (string? name in names)
        {
            var response = await engine.Client.GetResponseAsync(Messages, Options(name));
            Assert.Equal(0, response.Usage!.CachedInputTokenCount);
            alone.Add(response.Text);
        }

        Assert.Distinct(alone);
        var together = await Task.WhenAll(names.Select(name => engine.Client.GetResponseAsync(Messages, Options(name))));
        Assert.Equal(alone, together.Select(r => r.Text));
        Assert.All(together, r => Assert.Equal(r.Usage!.InputTokenCount - 1, r.Usage.CachedInputTokenCount));
    }

    [Fact]
    public async Task Load_AdapterFile_ChangesTheAnswer()
    {
        string path = TestFiles.Npc;
        string adapterPath = WriteAdapter(path);

        // begin-snippet: adapters
        var file = ModelFile.Open(path);
        var options = new LocalModelOptions();
        options.Adapters.Add("pirate", LoraAdapter.Load(adapterPath, file));
        using var model = LocalModel.Create(file, options);
        using var client = new LocalChatClient(model);
        var response = await client.GetResponseAsync("Greet the traveller.", new()
        {
            MaxOutputTokens = 40, AdditionalProperties = new() { [ComputePropertyNames.Adapter] = "pirate" },
        });
        // end-snippet

        Assert.NotEqual("", response.Text);
        var greedy = Options("pirate");
        string changed = (await client.GetResponseAsync("Greet the traveller.", greedy)).Text;
        Assert.NotEqual((await client.GetResponseAsync("Greet the traveller.", Options(null))).Text, changed);
    }

    [Fact]
    public async Task SaveState_WithAnAdapter_GoesOnWithIt()
    {
        using var first = new Engine(AddAdapters);
        var response = await first.Client.GetResponseAsync(Messages, Options("one"));
        ChatMessage[] next = [.. Messages, response.Messages[0], new(ChatRole.User, "Where can I buy a sword?")];
        using var state = new MemoryStream();
        await first.Model.SaveStateAsync([.. Messages, response.Messages[0]], state, Options("one"));
        state.Position = 0;

        using var second = new Engine(AddAdapters);
        using var kept = await second.Model.RestoreStateAsync(state, Options("one"));
        var again = await second.Client.GetResponseAsync(next, Options("one"));
        Assert.Equal(kept.TokenCount, again.Usage!.CachedInputTokenCount);
        Assert.Equal((await first.Client.GetResponseAsync(next, Options("one"))).Text, again.Text);
    }

    private static ChatOptions Options(string? adapter) => new()
    {
        Temperature = 0, MaxOutputTokens = 24, AdditionalProperties = adapter is null ? null : new() { [ComputePropertyNames.Adapter] = adapter },
    };

    private static string WriteAdapter(string modelPath)
    {
        const int Rank = 4;
        using var model = ModelFile.Open(modelPath);
        var random = new Random(3);
        float[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() - 0.5f) * 2)];
        var builder = new GgufBuilder().Add("general.type", "adapter").Add("general.architecture", model.Config.Architecture).Add("adapter.type", "lora").Add("adapter.lora.alpha", (float)Rank);
        foreach (var tensor in model.Tensors.Values.Where(t => t.Name.EndsWith("ffn_down.weight", StringComparison.Ordinal)))
        {
            builder.AddTensor(tensor.Name + ".lora_a", [tensor.Columns, Rank], Numbers(Rank * tensor.Columns));
            builder.AddTensor(tensor.Name + ".lora_b", [Rank, tensor.Rows], Numbers(Rank * tensor.Rows));
        }

        string path = Path.Combine(Directory.CreateTempSubdirectory("depin-adapter-").FullName, "pirate.gguf");
        File.WriteAllBytes(path, builder.Build());
        return path;
    }

    private static void AddAdapters(LocalModelOptions options)
    {
        using var file = ModelFile.Open(TestFiles.Npc);
        options.Adapters.Add("one", Random(file, 1));
        options.Adapters.Add("two", Random(file, 2));
    }

    private static LoraAdapter Random(ModelFile file, int seed)
    {
        const int Rank = 4;
        var random = new Random(seed);
        float[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() - 0.5f) * 2)];
        return new LoraAdapter(file.Tensors.Values.Where(t => t.Name.EndsWith("attn_q.weight", StringComparison.Ordinal) || t.Name.EndsWith("ffn_down.weight", StringComparison.Ordinal))
            .ToDictionary(t => t.Name, t => new LoraPair(Rank, t.Columns, t.Rows, Numbers(Rank * t.Columns), Numbers(t.Rows * Rank))));
    }
}
