using DePin.Sdk.Compute.Generation;
using DePin.Sdk.Compute.Inference;
using DePin.Sdk.Compute.Models;
using DePin.Sdk.Compute.Tests.Inference;

namespace DePin.Sdk.Compute.Tests.Generation;

public sealed class PrefixCacheTests : IDisposable
{
    private static readonly PrefixPartition Shared = new(null, null);

    private readonly RecordingRunner _runner = new(new CpuModelRunner(
        ModelFile.Open(TestFiles.Stories), new ModelRunnerOptions { Threads = 1, KeyValueMemoryBytes = 64 << 20, MaxSequences = 4096 }));

    [Fact]
    public void Find_LongestCommonBeginning_IsFound()
    {
        var cache = new PrefixCache(_runner, 1000);
        Add(cache, Shared, 1, 2, 3, 4, 5);
        Add(cache, Shared, 1, 2, 9, 9);
        Add(cache, Shared, 7);
        Assert.Equal(4, Length(cache, 1, 2, 3, 4, 8));
        Assert.Equal(3, Length(cache, 1, 2, 9));
        Assert.Equal(2, Length(cache, 1, 2, 4));
        Assert.Equal(1, Length(cache, 7, 7));
        Assert.Equal(0, Length(cache, 8));
        Assert.Equal(0, Length(cache));
        Assert.Equal((8L, 3), (cache.TokenCount, cache.EntryCount));
        Assert.Equal(0, cache.Find(new PrefixPartition(null, "other"), [1, 2, 3]).Length);
    }

    [Fact]
    public void Add_WhatIsCovered_KeepsOnlyTheLongest()
    {
        var cache = new PrefixCache(_runner, 1000);
        Add(cache, Shared, 1, 2, 3);
        Add(cache, Shared, 1, 2, 3, 4, 5);
        Assert.Equal((5L, 1, 1), (cache.TokenCount, cache.EntryCount, _runner.OpenSequences));
        Add(cache, Shared, 1, 2);
        Add(cache, Shared, 1, 2, 3, 4, 5);
        Assert.Equal((5L, 1, 1), (cache.TokenCount, cache.EntryCount, _runner.OpenSequences));
        cache.Clear();
        Assert.Equal((0L, 0, 0), (cache.TokenCount, cache.EntryCount, _runner.OpenSequences));
    }

    [Fact]
    public void Add_BeyondTheLimit_GivesUpTheLeastRecentlyUsed()
    {
        var cache = new PrefixCache(_runner, 9);
        Add(cache, Shared, 1, 2, 3);
        Add(cache, Shared, 4, 5, 6);
        Add(cache, Shared, 7, 8, 9);
        Assert.Equal(3, Length(cache, 1, 2, 3));
        Add(cache, Shared, 10, 11);
        Assert.Equal((3, 0, 3, 2), (Length(cache, 1, 2, 3), Length(cache, 4, 5, 6), Length(cache, 7, 8, 9), Length(cache, 10, 11)));
        Assert.Null(Add(cache, Shared, [.. Enumerable.Range(20, 10)]));
        Assert.Equal(3, cache.EntryCount);
    }

    [Fact]
    public void Pin_OfABeginning_OutlivesWhatCoversIt()
    {
        var cache = new PrefixCache(_runner, 100);
        Add(cache, Shared, 1, 2, 3, 4);
        var pinned = cache.Add(Shared, [1, 2], Open(1, 2), pin: true)!;
        Add(cache, Shared, 1, 2, 5);
        Assert.Equal(3, cache.EntryCount);
        cache.Clear();
        Assert.Equal((1, 2), (cache.EntryCount, Length(cache, 1, 2, 3, 4)));
        Add(cache, Shared, 1, 2, 6);
        cache.Unpin(pinned);
        Assert.Equal((1, 3), (cache.EntryCount, Length(cache, 1, 2, 6)));
    }

    [Fact]
    public void Shorten_SharedEnd_KeepsTheBeginning()
    {
        var cache = new PrefixCache(_runner, 100);
        var entry = Add(cache, Shared, 1, 2, 3, 4)!;
        cache.Shorten(entry, [1, 2]);
        var (shorter, length) = cache.Find(Shared, [1, 2, 3, 4]);
        Assert.Equal((2, 2, 2L), (length, _runner.GetLength(shorter!.Handle), cache.TokenCount));
    }

    [Fact]
    public void AddAndEvict_AtRandom_AgreesWithASimpleModel()
    {
        var random = new Random(3);
        var cache = new PrefixCache(_runner, 60);
        var partitions = new[] { Shared, new PrefixPartition(null, "a") };
        List<(PrefixPartition Partition, int[] Tokens, CachedPrefix Entry)> pins = [];
        for (int round = 0; round < 3000; round++)
        {
            var partition = partitions[random.Next(2)];
            int[] tokens = [.. Enumerable.Range(0, 1 + random.Next(12)).Select(_ => random.Next(3))];
            switch (random.Next(8))
            {
                case 0 when pins.Count < 4:
                    pins.Add((partition, tokens, cache.Add(partition, tokens, Open(tokens), pin: true)!));
                    break;
                case 1 when pins.Count > 0:
                    int which = random.Next(pins.Count);
                    cache.Unpin(pins[which].Entry);
                    pins.RemoveAt(which);
                    break;
                case 2:
                    cache.EvictOne(null);
                    break;
                case 3 or 4:
                    var (entry, length) = cache.Find(partition, tokens);
                    Assert.Equal(entry is null, length == 0);
                    Assert.True(entry is null || (entry.Length >= length && _runner.GetLength(entry.Handle) == entry.Length && entry.Partition == partition));
                    break;
                default:
                    Add(cache, partition, tokens);
                    Assert.Equal(tokens.Length, cache.Find(partition, tokens).Length);
                    break;
            }

            Assert.Equal(cache.EntryCount, _runner.OpenSequences);
            Assert.All(pins, p => Assert.Equal(p.Tokens.Length, cache.Find(p.Partition, p.Tokens).Length));
            Assert.True(cache.TokenCount <= 60 || pins.Count > 0);
        }

        pins.ForEach(p => cache.Unpin(p.Entry));
        cache.Clear();
        Assert.Equal((0L, 0, 0), (cache.TokenCount, cache.EntryCount, _runner.OpenSequences));
    }

    public void Dispose() => _runner.Dispose();

    private static int Length(PrefixCache cache, params int[] tokens) => cache.Find(Shared, tokens).Length;

    private CachedPrefix? Add(PrefixCache cache, PrefixPartition partition, params int[] tokens) => cache.Add(partition, tokens, Open(tokens));

    private SequenceHandle Open(params int[] tokens)
    {
        var handle = _runner.OpenSequence(tokens.Length + 10);
        _runner.Run(handle, tokens);
        return handle;
    }
}
