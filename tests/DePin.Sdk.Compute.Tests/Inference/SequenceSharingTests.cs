using DePin.Sdk.Compute.Inference;
using DePin.Sdk.Compute.Models;

namespace DePin.Sdk.Compute.Tests.Inference;

/// <summary>Sequences that share pages behave as if each had its own.</summary>
public sealed class SequenceSharingTests
{
    private static readonly int[] Story = [.. Enumerable.Range(0, 120).Select(i => 3 + ((i * 37) % 500))];

    public static TheoryData<KeyValueType, int> Cuts
    {
        get
        {
            var cuts = new TheoryData<KeyValueType, int>();
            foreach (var type in Enum.GetValues<KeyValueType>())
            {
                foreach (int length in (int[])[1, 31, 32, 33, 64, 90, 100])
                {
                    cuts.Add(type, length);
                }
            }

            return cuts;
        }
    }

    [Theory]
    [MemberData(nameof(Cuts))]
    public void Fork_AnyLength_ContinuesAsIfComputedAlone(KeyValueType type, int length)
    {
        using var runner = Open(type);
        var source = runner.OpenSequence(128);
        runner.Run(source, Story.AsSpan(0, 100));
        var fork = runner.Fork(source, length, 128);
        Assert.Equal(length, runner.GetLength(fork));

        // The source goes its own way in between, and ends before the fork does.
        runner.Run(source, [9, 8, 7]);
        float[] first = runner.Run(fork, Story.AsSpan(100, 10));
        runner.CloseSequence(source);
        float[] second = runner.Run(fork, Story.AsSpan(110, 10));
        var alone = runner.OpenSequence(128);
        runner.Run(alone, Story.AsSpan(0, length));
        Assert.Equal(runner.Run(alone, Story.AsSpan(100, 10)), first);
        Assert.Equal(runner.Run(alone, Story.AsSpan(110, 10)), second);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(20)]
    [InlineData(32)]
    [InlineData(40)]
    public void Truncate_IntoSharedPages_LeavesTheOtherSequenceAlone(int length)
    {
        using var runner = Open(KeyValueType.F32);
        var source = runner.OpenSequence(128);
        runner.Run(source, Story.AsSpan(0, 70));
        var fork = runner.Fork(source, 70, 128);
        runner.Truncate(fork, length);
        float[] changed = runner.Run(fork, Story.AsSpan(80, 30));
        float[] kept = runner.Run(source, Story.AsSpan(70, 10));
        var alone = runner.OpenSequence(128);
        runner.Run(alone, Story.AsSpan(0, 70));
        Assert.Equal(runner.Run(alone, Story.AsSpan(70, 10)), kept);
        runner.Truncate(alone, length);
        Assert.Equal(runner.Run(alone, Story.AsSpan(80, 30)), changed);
    }

    [Fact]
    public void Fork_ManyOfOne_TakesMemoryForTheirOwnPartOnly()
    {
        using var model = ModelFile.Open(TestFiles.Stories);
        using var pool = new KeyValuePool(model.Config, KeyValueType.F32, 1);
        using var runner = new CpuModelRunner(model, new ModelRunnerOptions { Threads = 1, KeyValueMemoryBytes = 13 * pool.PageBytes });
        var persona = runner.OpenSequence(96);
        runner.Run(persona, Story.AsSpan(0, 96));
        var forks = Enumerable.Range(0, 10).Select(_ => runner.Fork(persona, 96, 128)).ToList();
        Assert.Equal(InferenceErrorCode.OutOfKeyValueMemory, Assert.Throws<InferenceException>(() => runner.Fork(persona, 96, 128)).Code);
        float[] logits = runner.Run(forks[0], Story.AsSpan(96, 20));
        Assert.All(forks.Skip(1), f => Assert.Equal(logits, runner.Run(f, Story.AsSpan(96, 20))));
        forks.ForEach(runner.CloseSequence);
        runner.CloseSequence(persona);

        // Every page has come back.
        runner.OpenSequence(13 * KeyValuePool.PageTokens);
    }

    [Fact]
    public void Resize_ToWhatItHolds_GivesTheRestBack()
    {
        using var model = ModelFile.Open(TestFiles.Stories);
        using var pool = new KeyValuePool(model.Config, KeyValueType.F32, 1);
        using var runner = new CpuModelRunner(model, new ModelRunnerOptions { Threads = 1, KeyValueMemoryBytes = 6 * pool.PageBytes });
        var sequence = runner.OpenSequence(192);
        runner.Run(sequence, Story.AsSpan(0, 40));
        Assert.Throws<InferenceException>(() => runner.OpenSequence(1));
        runner.Resize(sequence, 40);
        var other = runner.OpenSequence(128);
        Assert.Throws<InferenceException>(() => runner.Resize(sequence, 65));
        runner.CloseSequence(other);
        runner.Resize(sequence, 192);
        runner.Truncate(sequence, 10);
        runner.Resize(sequence, 10);
        runner.OpenSequence(5 * KeyValuePool.PageTokens);
        Assert.Throws<ArgumentOutOfRangeException>(() => runner.Resize(sequence, 9));
    }

    [Theory]
    [InlineData(KeyValueType.F32)]
    [InlineData(KeyValueType.Q8)]
    public void Restore_SavedState_ContinuesBitForBit(KeyValueType type)
    {
        using var runner = Open(type);
        var sequence = runner.OpenSequence(128);
        runner.Run(sequence, Story.AsSpan(0, 75));
        using var saved = new MemoryStream();
        runner.Save(sequence, saved);
        using var other = Open(type);

        // Pages that another sequence has used before hold its remains.
        var before = other.OpenSequence(128);
        other.Run(before, Story.AsSpan(20, 90));
        other.CloseSequence(before);
        saved.Position = 0;
        var restored = other.Restore(saved, 128);
        Assert.Equal(saved.Length, saved.Position);
        Assert.Equal(75, other.GetLength(restored));
        using var again = new MemoryStream();
        other.Save(restored, again);
        Assert.Equal(saved.ToArray(), again.ToArray());
        Assert.Equal(runner.Run(sequence, Story.AsSpan(75, 20)), other.Run(restored, Story.AsSpan(75, 20)));
    }

    [Fact]
    public void Restore_DamagedState_ThrowsTypedErrorsAndKeepsNothing()
    {
        using var model = ModelFile.Open(TestFiles.Stories);
        using var pool = new KeyValuePool(model.Config, KeyValueType.F32, 1);
        using var runner = new CpuModelRunner(model, new ModelRunnerOptions { Threads = 1, KeyValueMemoryBytes = 4 * pool.PageBytes });
        var sequence = runner.OpenSequence(64);
        runner.Run(sequence, Story.AsSpan(0, 40));
        using var saved = new MemoryStream();
        runner.Save(sequence, saved);
        runner.CloseSequence(sequence);
        byte[] valid = saved.ToArray();
        for (int i = 0; i < 40; i++)
        {
            byte[] damaged = [.. valid];
            damaged[i] ^= 0x41;
            Assert.Throws<ModelFormatException>(() => runner.Restore(new MemoryStream(damaged), 64));
        }

        Assert.All((int[])[0, 39, 40, valid.Length - 1], length =>
            Assert.Throws<ModelFormatException>(() => runner.Restore(new MemoryStream(valid[..length]), 64)));
        Assert.Throws<ModelFormatException>(() => runner.Restore(new MemoryStream(valid), 39));
        using var q8 = Open(KeyValueType.Q8);
        Assert.Throws<ModelFormatException>(() => q8.Restore(new MemoryStream(valid), 64));
        runner.OpenSequence(4 * KeyValuePool.PageTokens);
    }

    [Fact]
    public void Forward_KeysAndValuesOfEightBits_StayNearThoseOfSinglePrecision()
    {
        using var exact = Open(KeyValueType.F32);
        using var rounded = Open(KeyValueType.Q8);
        float[] expected = exact.Run(exact.OpenSequence(128), Story);
        float[] logits = rounded.Run(rounded.OpenSequence(128), Story);
        Assert.NotEqual(expected, logits);
        Assert.InRange(RunnerExtensions.LargestDifference(expected, logits), 0, 0.25f);
    }

    [Fact]
    public void Create_MemoryLimitBelowTheWeights_SaysWhatIsNeeded()
    {
        using var model = ModelFile.Open(TestFiles.Npc);
        var error = Assert.Throws<InferenceException>(() => new CpuModelRunner(model, new ModelRunnerOptions { MemoryLimitBytes = 1 << 20 }));
        Assert.Equal((InferenceErrorCode.MemoryLimit, false), (error.Code, error.IsTransient));
        Assert.Contains("1048576", error.Message, StringComparison.Ordinal);
        using var runner = new CpuModelRunner(model, new ModelRunnerOptions { MemoryLimitBytes = 8 << 20 });
        Assert.Throws<InferenceException>(() => Enumerable.Range(0, 100).Select(_ => runner.OpenSequence(runner.ContextLength)).ToList());
    }

    private static CpuModelRunner Open(KeyValueType type)
    {
        using var model = ModelFile.Open(TestFiles.Stories);
        return new CpuModelRunner(model, new ModelRunnerOptions { Threads = 1, KeyValueType = type, KeyValueMemoryBytes = 64 << 20 });
    }
}
