using DePin.Sdk.Compute.Inference;
using DePin.Sdk.Compute.Tests.Generation;
using Microsoft.Extensions.AI;

namespace DePin.Sdk.Compute.Tests;

public sealed class LocalEmbeddingGeneratorTests
{
    private static readonly string[] Texts =
    [
        "The blacksmith sells swords.", "A sword can be bought at the forge.", "It rains.", "Mind the bridge, traveller, and the bandits beyond it.", "x",
    ];

    [Theory]
    [InlineData(EmbeddingPooling.Mean)]
    [InlineData(EmbeddingPooling.Last)]
    [InlineData(EmbeddingPooling.Cls)]
    public async Task Generate_Pooling_FollowsTheHiddenStates(EmbeddingPooling pooling)
    {
        using var engine = new Engine();
        using var generator = new LocalEmbeddingGenerator(engine.Model, new() { Pooling = pooling, IsNormalized = false });
        var embeddings = await generator.GenerateAsync(Texts);
        Assert.Equal(Texts.Length, embeddings.Count);
        using var runner = new CpuModelRunner(Compute.Models.ModelFile.Open(TestFiles.Npc));
        long tokens = 0;
        for (int i = 0; i < Texts.Length; i++)
        {
            int[] ids = engine.Model.Tokenizer.EncodeSequence(Texts[i]);
            tokens += ids.Length;
            int width = runner.Config.EmbeddingLength;
            float[] hidden = new float[ids.Length * width];
            var sequence = runner.OpenSequence(ids.Length);
            runner.Forward([.. ids.Select((id, p) => new TokenInput(sequence, id, p, WantsLogits: false, WantsHidden: true))], [], hidden);
            float[] expected = [.. Enumerable.Range(0, width).Select(c => pooling switch
            {
                EmbeddingPooling.Mean => (float)Enumerable.Range(0, ids.Length).Average(r => (double)hidden[(r * width) + c]),
                EmbeddingPooling.Last => hidden[^(width - c)],
                _ => hidden[c],
            })];
            Assert.Equal(expected, embeddings[i].Vector.ToArray(), (a, b) => Math.Abs(a - b) < 1e-4);
        }

        Assert.Equal((tokens, tokens), (embeddings.Usage!.InputTokenCount, embeddings.Usage.TotalTokenCount));
    }

    [Fact]
    public async Task Generate_ManyBesideAChat_EachEqualsItsLoneRun()
    {
        using var engine = new Engine(o =>
        {
            o.Runner.MaxSequences = 4;
            o.Runner.MaxBatchTokens = 16;
        });
        using var generator = new LocalEmbeddingGenerator(engine.Model);
        string[] texts = [.. Enumerable.Range(0, 30).Select(i => string.Join(' ', Texts.Take(1 + (i % 4))) + i)];
        engine.Budget.IsPaused = true;
        var chat = engine.Client.GetResponseAsync("Greet the traveller.", new ChatOptions { MaxOutputTokens = 60, Temperature = 0 });
        var running = generator.GenerateAsync(texts);
        engine.Budget.IsPaused = false;
        var together = await running;
        await chat;
        for (int i = 0; i < texts.Length; i += 7)
        {
            Assert.Equal((await generator.GenerateAsync([texts[i]]))[0].Vector.ToArray(), together[i].Vector.ToArray());
        }

        Assert.All(together, e => Assert.InRange(e.Vector.ToArray().Sum(v => (double)v * v), 0.999, 1.001));
        Assert.Contains(engine.Runner.Batches, b => b.Select(t => t.Sequence).Distinct().Count() > 1);
    }

    [Fact]
    public async Task Generate_MemoryForOneAtATime_StillAnswers()
    {
        using var engine = new Engine(o => o.Runner.KeyValueMemoryBytes = Engine.StateBytes(tokens: 96));
        using var generator = new LocalEmbeddingGenerator(engine.Model);
        string text = string.Concat(Enumerable.Repeat("Mind the bridge. ", 12));
        var embeddings = await generator.GenerateAsync([text, text, text]);
        Assert.Equal(embeddings[0].Vector.ToArray(), embeddings[2].Vector.ToArray());
        Assert.Equal(0, engine.Runner.OpenSequences);
    }

    [Fact]
    public async Task Generate_Dimensions_KeepsTheFirst()
    {
        using var engine = new Engine();
        using var generator = new LocalEmbeddingGenerator(engine.Model);
        var whole = (await generator.GenerateAsync([Texts[0]]))[0].Vector.ToArray();
        var part = (await generator.GenerateAsync([Texts[0]], new() { Dimensions = 8 }))[0].Vector.ToArray();
        Assert.Equal(8, part.Length);
        Assert.Equal(whole[0] / whole[1], part[0] / part[1], 0.001);
        Assert.InRange(part.Sum(v => (double)v * v), 0.999, 1.001);
        await Assert.ThrowsAsync<ArgumentException>(() => generator.GenerateAsync([Texts[0]], new() { Dimensions = whole.Length + 1 }));
    }

    [Fact]
    public async Task Generate_TooLong_ThrowsOrTruncates()
    {
        using var engine = new Engine(o => o.Runner.ContextLength = 32);
        string text = string.Concat(Enumerable.Repeat("Mind the bridge. ", 50));
        using var strict = new LocalEmbeddingGenerator(engine.Model);
        Assert.Equal(InferenceErrorCode.ContextOverflow, (await Assert.ThrowsAsync<InferenceException>(() => strict.GenerateAsync([text]))).Code);
        using var lenient = new LocalEmbeddingGenerator(engine.Model, new() { TruncatesInput = true });
        var embeddings = await lenient.GenerateAsync([text, "x"]);
        Assert.Equal(32 + engine.Model.Tokenizer.EncodeSequence("x").Length, embeddings.Usage!.InputTokenCount);
    }

    [Fact]
    public async Task Generate_Cancelled_ThrowsAndFreesEverything()
    {
        using var engine = new Engine();
        using var generator = new LocalEmbeddingGenerator(engine.Model);
        engine.Budget.IsPaused = true;
        using var cancellation = new CancellationTokenSource();
        var running = generator.GenerateAsync(Texts, cancellationToken: cancellation.Token);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.Equal(0, engine.Runner.OpenSequences);
        engine.Budget.IsPaused = false;
        Assert.Empty(await generator.GenerateAsync([]));
    }

    [Fact]
    public void GetService_Metadata_NamesTheModel()
    {
        using var engine = new Engine();
        using var generator = new LocalEmbeddingGenerator(engine.Model);
        var metadata = generator.GetService<EmbeddingGeneratorMetadata>()!;
        Assert.Equal((engine.Model.ModelId, engine.Model.Config.EmbeddingLength), (metadata.DefaultModelId, metadata.DefaultModelDimensions));
        Assert.Same(generator, generator.GetService<LocalEmbeddingGenerator>());
    }
}
