using System.Numerics.Tensors;
using DePin.Sdk.Compute.Inference;

namespace DePin.Sdk.Compute.Tests.Inference;

/// <summary>Tiny random models against a reference in double precision that shares no code with the engine.</summary>
/// <remarks>The reference agrees with llama.cpp on the same files, see <c>tools/golden-models/README.md</c>.</remarks>
public sealed class GoldenArchitectureTests
{
    // The engine is within 1e-5; 2e-3 would be close enough for any use.
    private const float Tolerance = 1e-4f;

    // Rounding activations to eight bits moves the logits of models this narrow by up to half a unit, here as in other engines.
    private const float Noise = 0.6f;

    public static TheoryData<string, string, string> Exact => new()
    {
        { "llama2", "f32", "exact" },
        { "llama2", "hf", "exact" },
        { "llama3", "f32", "exact" },
        { "llama3", "hf", "exact" },
        { "mistral", "f32", "exact" },
        { "mistral", "hf", "exact" },
        { "qwen2", "f32", "exact" },
        { "qwen2", "hf", "exact" },
        { "qwen2-yarn", "f16", "exact" },
        { "qwen2-yarn", "hf", "exact" },
        { "qwen3", "bf16", "exact" },
        { "qwen3", "hf", "exact" },
        { "gemma2", "f32", "exact" },
        { "gemma2", "hf", "exact" },
        { "gemma2", "hf", "scalar" },
        { "gemma3", "f16", "exact" },
        { "gemma3", "hf", "exact" },
        { "gemma3", "hf", "scalar" },
        { "phi3", "bf16", "exact" },
        { "phi3", "bf16", "short" },
        { "phi3", "hf", "exact" },
        { "phi3", "hf", "short" },
        { "phi3", "hf", "window" },
        { "phi3", "hf", "partial" },
        { "smollm", "f16", "exact" },
        { "smollm", "hf", "exact" },
    };

    public static TheoryData<string, string> Quantized => new()
    {
        { "llama3", "q8_0" },
        { "llama3", "q4_0" },
        { "qwen2", "q8_0" },
        { "qwen2", "q4_0" },
        { "gemma2", "q8_0" },
        { "gemma2", "q4_0" },
        { "kquants-mixed", "q4_k" },
        { "kquants", "q5_k" },
        { "kquants", "q6_k" },
    };

    [Theory]
    [MemberData(nameof(Exact))]
    public void Forward_WholePrompt_MatchesReference(string name, string form, string golden) => Compare(name, form, golden, int.MaxValue);

    [Theory]
    [MemberData(nameof(Exact))]
    public void Forward_TokenByToken_MatchesReference(string name, string form, string golden) => Compare(name, form, golden, 1);

    [Theory]
    [MemberData(nameof(Quantized))]
    public void Forward_QuantizedWeights_PrefersTheTokenThatReferencePrefersOnThem(string name, string form)
    {
        var model = new GoldenModel(name);
        var expected = model.Case(form);
        int[] tokens = expected.GetProperty("argmax").Ints();
        float[] margins = expected.GetProperty("margins").Floats();
        using var file = model.Open(form, form);
        using var runner = new CpuModelRunner(file, new ModelRunnerOptions { Threads = 1 });
        int[] all = [.. Enumerable.Range(0, tokens.Length)];
        float[] logits = model.Run(runner, all, []).Logits;
        int size = runner.Config.VocabularySize;
        int decided = 0;
        for (int i = 0; i < tokens.Length; i++)
        {
            if (margins[i] > Noise)
            {
                Assert.Equal(tokens[i], TensorPrimitives.IndexOfMax<float>(logits.AsSpan(i * size, size)));
                decided++;
            }
        }

        Assert.InRange(decided, tokens.Length / 3, tokens.Length);
        float[] rows = [.. model.Positions.SelectMany(p => logits[(p * size)..((p + 1) * size)])];
        Assert.InRange(RunnerExtensions.LargestDifference(GoldenModel.Numbers(expected.GetProperty("logits")), rows), 0, Noise);
    }

    private static void Compare(string name, string form, string golden, int batchTokens)
    {
        var model = new GoldenModel(name);
        var expected = model.Case(golden);
        var options = new ModelRunnerOptions { Threads = batchTokens == 1 ? 1 : 2 };
        if (expected.TryGetProperty("context", out var context))
        {
            options.ContextLength = context.GetInt32();
        }

        using var file = model.Open(form, golden);
        using var runner = new CpuModelRunner(file, options);
        var (logits, hidden) = model.Run(runner, model.Positions, model.HiddenPositions, batchTokens);
        float[] last = runner.Run(runner.OpenSequence(model.LongTokens.Length), model.LongTokens, batchTokens == 1 ? 1 : 50);
        Assert.InRange(RunnerExtensions.LargestDifference(GoldenModel.Numbers(expected.GetProperty("logits")), logits), 0, Tolerance);
        Assert.InRange(RunnerExtensions.LargestDifference(GoldenModel.Numbers(expected.GetProperty("hidden")), hidden), 0, Tolerance);
        Assert.InRange(RunnerExtensions.LargestDifference(GoldenModel.Numbers(expected.GetProperty("long_logits")), last), 0, Tolerance);
    }
}
