using DePin.Sdk.Compute.Inference;
using DePin.Sdk.Compute.Models;
using DePin.Sdk.Compute.Tests.Inference.Kernels;
using DePin.Sdk.Compute.Tests.Models;

namespace DePin.Sdk.Compute.Tests.Inference;

/// <summary>No weight is read beyond its end, whatever its type and shape: one byte too far would end the test run.</summary>
public sealed class GuardedWeightsTests
{
    public static TheoryData<string, string> Models => new()
    {
        { "llama2", "f32" },
        { "llama2", "hf" },
        { "qwen3", "bf16" },
        { "gemma3", "f16" },
        { "gemma3", "hf" },
        { "phi3", "hf" },
        { "smollm", "f16" },
        { "llama3", "q8_0" },
        { "qwen2", "q4_0" },
        { "gemma2", "q4_0" },
        { "kquants-mixed", "q4_k" },
        { "kquants", "q5_k" },
        { "kquants", "q6_k" },
    };

    [Theory]
    [MemberData(nameof(Models))]
    public void Forward_TensorsAtGuardPages_GivesTheSameLogits(string name, string form)
    {
        if (!GuardedMemory.IsSupported)
        {
            return;
        }

        var golden = new GoldenModel(name);
        using var plain = ModelFile.Open(golden.PathOf(form));
        using var guarded = new GuardedModelFile(ModelFile.Open(golden.PathOf(form)));
        Assert.Equal(Run(plain, golden.Tokens), Run(guarded, golden.Tokens));
    }

    private static float[] Run(ModelFile file, int[] tokens)
    {
        using var runner = new CpuModelRunner(file, new ModelRunnerOptions { Threads = 1 });
        var sequence = runner.OpenSequence(tokens.Length);
        float[] prompt = runner.Run(sequence, tokens.AsSpan(0, tokens.Length - 1));
        return [.. prompt, .. runner.Run(sequence, tokens.AsSpan(tokens.Length - 1))];
    }
}
