using DePin.Sdk.Compute.Gguf;
using DePin.Sdk.Compute.Inference;
using DePin.Sdk.Compute.Models;
using DePin.Sdk.Compute.Tests.Inference;
using DePin.Sdk.Compute.Tests.Inference.Kernels;
using DePin.Sdk.Compute.Tokenizers;

namespace DePin.Sdk.Compute.Tests.Gguf;

/// <summary>Valid small files, damaged at random: reading ends with a model or with the one exception, with bounded memory.</summary>
/// <remarks>Where the system allows it, the byte behind the file lies in a page that may not be touched.</remarks>
public sealed unsafe class GgufMutationTests
{
    private const int CasesOfEach = 12_000;
    private const int CasesThatRun = 1_500;

    [Theory]
    [InlineData(1, GgufTensorType.F32)]
    [InlineData(2, GgufTensorType.Q8_0)]
    [InlineData(3, GgufTensorType.Q4_0)]
    [InlineData(4, GgufTensorType.F16)]
    public void Load_MutatedFile_GivesAModelOrModelFormatException(int seed, GgufTensorType type)
    {
        byte[] valid = new TinyModel { Type = type, HasBias = seed == 2, Template = "{{ messages[0]['content'] }}" }.Build().Build();
        int headerEnd = (int)GgufFile.Parse(valid).Tensors.Values.Min(t => t.FileOffset);
        var random = new Random(seed);
        int accepted = 0;
        for (int i = 0; i < CasesOfEach; i++)
        {
            byte[] file = GgufMutator.Mutate(valid, headerEnd, random);
            long before = GC.GetAllocatedBytesForCurrentThread();
            accepted += TryLoad(file) ? 1 : 0;
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(allocated < 300_000 + (16L * file.Length), $"Case {i} of seed {seed} allocated {allocated} bytes for a file of {file.Length}.");
        }

        Assert.InRange(accepted, 1, CasesOfEach - 1);
    }

    [Theory]
    [InlineData(5, GgufTensorType.F32)]
    [InlineData(6, GgufTensorType.Q8_0)]
    [InlineData(7, GgufTensorType.Q4_0)]
    [InlineData(8, GgufTensorType.BF16)]
    public void Forward_MutatedFileThatLoads_ReadsNothingBehindTheFile(int seed, GgufTensorType type)
    {
        byte[] valid = new TinyModel { Type = type, Layers = 2, HasOutput = seed != 6 }.Build().Build();
        int headerEnd = (int)GgufFile.Parse(valid).Tensors.Values.Min(t => t.FileOffset);
        var random = new Random(seed);
        int accepted = 0;
        for (int i = 0; i < CasesThatRun; i++)
        {
            accepted += TryInGuardedMemory(GgufMutator.Mutate(valid, headerEnd, random), Run) ? 1 : 0;
        }

        Assert.InRange(accepted, CasesThatRun / 30, CasesThatRun - 1);
    }

    private static bool TryLoad(byte[] content) => TryInGuardedMemory(content, static file =>
    {
        _ = new ModelTensors(ModelFile.FromGguf(file));
        var tokenizer = Tokenizer.Read(file);
        _ = tokenizer.Encode("hello world 12", parseMarkers: true);
    });

    private static void Run(GgufFile file)
    {
        foreach (var tensor in file.Tensors.Values)
        {
            float[] row = new float[tensor.Columns];
            file.ReadRows(tensor, tensor.Rows - 1, row);
        }

        using var model = ModelFile.FromGguf(file);
        using var runner = new CpuModelRunner(model, new ModelRunnerOptions { Threads = 1, ContextLength = 16, MaxBatchTokens = 8, KeyValueMemoryBytes = 16 << 20 });
        runner.Run(runner.OpenSequence(Math.Min(8, runner.ContextLength)), [1]);
    }

    private static bool TryInGuardedMemory(byte[] content, Action<GgufFile> read)
    {
        using var memory = GuardedMemory.IsSupported ? new GuardedMemory(content) : null;
        try
        {
            using var file = memory is null ? GgufFile.Parse(content) : GgufFile.Create(FileBytes.Borrow(memory.Pointer, content.Length));
            read(file);
            return true;
        }
        catch (ModelFormatException e)
        {
            Assert.InRange(e.Offset, -1, content.Length);
            return false;
        }
        catch (InferenceException e)
        {
            // A mutated model may need more memory than the runner is given.
            Assert.Equal(InferenceErrorCode.OutOfKeyValueMemory, e.Code);
            return false;
        }
    }
}
