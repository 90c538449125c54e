using DePin.Sdk.Compute.Gguf;
using DePin.Sdk.Compute.Inference;
using DePin.Sdk.Compute.Models;
using DePin.Sdk.Compute.Tests.Gguf;

namespace DePin.Sdk.Compute.Tests.Inference;

/// <summary>An adapter gives what the model with the adapter added to its weights gives, and only where it is asked for.</summary>
public sealed class LoraTests
{
    private static readonly int[] Tokens = [.. Enumerable.Range(0, 45).Select(i => (i * 29) % 256)];

    [Theory]
    [InlineData(1, "llama")]
    [InlineData(2, "llama")]
    [InlineData(2, "phi3")]
    public void Forward_WithAdapter_IsTheModelWithAddedWeights(int threads, string architecture)
    {
        byte[] content = Build(architecture);
        using var file = GgufFile.Parse(content);
        var adapter = Adapter(file, rank: 3);
        using var merged = ModelFile.FromGguf(GgufFile.Parse(Merge(content, file, adapter)));
        using var expected = new CpuModelRunner(merged, new ModelRunnerOptions { Threads = 1 });
        using var model = ModelFile.FromGguf(GgufFile.Parse(content));
        using var runner = new CpuModelRunner(model, new ModelRunnerOptions { Threads = threads });
        float[] plain = runner.Run(runner.OpenSequence(64), Tokens);
        float[] adapted = runner.Run(runner.OpenSequence(64, adapter), Tokens);
        float[] wanted = expected.Run(expected.OpenSequence(64), Tokens);
        Assert.InRange(RunnerExtensions.LargestDifference(wanted, adapted), 0, 1e-4f);
        Assert.True(RunnerExtensions.LargestDifference(plain, adapted) > 1e-2f);
    }

    [Fact]
    public void Forward_AdaptersSideBySide_EachSequenceHasItsOwn()
    {
        byte[] content = Build("llama");
        using var file = GgufFile.Parse(content);
        LoraAdapter?[] adapters = [Adapter(file, rank: 2), null, Adapter(file, rank: 7), null];
        using var model = ModelFile.FromGguf(file);
        using var runner = new CpuModelRunner(model, new ModelRunnerOptions { Threads = 2 });
        var alone = Array.ConvertAll(adapters, a => runner.Run(runner.OpenSequence(64, a), Tokens));
        var together = Array.ConvertAll(adapters, a => runner.OpenSequence(64, a));
        int size = runner.Config.VocabularySize;
        float[] logits = new float[adapters.Length * size];
        for (int i = 0; i < Tokens.Length; i++)
        {
            runner.Forward([.. together.Select(s => new TokenInput(s, Tokens[i], i, true))], logits);
        }

        for (int i = 0; i < adapters.Length; i++)
        {
            Assert.Equal(alone[i], logits[(i * size)..((i + 1) * size)]);
        }

        // A fork keeps the adapter of its source.
        var fork = runner.Fork(together[2], 30, 64);
        Assert.Equal(alone[2], runner.Run(fork, Tokens.AsSpan(30)));
    }

    [Theory]
    [InlineData(32, 3)]
    [InlineData(64, 2)]
    [InlineData(16, 2)]
    public void OpenSequence_AdapterOfAnotherModel_IsRefusedBeforeAnythingIsRead(int width, int layers)
    {
        using var other = GgufFile.Parse(new TinyModel { Layers = layers, Width = width }.Build().Build());
        var adapter = Adapter(other, rank: 2);
        using var model = ModelFile.FromGguf(GgufFile.Parse(Build("llama")));
        using var runner = new CpuModelRunner(model, new ModelRunnerOptions { Threads = 1 });
        var error = Assert.Throws<ArgumentException>(() => runner.OpenSequence(8, adapter));
        Assert.Contains("another model", error.Message, StringComparison.Ordinal);
        Assert.All(runner.Run(runner.OpenSequence(8), [1, 2, 3]), logit => Assert.True(float.IsFinite(logit)));
    }

    private static byte[] Build(string architecture) => new TinyModel { Layers = 2, Architecture = architecture }.Build().Build();

    private static LoraAdapter Adapter(GgufFile file, int rank)
    {
        var random = new Random(rank);
        float[] Numbers(long count) => [.. Enumerable.Range(0, (int)count).Select(_ => (random.NextSingle() - 0.5f) * 0.8f)];
        return new LoraAdapter(file.Tensors.Values.Where(t => t.Name.StartsWith("blk.", StringComparison.Ordinal) && t.Rows > 1).ToDictionary(
            t => t.Name,
            t => new LoraPair(rank, (int)t.Columns, (int)t.Rows, Numbers(rank * t.Columns), Numbers(t.Rows * rank))));
    }

    /// <summary>The file with B * A added to each of its matrices.</summary>
    private static byte[] Merge(byte[] content, GgufFile file, LoraAdapter adapter)
    {
        byte[] merged = [.. content];
        foreach (var (name, pair) in adapter.Pairs)
        {
            var tensor = file.Tensors[name];
            var weights = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(merged.AsSpan((int)tensor.FileOffset, (int)tensor.ByteLength));
            for (int row = 0; row < pair.Rows; row++)
            {
                for (int column = 0; column < pair.Columns; column++)
                {
                    weights[(row * pair.Columns) + column] += Enumerable.Range(0, pair.Rank).Sum(r => pair.B[(row * pair.Rank) + r] * pair.A[(r * pair.Columns) + column]);
                }
            }
        }

        return merged;
    }
}
