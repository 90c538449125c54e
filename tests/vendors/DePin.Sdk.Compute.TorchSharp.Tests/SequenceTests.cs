using DePin.Sdk.Compute.Inference;
using DePin.Sdk.Compute.Models;
using DePin.Sdk.Compute.Tests;
using DePin.Sdk.Compute.Tests.Inference;

namespace DePin.Sdk.Compute.TorchSharp.Tests;

/// <summary>Sequences beside, out of and after each other.</summary>
public sealed class SequenceTests
{
    private const float Tolerance = 1e-3f;

    private static readonly int[] Story = TestRunners.Story;

    public static TheoryData<string, string> Models => new()
    {
        { "llama3", "f32" }, { "mistral", "f32" }, { "gemma2", "f32" }, { "gemma3", "f16" }, { "phi3", "bf16" },
    };

    [TorchTheory]
    [MemberData(nameof(Models))]
    public void Forward_SequencesOfDifferentLength_EachAsAlone(string name, string form)
    {
        var golden = new GoldenModel(name);
        using var file = golden.Open(form, "exact");
        using var runner = TestRunners.Load(file);
        int[] tokens = golden.LongTokens;
        int[] lengths = [1, 40, 33, 64, 7, tokens.Length - 9];
        int size = runner.Config.VocabularySize;
        var sequences = Array.ConvertAll(lengths, n => Prefilled(runner, tokens.AsSpan(0, n), tokens.Length));
        float[] logits = new float[lengths.Length * size];
        for (int step = 0; step < 6; step++)
        {
            // The second half brings three tokens at once, others between them.
            TokenInput[] batch = [.. sequences.SelectMany((s, i) => Enumerable.Range(0, step == 5 && i >= 3 ? 3 : 1).Select(
                k => new TokenInput(s, tokens[lengths[i] + step + k], lengths[i] + step + k, k == (step == 5 && i >= 3 ? 2 : 0))))];
            runner.Forward(batch, logits);
        }

        for (int i = 0; i < lengths.Length; i++)
        {
            int read = lengths[i] + (i >= 3 ? 8 : 6);
            float[] alone = runner.Run(runner.OpenSequence(tokens.Length), tokens.AsSpan(0, read), 1);
            TestRunners.AssertNear(alone, logits.AsSpan(i * size, size), Tolerance);
        }
    }

    [TorchTheory]
    [InlineData(1)]
    [InlineData(31)]
    [InlineData(32)]
    [InlineData(90)]
    [InlineData(100)]
    public void Fork_AnyLength_ContinuesAsIfComputedAlone(int length)
    {
        using var runner = TestRunners.Stories();
        float[] alone = runner.Run(runner.OpenSequence(128), [.. Story[..length], 5, 6]);
        var source = Prefilled(runner, Story.AsSpan(0, 100), 128);
        var fork = runner.Fork(source, length, 128);
        Assert.Equal(length, runner.GetLength(fork));
        runner.Run(source, [9, 8, 7]);
        runner.CloseSequence(source);
        TestRunners.AssertNear(alone, runner.Run(fork, [5, 6]), Tolerance);
    }

    [TorchTheory]
    [InlineData(0)]
    [InlineData(20)]
    [InlineData(64)]
    public void Truncate_AnyLength_IsAsIfTheTokensHadNeverBeenRun(int length)
    {
        using var runner = TestRunners.Stories();
        float[] alone = runner.Run(runner.OpenSequence(128), [.. Story[..length], 5, 6]);
        var sequence = Prefilled(runner, Story.AsSpan(0, 100), 128);
        var other = runner.Fork(sequence, 96, 128);
        runner.Truncate(sequence, length);
        TestRunners.AssertNear(alone, runner.Run(sequence, [5, 6]), Tolerance);
        TestRunners.AssertNear(runner.Run(runner.OpenSequence(128), [.. Story[..96], 1]), runner.Run(other, [1]), Tolerance);
    }

    [TorchTheory]
    [InlineData(TorchDataType.Float32)]
    [InlineData(TorchDataType.BFloat16)]
    public void Restore_SavedState_HasTheSameBits(TorchDataType type)
    {
        using var runner = TestRunners.Stories(type);
        using var other = TestRunners.Stories(type);
        var sequence = Prefilled(runner, Story.AsSpan(0, 70), 128);
        using var state = new MemoryStream();
        runner.Save(sequence, state);
        state.Position = 0;
        var restored = other.Restore(state, 100);
        Assert.Equal(state.Length, state.Position);
        Assert.Equal(70, other.GetLength(restored));
        using var again = new MemoryStream();
        other.Save(restored, again);
        Assert.Equal(state.ToArray(), again.ToArray());
        TestRunners.AssertNear(runner.Run(sequence, [5, 6]), other.Run(restored, [5, 6]), Tolerance);
    }

    [TorchFact]
    public void Restore_DamagedOrForeignState_IsRefusedAndLeavesNothing()
    {
        using var runner = TestRunners.Stories();
        using var other = TestRunners.Stories(TorchDataType.BFloat16);
        using var state = new MemoryStream();
        runner.Save(Prefilled(runner, Story.AsSpan(0, 70), 128), state);
        byte[] bytes = state.ToArray();
        Assert.Throws<ModelFormatException>(() => runner.Restore(new MemoryStream(bytes[..^1]), 128));
        Assert.Throws<ModelFormatException>(() => runner.Restore(new MemoryStream(bytes), 69));
        Assert.Throws<ModelFormatException>(() => other.Restore(new MemoryStream(bytes), 128));
        bytes[0] ^= 1;
        Assert.Throws<ModelFormatException>(() => runner.Restore(new MemoryStream(bytes), 128));
    }

    [TorchFact]
    public void OpenSequence_SlabSpokenFor_IsRefusedUntilOthersEnd()
    {
        using var runner = TestRunners.Stories(bounds: new ModelRunnerOptions { Threads = 1, KeyValueMemoryBytes = 400_000, ContextLength = 128 });
        List<SequenceHandle> open = [];
        var error = Assert.Throws<InferenceException>(() =>
        {
            while (open.Count < 10_000)
            {
                open.Add(runner.OpenSequence(128));
            }
        });
        Assert.Equal(InferenceErrorCode.OutOfKeyValueMemory, error.Code);
        Assert.True(error.IsTransient);
        Assert.NotEmpty(open);
        runner.CloseSequence(open[0]);
        runner.OpenSequence(128);
    }

    [TorchFact]
    public void Forward_ManySequencesComeAndGo_PagesAreReusedWithoutTraces()
    {
        using var runner = TestRunners.Stories(bounds: new ModelRunnerOptions { Threads = 1, KeyValueMemoryBytes = 700_000, ContextLength = 128 });
        var random = new Random(3);
        List<(SequenceHandle Sequence, List<int> Tokens)> open = [];
        for (int round = 0; round < 200; round++)
        {
            if (open.Count < 3)
            {
                open.Add((runner.OpenSequence(100), []));
            }

            var (sequence, tokens) = open[random.Next(open.Count)];
            int count = random.Next(1, 20);
            if (tokens.Count + count > 100)
            {
                runner.CloseSequence(sequence);
                open.RemoveAll(o => o.Sequence == sequence);
                continue;
            }

            int[] more = [.. Enumerable.Range(0, count).Select(_ => random.Next(3, 500))];
            tokens.AddRange(more);
            float[] logits = runner.Run(sequence, more);
            if (round % 20 == 0)
            {
                using var fresh = TestRunners.Stories();
                TestRunners.AssertNear(fresh.Run(fresh.OpenSequence(128), tokens.ToArray()), logits, Tolerance);
            }
        }
    }

    private static SequenceHandle Prefilled(IModelRunner runner, ReadOnlySpan<int> tokens, int room)
    {
        var sequence = runner.OpenSequence(room);
        runner.Run(sequence, tokens);
        return sequence;
    }
}
