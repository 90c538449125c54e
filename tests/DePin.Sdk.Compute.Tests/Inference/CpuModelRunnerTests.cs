using DePin.Sdk.Compute.Gguf;
using DePin.Sdk.Compute.Inference;
using DePin.Sdk.Compute.Models;
using DePin.Sdk.Compute.Tests.Gguf;

namespace DePin.Sdk.Compute.Tests.Inference;

public sealed class CpuModelRunnerTests
{
    private static readonly int[] Tokens = [72, 258, 101, 3, 250, 17, 33, 90, 101, 101, 5, 64, 72, 2, 1, 200, 45, 46, 47, 48, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 72, 99, 98, 97, 96, 95];

    public static TheoryData<string> Models => ["llama", "qwen2", "tied", "factors", "linear", "one-kv-head", "f16", "bf16", "q8", "q4"];

    [Theory]
    [MemberData(nameof(Models))]
    public void Forward_TinyModel_MatchesTheDefinition(string kind)
    {
        using var file = ModelFile.FromGguf(GgufFile.Parse(Build(kind)));
        using var runner = new CpuModelRunner(file);
        float[] logits = runner.Run(runner.OpenSequence(64), Tokens);
        float[] expected = Array.ConvertAll(new ReferenceTransformer(file).Logits(Tokens), d => (float)d);

        // Quantized weights meet activations of eight bits, whose error is of the order of a hundredth.
        float tolerance = kind.StartsWith('q') && kind != "qwen2" ? 0.15f : 1e-4f;
        Assert.InRange(RunnerExtensions.LargestDifference(expected, logits), 0, tolerance);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(32)]
    public void Forward_AnyCutIntoBatches_GivesIdenticalLogits(int batchTokens)
    {
        using var file = GgufFile.Open(TestFiles.Npc);
        using var runner = new CpuModelRunner(ModelFile.FromGguf(file), new ModelRunnerOptions { Threads = 2 });
        float[] whole = runner.Run(runner.OpenSequence(64), Tokens);
        Assert.Equal(whole, runner.Run(runner.OpenSequence(64), Tokens, batchTokens));
    }

    [Fact]
    public void Forward_OneOrManyThreads_GivesIdenticalLogits()
    {
        using var file = GgufFile.Open(TestFiles.Npc);
        using var one = new CpuModelRunner(ModelFile.FromGguf(file), new ModelRunnerOptions { Threads = 1 });
        using var three = new CpuModelRunner(ModelFile.FromGguf(file), new ModelRunnerOptions { Threads = 3 });
        for (int i = 0; i < 10; i++)
        {
            Assert.Equal(one.Run(one.OpenSequence(64), Tokens), three.Run(three.OpenSequence(64), Tokens));
        }
    }

    [Fact]
    public void Forward_MixedBatch_EqualsEachSequenceAlone()
    {
        using var file = GgufFile.Parse(Build("llama"));
        using var runner = new CpuModelRunner(ModelFile.FromGguf(file));
        var a = runner.OpenSequence(64);
        var b = runner.OpenSequence(64);
        float[] logits = new float[runner.Config.VocabularySize * 2];
        runner.Run(a, Tokens.AsSpan(0, 5));
        runner.Forward(
            [new(b, 10, 0, false), new(a, 20, 5, true), new(b, 30, 1, false), new(b, 40, 2, true)], logits);
        int size = runner.Config.VocabularySize;
        Assert.Equal(runner.Run(runner.OpenSequence(64), [.. Tokens[..5], 20]), logits[..size]);
        Assert.Equal(runner.Run(runner.OpenSequence(64), [10, 30, 40]), logits[size..]);
    }

    [Fact]
    public void Truncate_ThenOtherTokens_ForgetsTheDroppedOnes()
    {
        using var file = GgufFile.Parse(Build("llama"));
        using var runner = new CpuModelRunner(ModelFile.FromGguf(file));
        var sequence = runner.OpenSequence(64);
        runner.Run(sequence, Tokens);
        runner.Truncate(sequence, 3);
        Assert.Equal(3, runner.GetLength(sequence));
        Assert.Equal(runner.Run(runner.OpenSequence(64), [.. Tokens[..3], 5, 6]), runner.Run(sequence, [5, 6]));
        Assert.Throws<ArgumentOutOfRangeException>(() => runner.Truncate(sequence, 6));
    }

    [Fact]
    public void Forward_InvalidInput_ThrowsAndRunsNothing()
    {
        using var file = GgufFile.Parse(Build("llama"));
        using var runner = new CpuModelRunner(ModelFile.FromGguf(file), new ModelRunnerOptions { MaxBatchTokens = 4, Threads = 1 });
        var sequence = runner.OpenSequence(2);
        float[] logits = new float[runner.Config.VocabularySize];
        void Throws(params TokenInput[] batch) => Assert.Throws<ArgumentException>(() => runner.Forward(batch, logits));
        Throws();
        Throws(new TokenInput[5]);
        Throws(new TokenInput(sequence, -1, 0, true));
        Throws(new TokenInput(sequence, 100_000, 0, true));
        Throws(new TokenInput(sequence, 1, 1, true));
        Throws(new TokenInput(new SequenceHandle(99), 1, 0, true));
        Throws(new(sequence, 1, 0, true), new(sequence, 1, 0, true));
        Throws(new(sequence, 1, 0, true), new(sequence, 1, 1, true));
        Throws(new(sequence, 1, 0, false), new(sequence, 1, 1, false), new(sequence, 1, 2, false));
        Assert.Equal(0, runner.GetLength(sequence));
        runner.Forward([new(sequence, 1, 0, false), new(sequence, 1, 1, true)], logits);
        Assert.Equal(2, runner.GetLength(sequence));
    }

    [Fact]
    public void OpenSequence_BeyondBounds_ThrowsTypedErrors()
    {
        using var file = GgufFile.Parse(Build("llama"));
        using var model = ModelFile.FromGguf(file);
        using var pool = new KeyValuePool(model.Config, KeyValueType.F32, 1);
        long page = pool.PageBytes;
        using var runner = new CpuModelRunner(model, new ModelRunnerOptions { MaxSequences = 3, KeyValueMemoryBytes = 4 * page, Threads = 1 });
        var first = runner.OpenSequence(64);
        var second = runner.OpenSequence(33);
        Assert.Equal(InferenceErrorCode.OutOfKeyValueMemory, Assert.Throws<InferenceException>(() => runner.OpenSequence(1)).Code);
        runner.CloseSequence(first);
        runner.CloseSequence(first);
        runner.OpenSequence(1);
        runner.OpenSequence(1);
        Assert.Equal(InferenceErrorCode.OutOfKeyValueMemory, Assert.Throws<InferenceException>(() => runner.OpenSequence(1)).Code);
        Assert.Throws<ArgumentOutOfRangeException>(() => runner.OpenSequence(129));
        Assert.Throws<ArgumentOutOfRangeException>(() => runner.OpenSequence(0));
        Assert.Throws<ArgumentException>(() => runner.GetLength(first));
        Assert.Equal(0, runner.GetLength(second));
    }

    [Fact]
    public void Dispose_FileFirst_RunnerStillWorks()
    {
        var file = GgufFile.Parse(Build("llama"));
        var runner = new CpuModelRunner(ModelFile.FromGguf(file));
        file.Dispose();
        Assert.All(runner.Run(runner.OpenSequence(8), [1, 2, 3]), logit => Assert.True(float.IsFinite(logit)));
        runner.Dispose();
        runner.Dispose();
        Assert.Throws<ObjectDisposedException>(() => runner.OpenSequence(1));
    }

    [Fact]
    public void Forward_ManySteps_AllocatesNothing()
    {
        using var file = GgufFile.Open(TestFiles.Stories);
        using var runner = new CpuModelRunner(ModelFile.FromGguf(file), new ModelRunnerOptions { Threads = 1 });
        var sequence = runner.OpenSequence(200);
        float[] logits = new float[runner.Config.VocabularySize];
        var batch = new TokenInput[1];
        void Step(int position)
        {
            batch[0] = new TokenInput(sequence, 5, position, true);
            runner.Forward(batch, logits);
        }

        for (int i = 0; i < 33; i++)
        {
            Step(i);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 33; i < 64; i++)
        {
            Step(i);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1000);
    }

    private static byte[] Build(string kind) => (kind switch
    {
        "llama" => new TinyModel { Layers = 2 },
        "qwen2" => new TinyModel { Layers = 2, Architecture = "qwen2", HasBias = true, PreTokenizer = "qwen2" },
        "tied" => new TinyModel { HasOutput = false },
        "factors" => new TinyModel { RopeFactors = [1, 2, 4, 8] },
        "one-kv-head" => new TinyModel { KeyValueHeads = 1 },
        "linear" => new TinyModel(),
        "f16" => new TinyModel { Type = GgufTensorType.F16 },
        "bf16" => new TinyModel { Type = GgufTensorType.BF16 },
        "q8" => new TinyModel { Type = GgufTensorType.Q8_0 },
        _ => new TinyModel { Type = GgufTensorType.Q4_0 },
    } is var model && kind == "linear"
        ? model.Build().Add("llama.rope.scaling.type", "linear").Add("llama.rope.scaling.factor", 4f)
        : model.Build()).Build();
}
