using System.Numerics.Tensors;
using DePin.Sdk.Compute;
using DePin.Sdk.Compute.Inference;
using DePin.Sdk.Testing;
using Microsoft.Extensions.AI;

namespace DePin.Sdk.IntegrationTests.Documentation;

/// <summary>The snippets of docs/guides/local-inference.md, each run as it is shown.</summary>
public sealed class LocalInferenceSnippets
{
    private static string ModelPath => RepositoryFiles.PathOf("samples", "models", "npc-dialogue.gguf");

    [Fact]
    public void LoadProgress_WholeModel_IsTold()
    {
        var path = ModelPath;

        // begin-snippet: load-progress
        var options = new LocalModelOptions();
        options.Runner.LoadProgress = new Progress<ModelLoadProgress>(p => Console.WriteLine($"{p.Stage} {p.Fraction:P0} {p.TensorName}"));
        using var model = LocalModel.Load(path, options);
        // end-snippet

        Assert.Equal("npc-dialogue", model.ModelId);
    }

    [Fact]
    public async Task PrefixCache_PreloadedPersona_IsNotReadAgain()
    {
        var path = ModelPath;

        // begin-snippet: preload-persona
        using var model = LocalModel.Load(path);
        var persona = new ChatMessage(ChatRole.System, "You are Mira, the blacksmith of Oakvale. You are gruff but kind.");
        using var kept = await model.PreloadAsync([persona]);

        using var client = new LocalChatClient(model);
        var response = await client.GetResponseAsync([persona, new(ChatRole.User, "Where can I buy a sword?")], new() { MaxOutputTokens = 40 });
        Console.WriteLine($"{response.Usage!.CachedInputTokenCount} of {response.Usage.InputTokenCount} tokens were there already.");
        // end-snippet

        Assert.Equal(kept.TokenCount, response.Usage.CachedInputTokenCount);
    }

    [Fact]
    public async Task SavingConversations_RestoredState_GoesOn()
    {
        var savePath = Path.Combine(Directory.CreateTempSubdirectory("depin-guide-").FullName, "mira.state");
        using var model = LocalModel.Load(ModelPath);
        using var client = new LocalChatClient(model);
        List<ChatMessage> conversation = [new(ChatRole.System, "You are Mira, the blacksmith of Oakvale."), new(ChatRole.User, "Greet the traveller.")];
        conversation.AddRange((await client.GetResponseAsync(conversation, new() { MaxOutputTokens = 20 })).Messages);

        // begin-snippet: save-conversation
        using (var savedGame = File.Create(savePath))
        {
            await model.SaveStateAsync(conversation, savedGame);
        }

        // Later, in another process with the same model file:
        using var file = File.OpenRead(savePath);
        using var kept = await model.RestoreStateAsync(file);
        var response = await client.GetResponseAsync([.. conversation, new(ChatRole.User, "Where can I buy a sword?")], new() { MaxOutputTokens = 40 });
        // end-snippet

        Assert.InRange(response.Usage!.CachedInputTokenCount!.Value, kept.TokenCount, response.Usage.InputTokenCount!.Value);
    }

    [Fact]
    public async Task Speculation_PromptLookup_Answers()
    {
        var path = ModelPath;

        // begin-snippet: speculation
        var options = new LocalModelOptions();
        options.Speculation.Mode = SpeculationMode.PromptLookup;
        using IChatClient model = LocalChatClient.Load(path, options);
        // end-snippet

        Assert.NotEmpty((await model.GetResponseAsync("Greet the traveller.", new() { MaxOutputTokens = 20 })).Text);
    }

    [Fact]
    public async Task LogProbabilities_Asked_AreThere()
    {
        using var model = LocalChatClient.Load(ModelPath);

        // begin-snippet: log-probabilities
        var options = new ChatOptions { MaxOutputTokens = 8, AdditionalProperties = new() { [ComputePropertyNames.TopLogProbs] = 3 } };
        var response = await model.GetResponseAsync("Where can I buy a sword?", options);
        foreach (var token in (IReadOnlyList<TokenLogProbability>)response.AdditionalProperties![ComputePropertyNames.TokenLogProbs]!)
        {
            var others = string.Join(", ", token.Alternatives.Select(a => $"'{a.Text}' {Math.Exp(a.LogProbability):P0}"));
            Console.WriteLine($"'{token.Text}' {Math.Exp(token.LogProbability):P0} of {others}");
        }
        // end-snippet

        Assert.NotEmpty(response.Text);
    }

    [Fact]
    public async Task Embeddings_OfTheLocalModel_CanBeSold()
    {
        var path = ModelPath;

        // begin-snippet: local-embeddings
        using var generator = LocalEmbeddingGenerator.Load(path);
        var vectors = await generator.GenerateAsync(["The blacksmith sells swords.", "A sword can be bought at the forge.", "It rains."]);
        Console.WriteLine(TensorPrimitives.CosineSimilarity(vectors[0].Vector.Span, vectors[1].Vector.Span));
        // end-snippet

        await using var network = await LocalNetwork.StartAsync(o => o.EmbeddingGenerator = _ => generator);
        using var bought = network.Client.AsIEmbeddingGenerator(network.Model);
        var delivered = await bought.GenerateAsync(["The blacksmith sells swords.", "It rains."]);
        Assert.Equal(vectors[0].Vector.ToArray(), delivered[0].Vector.ToArray());
        Assert.Equal(vectors[2].Vector.ToArray(), delivered[1].Vector.ToArray());
        Assert.True(delivered.Usage!.InputTokenCount > 0);
    }
}
