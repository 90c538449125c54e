using System.Numerics.Tensors;
using DePin.Sdk.Compute.Inference;
using DePin.Sdk.Compute.Models;
using DePin.Sdk.Compute.Tests;
using DePin.Sdk.Compute.Tests.Inference;

namespace DePin.Sdk.Compute.TorchSharp.Tests;

/// <summary>Every architecture against the reference values of the CPU engine's tests.</summary>
public sealed class GoldenTests
{
    private const float Tolerance = 1e-3f;

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

    public static TheoryData<string, string> Small => new()
    {
        { "llama3", "f32" }, { "qwen3", "bf16" }, { "gemma2", "f32" }, { "gemma3", "f16" }, { "phi3", "bf16" },
    };

    [TorchTheory]
    [MemberData(nameof(Exact))]
    public void Forward_WholePrompt_MatchesReference(string name, string form, string golden) => Compare(name, form, golden, int.MaxValue);

    [TorchTheory]
    [MemberData(nameof(Exact))]
    public void Forward_TokenByToken_MatchesReference(string name, string form, string golden) => Compare(name, form, golden, 1);

    [TorchTheory]
    [MemberData(nameof(Quantized))]
    public void Forward_QuantizedWeights_MatchReferenceOnWhatTheyStandFor(string name, string form)
    {
        var model = new GoldenModel(name);
        var expected = model.Case(form);
        using var file = model.Open(form, form);
        using var runner = TestRunners.Load(file);
        TestRunners.AssertNear(GoldenModel.Numbers(expected.GetProperty("logits")), model.Run(runner, model.Positions, []).Logits, Tolerance);
    }

    [TorchFact]
    public void Forward_Stories_MatchesReferenceAndContinuesAsIt()
    {
        var golden = TestFiles.Json("TestData/golden_once_upon_a_time.json");
        int[] prompt = golden.GetProperty("prompt_ids").Ints();
        int[] expected = golden.GetProperty("greedy_ids").Ints();
        using var runner = TestRunners.Stories();
        TestRunners.AssertNear(golden.GetProperty("last_prompt_logits").Floats(), runner.Run(runner.OpenSequence(64), prompt), Tolerance);
        Assert.Equal(expected, runner.Greedy(prompt, expected.Length));
    }

    [TorchFact]
    public void Forward_SampleModel_MatchesReference()
    {
        using var file = ModelFile.Open(TestFiles.Npc);
        using var runner = TestRunners.Load(file);
        Assert.All(TestFiles.Json("Golden/npc-dialogue.json").GetProperty("prompts").EnumerateArray(), prompt =>
        {
            var sequence = runner.OpenSequence(runner.ContextLength);
            TestRunners.AssertNear(prompt.GetProperty("logits").Floats(), runner.Run(sequence, prompt.GetProperty("prompt_ids").Ints()), Tolerance);
            runner.CloseSequence(sequence);
        });
    }

    [TorchFact]
    public void Forward_BFloat16_PrefersTheTokenOfTheCpuEngineNinetyNineTimesInAHundred()
    {
        var golden = TestFiles.Json("TestData/golden_once_upon_a_time.json");
        int[] text = [.. golden.GetProperty("prompt_ids").Ints(), .. golden.GetProperty("greedy_ids").Ints()];
        using var file = ModelFile.Open(TestFiles.Stories);
        using var cpu = new CpuModelRunner(file, TestRunners.Bounds());
        using var torch = TestRunners.Load(file, TorchDataType.BFloat16);
        int[] expected = Preferred(cpu, text);
        int[] actual = Preferred(torch, text);
        Assert.InRange(expected.Zip(actual).Count(static p => p.First == p.Second), 0.99 * text.Length, text.Length);
    }

    [TorchTheory]
    [MemberData(nameof(Small))]
    public void Forward_BFloat16_StaysNearTheReference(string name, string form)
    {
        var model = new GoldenModel(name);
        using var file = model.Open(form, "exact");
        using var runner = TestRunners.Load(file, TorchDataType.BFloat16);
        float[] expected = GoldenModel.Numbers(model.Case("exact").GetProperty("logits"));
        float range = expected.Max() - expected.Min();
        TestRunners.AssertNear(expected, model.Run(runner, model.Positions, []).Logits, 0.02f * range);
    }

    private static int[] Preferred(IModelRunner runner, int[] tokens)
    {
        var sequence = runner.OpenSequence(tokens.Length);
        int size = runner.Config.VocabularySize;
        List<int> best = [];
        for (int start = 0; start < tokens.Length; start += runner.MaxBatchTokens)
        {
            int count = Math.Min(runner.MaxBatchTokens, tokens.Length - start);
            float[] logits = new float[count * size];
            runner.Forward([.. Enumerable.Range(start, count).Select(i => new TokenInput(sequence, tokens[i], i, true))], logits);
            best.AddRange(Enumerable.Range(0, count).Select(i => TensorPrimitives.IndexOfMax<float>(logits.AsSpan(i * size, size))));
        }

        return [.. best];
    }

    private static void Compare(string name, string form, string golden, int batchTokens)
    {
        var model = new GoldenModel(name);
        var expected = model.Case(golden);
        using var file = model.Open(form, golden);
        using var runner = TestRunners.Load(
            file, bounds: TestRunners.Bounds(expected.TryGetProperty("context", out var context) ? context.GetInt32() : null));
        var (logits, hidden) = model.Run(runner, model.Positions, model.HiddenPositions, batchTokens);
        float[] last = runner.Run(runner.OpenSequence(model.LongTokens.Length), model.LongTokens, batchTokens == 1 ? 1 : 50);
        TestRunners.AssertNear(GoldenModel.Numbers(expected.GetProperty("logits")), logits, Tolerance);
        TestRunners.AssertNear(GoldenModel.Numbers(expected.GetProperty("hidden")), hidden, Tolerance);
        TestRunners.AssertNear(GoldenModel.Numbers(expected.GetProperty("long_logits")), last, Tolerance);
    }
}
