using System.Diagnostics;
using DePin.Sdk.Compute.Inference;
using DePin.Sdk.Compute.Models;

namespace DePin.Sdk.Benchmarks.Inference;

/// <summary>An engine on one file with a number of threads; speeds are tokens in a second.</summary>
internal sealed class EngineUnderTest : IDisposable
{
    private const int MaxSequences = 64;

    private readonly ModelFile _file;
    private readonly IModelRunner _runner;
    private readonly Random _random = new(1);
    private readonly float[] _logits;

    /// <param name="path">The model.</param>
    /// <param name="threads">How many compute.</param>
    /// <param name="create">Makes the engine; ours when null.</param>
    public EngineUnderTest(string path, int threads, Func<ModelFile, ModelRunnerOptions, IModelRunner>? create = null)
    {
        _file = ModelFile.Open(path);
        var bounds = new ModelRunnerOptions { Threads = threads, MaxBatchTokens = 512, ContextLength = 2048, MaxSequences = MaxSequences };
        _runner = create is null ? new CpuModelRunner(_file, bounds) : create(_file, bounds);
        _logits = new float[MaxSequences * _runner.Config.VocabularySize];
    }

    /// <summary>Bytes of weights that one token reads: all matrices but an embedding that only gives a row.</summary>
    public long BytesPerToken =>
        _file.Tensors.Values.Where(t => t.Rows > 1 && (t.Name != "token_embd.weight" || !_file.Tensors.ContainsKey("output.weight"))).Sum(static t => t.ByteLength);

    public double Decode(int tokens)
    {
        var sequence = _runner.OpenSequence(tokens);
        var watch = Stopwatch.StartNew();
        for (int i = 0; i < tokens; i++)
        {
            _runner.Forward([new TokenInput(sequence, Token(), i, true)], _logits);
        }

        double speed = tokens / watch.Elapsed.TotalSeconds;
        _runner.CloseSequence(sequence);
        return speed;
    }

    public double Prompt(int tokens)
    {
        var sequence = _runner.OpenSequence(tokens);
        var batch = Enumerable.Range(0, tokens).Select(i => new TokenInput(sequence, Token(), i, i == tokens - 1)).ToArray();
        var watch = Stopwatch.StartNew();
        _runner.Forward(batch, _logits);
        double speed = tokens / watch.Elapsed.TotalSeconds;
        _runner.CloseSequence(sequence);
        return speed;
    }

    /// <summary>Tokens of all sequences together, after a prompt of 16 tokens for each.</summary>
    public double Batch(int sequences, int steps)
    {
        const int Start = 16;
        var open = Enumerable.Range(0, sequences).Select(_ => _runner.OpenSequence(Start + steps)).ToArray();
        foreach (var sequence in open)
        {
            _runner.Forward([.. Enumerable.Range(0, Start).Select(i => new TokenInput(sequence, Token(), i, false))], _logits);
        }

        var batch = new TokenInput[sequences];
        var watch = Stopwatch.StartNew();
        for (int i = 0; i < steps; i++)
        {
            for (int s = 0; s < sequences; s++)
            {
                batch[s] = new TokenInput(open[s], Token(), Start + i, true);
            }

            _runner.Forward(batch, _logits);
        }

        double speed = sequences * steps / watch.Elapsed.TotalSeconds;
        Array.ForEach(open, _runner.CloseSequence);
        return speed;
    }

    /// <summary>Time to the first logits after a persona, computed anew and taken from a kept sequence.</summary>
    public void ReportPrefix(int length)
    {
        Prompt(length);
        var persona = Enumerable.Range(0, length).Select(_ => Token()).ToArray();
        var kept = _runner.OpenSequence(length);
        double fresh = Time(() => _runner.Forward([.. persona.Select((t, i) => new TokenInput(kept, t, i, i == length - 1))], _logits));
        double cached = new Percentiles(Enumerable.Range(0, 5).Select(_ => Time(() =>
        {
            var next = _runner.Fork(kept, length - 1, length);
            _runner.Forward([new TokenInput(next, persona[^1], length - 1, true)], _logits);
            _runner.CloseSequence(next);
        }))).P50;
        _runner.CloseSequence(kept);
        Console.WriteLine($"first token after {length}: {fresh * 1000:F0} ms, with a kept prefix {cached * 1000:F1} ms: {100 * cached / fresh:F1} %");
    }

    public long AllocatedPerToken()
    {
        const int Steps = 64;
        var sequence = _runner.OpenSequence(Steps);
        var batch = new TokenInput[1];
        long before = 0;
        for (int i = 0; i < Steps; i++)
        {
            // The first steps take pages of keys and values.
            before = i == Steps / 2 ? GC.GetTotalAllocatedBytes(precise: true) : before;
            batch[0] = new TokenInput(sequence, 7, i, true);
            _runner.Forward(batch, _logits);
        }

        long bytes = GC.GetTotalAllocatedBytes(precise: true) - before;
        _runner.CloseSequence(sequence);
        return bytes / (Steps / 2);
    }

    public void Dispose()
    {
        _runner.Dispose();
        _file.Dispose();
    }

    private static double Time(Action body)
    {
        var watch = Stopwatch.StartNew();
        body();
        return watch.Elapsed.TotalSeconds;
    }

    private int Token() => _random.Next(_runner.Config.VocabularySize);
}
