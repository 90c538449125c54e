using DePin.Sdk.Compute.Inference;
using DePin.Sdk.Compute.Models;
using DePin.Sdk.Compute.Tests;
using DePin.Sdk.Compute.TorchSharp.Internal;

namespace DePin.Sdk.Compute.TorchSharp.Tests;

/// <summary>What is told, and what is refused, when a model is brought to a device.</summary>
public sealed class LoadTests
{
    [Fact]
    public void Load_WithoutNativeLibrary_NamesThePackage()
    {
        if (TorchLibrary.MissingReason is null)
        {
            return;
        }

        using var file = ModelFile.Open(TestFiles.Stories);
        var error = Assert.Throws<InferenceException>(() => TorchModelRunner.Load(file));
        Assert.Equal(InferenceErrorCode.DeviceUnavailable, error.Code);
        Assert.Contains("TorchSharp-cpu", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gpu")]
    [InlineData("cuda:")]
    [InlineData("cuda:-1")]
    [InlineData("")]
    [InlineData(null)]
    public void Load_UnknownDevice_IsRefused(string? device)
    {
        using var file = ModelFile.Open(TestFiles.Stories);
        Assert.Throws<ArgumentException>(() => TorchModelRunner.Load(file, options: new TorchRunnerOptions { Device = device! }));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1.1)]
    [InlineData(double.NaN)]
    public void Load_MemoryFractionOutOfRange_IsRefused(double fraction)
    {
        using var file = ModelFile.Open(TestFiles.Stories);
        Assert.Throws<ArgumentException>(() => TorchModelRunner.Load(file, options: new TorchRunnerOptions { MemoryFraction = fraction }));
    }

    [TorchFact]
    public void Load_MissingGpu_NamesWhatIsMissing()
    {
        using var file = ModelFile.Open(TestFiles.Stories);
        var error = Assert.Throws<InferenceException>(() => TorchModelRunner.Load(file, options: new TorchRunnerOptions { Device = "cuda:99" }));
        Assert.Equal(InferenceErrorCode.DeviceUnavailable, error.Code);
        Assert.Matches("TorchSharp-cuda-linux|numbered from 0", error.Message);
    }

    [TorchFact]
    public void Load_Defaults_TakeTheGpuOrElseTheProcessor()
    {
        using var file = ModelFile.Open(TestFiles.Stories);
        using var runner = TorchModelRunner.Load(file, TestRunners.Bounds());
        Assert.Equal(
            global::TorchSharp.torch.cuda.is_available() ? ("cuda:0", TorchDataType.BFloat16) : ("cpu", TorchDataType.Float32),
            (runner.Device, runner.DType));
    }

    [TorchTheory]
    [InlineData("CUDA out of memory. Tried to allocate 2.00 GiB", InferenceErrorCode.MemoryLimit, "KeyValueMemoryBytes")]
    [InlineData("DefaultCPUAllocator: can't allocate memory: you tried to allocate 1 bytes", InferenceErrorCode.MemoryLimit, "KeyValueMemoryBytes")]
    [InlineData("CUDA error: no kernel image is available for execution on the device", InferenceErrorCode.NotSupported, "DType")]
    [InlineData("\"addmm\" not implemented for 'Half'", InferenceErrorCode.NotSupported, "DType")]
    [InlineData("CUDA error: device-side assert triggered", InferenceErrorCode.EngineFailure, "device-side assert")]
    public void Explain_FailureOfTheLibrary_NamesTheRemedy(string message, InferenceErrorCode code, string remedy)
    {
        var device = TorchDevice.Open(new TorchRunnerOptions { Device = "cpu" });
        var error = device.Explain(new InvalidOperationException(message), "testing");
        Assert.Equal(code, error.Code);
        Assert.Contains(remedy, error.Message, StringComparison.Ordinal);
    }

    [TorchFact]
    public void Forward_BadInput_LeavesSequencesAsTheyWere()
    {
        using var runner = TestRunners.Stories();
        var sequence = runner.OpenSequence(8);
        float[] logits = new float[runner.Config.VocabularySize];
        Assert.Throws<ArgumentException>(() => runner.Forward([new TokenInput(sequence, 1, 0, false), new TokenInput(sequence, -1, 1, true)], logits));
        Assert.Throws<ArgumentException>(() => runner.Forward([new TokenInput(sequence, 1, 1, true)], logits));
        Assert.Throws<ArgumentException>(() => runner.Forward([new TokenInput(sequence, 1, 0, true)], logits.AsSpan(1)));
        Assert.Throws<ArgumentException>(() => runner.Forward([], logits));
        Assert.Equal(0, runner.GetLength(sequence));
        runner.Forward([new TokenInput(sequence, 1, 0, true)], logits);
        runner.CloseSequence(sequence);
        Assert.Throws<ArgumentException>(() => runner.GetLength(sequence));
    }

    [TorchFact]
    public void Load_HalfPrecisionOnTheProcessor_NamesTheFormatsThatItHas()
    {
        using var file = ModelFile.Open(TestFiles.Stories);
        var error = Assert.Throws<InferenceException>(() => TestRunners.Load(file, TorchDataType.Float16));
        Assert.Equal(InferenceErrorCode.NotSupported, error.Code);
        Assert.Contains("Float32", error.Message, StringComparison.Ordinal);
    }

    [TorchFact]
    public void Load_MemoryLimitTooSmall_IsRefusedWithTheNumbersAndAnotherModelStillLoads()
    {
        using var file = ModelFile.Open(TestFiles.Stories);
        var error = Assert.Throws<InferenceException>(() => TestRunners.Load(file, bounds: new ModelRunnerOptions { MemoryLimitBytes = 1 << 20 }));
        Assert.Equal(InferenceErrorCode.MemoryLimit, error.Code);
        Assert.Contains($"{1 << 20}", error.Message, StringComparison.Ordinal);
        using var runner = TestRunners.Load(file);
        Assert.Equal(("cpu", TorchDataType.Float32), (runner.Device, runner.DType));
    }

    [TorchFact]
    public void Load_Weights_ReportsThemToTheEndAndForgetsTheFile()
    {
        var reports = new List<ModelLoadProgress>();
        var file = ModelFile.Open(TestFiles.StoriesQ8);
        var bounds = TestRunners.Bounds();
        bounds.LoadProgress = new Reports(reports);
        using var runner = TestRunners.Load(file, bounds: bounds);
        file.Dispose();
        Assert.All(reports.Zip(reports.Skip(1)), p => Assert.True(p.First.BytesDone <= p.Second.BytesDone));
        Assert.Equal(1, reports[^1].Fraction, 6);
        float[] logits = new float[runner.Config.VocabularySize];
        runner.Forward([new TokenInput(runner.OpenSequence(8), 1, 0, true)], logits);
        Assert.All(logits, l => Assert.True(float.IsFinite(l)));
    }

    private sealed class Reports(List<ModelLoadProgress> reports) : IProgress<ModelLoadProgress>
    {
        public void Report(ModelLoadProgress value) => reports.Add(value);
    }
}
