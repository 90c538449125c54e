using DePin.Sdk.Compute.Inference;
using DePin.Sdk.Compute.Models;
using DePin.Sdk.Compute.Tests.Inference;

namespace DePin.Sdk.Compute.TorchSharp.Tests;

/// <summary>Low-rank adapters, against the CPU engine.</summary>
public sealed class AdapterTests
{
    [TorchTheory]
    [InlineData("llama3", "f32")]
    [InlineData("qwen3", "bf16")]
    [InlineData("gemma2", "f32")]
    [InlineData("phi3", "bf16")]
    public void Forward_AdaptersSideBySide_EachAsOnTheCpuEngine(string name, string form)
    {
        var golden = new GoldenModel(name);
        using var file = golden.Open(form, "exact");
        using var cpu = new CpuModelRunner(file, TestRunners.Bounds());
        using var runner = TestRunners.Load(file);
        LoraAdapter?[] adapters = [Adapter(file, 2), null, Adapter(file, 5)];
        int[] tokens = golden.Tokens[..20];
        int size = runner.Config.VocabularySize;
        var sequences = Array.ConvertAll(adapters, a => runner.OpenSequence(40, a));
        float[] logits = new float[adapters.Length * size];
        for (int i = 0; i < tokens.Length; i++)
        {
            runner.Forward([.. sequences.Select(s => new TokenInput(s, tokens[i], i, true))], logits);
        }

        for (int i = 0; i < adapters.Length; i++)
        {
            float[] expected = cpu.Run(cpu.OpenSequence(40, adapters[i]), tokens);
            TestRunners.AssertNear(expected, logits.AsSpan(i * size, size), 1e-3f);
        }

        Assert.True(RunnerExtensions.LargestDifference(logits.AsSpan(0, size), logits.AsSpan(size, size)) > 1e-2f);
    }

    [TorchFact]
    public void OpenSequence_AdapterOfAnotherModel_IsRefused()
    {
        using var other = new GoldenModel("qwen3").Open("bf16", "exact");
        using var runner = TestRunners.Stories();
        var error = Assert.Throws<ArgumentException>(() => runner.OpenSequence(8, Adapter(other, 2)));
        Assert.Contains("another model", error.Message, StringComparison.Ordinal);
    }

    private static LoraAdapter Adapter(ModelFile file, int rank)
    {
        var random = new Random(rank);
        float[] Numbers(long count) => [.. Enumerable.Range(0, (int)count).Select(_ => (random.NextSingle() - 0.5f) * 0.3f)];
        return new LoraAdapter(file.Tensors.Values.Where(t => t.Name.StartsWith("blk.", StringComparison.Ordinal) && t.Rows > 1).ToDictionary(
            t => t.Name, t => new LoraPair(rank, t.Columns, t.Rows, Numbers((long)rank * t.Columns), Numbers((long)t.Rows * rank))));
    }
}
