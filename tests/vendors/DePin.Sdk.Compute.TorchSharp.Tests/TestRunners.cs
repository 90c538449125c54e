using DePin.Sdk.Compute.Inference;
using DePin.Sdk.Compute.Models;
using DePin.Sdk.Compute.Tests;
using DePin.Sdk.Compute.Tests.Inference;

namespace DePin.Sdk.Compute.TorchSharp.Tests;

/// <summary>Runners on the processor, small enough for tests.</summary>
internal static class TestRunners
{
    public static readonly int[] Story = [.. Enumerable.Range(0, 120).Select(i => 3 + ((i * 37) % 500))];

    public static ModelRunnerOptions Bounds(int? context = null) => new() { Threads = 2, KeyValueMemoryBytes = 64 << 20, ContextLength = context };

    public static TorchModelRunner Load(ModelFile file, TorchDataType type = TorchDataType.Float32, ModelRunnerOptions? bounds = null) =>
        TorchModelRunner.Load(file, bounds ?? Bounds(), new TorchRunnerOptions { Device = "cpu", DType = type });

    public static TorchModelRunner Stories(TorchDataType type = TorchDataType.Float32, ModelRunnerOptions? bounds = null)
    {
        using var file = ModelFile.Open(TestFiles.Stories);
        return Load(file, type, bounds);
    }

    public static void AssertNear(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, float tolerance) =>
        Assert.InRange(RunnerExtensions.LargestDifference(expected, actual), 0, tolerance);
}
