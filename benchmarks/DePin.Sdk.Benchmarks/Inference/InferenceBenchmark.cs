
namespace DePin.Sdk.Benchmarks.Inference;

/// <summary>The CPU engine beside llama.cpp, on the same files, in turns.</summary>
internal sealed class InferenceBenchmark(string file, LlamaCpp? peer, int rounds, List<SpeedResult> results)
{
    private const int Decoded = 128;
    private const int Prompt = 512;
    private static readonly int[] Batches = [1, 2, 4, 8, 16];

    /// <param name="args">--peer FOLDER (with llama-bench and llama-batched-bench), --threads 1,2, --rounds 3, --only decode,prompt,batch,load,prefix, --results FILE to append to (inference-plot draws it); model files.</param>
    public static int Run(string[] args)
    {
        var options = BenchmarkArguments.Parse(args, "peer", "threads", "rounds", "only", "results");
        if (options.Files.Count == 0)
        {
            Console.Error.WriteLine("Name GGUF files; tools/synthetic-model writes some. Options: --peer FOLDER, --threads 1,2, --rounds 3, --only decode,prompt,batch,load,prefix.");
            return 2;
        }

        var peer = options.Find("peer") is { } folder ? new LlamaCpp(folder) : null;
        int[] threads = [.. (options.Find("threads") ?? "1,2").Split(',').Select(int.Parse)];
        int rounds = int.Parse(options.Find("rounds") ?? "3");
        var only = (options.Find("only") ?? "load,prefix,decode,prompt,batch").Split(',').ToHashSet();
        Console.WriteLine($"{Machine.Describe()}; peer: {peer?.Version ?? "none"}; medians of {rounds} rounds in turns");
        var results = new List<SpeedResult>();
        foreach (string file in options.Files)
        {
            new InferenceBenchmark(file, peer, rounds, results).Measure(threads, only);
        }

        if (options.Find("results") is { } table)
        {
            File.AppendAllLines(table, results.Select(static r => r.ToLine()));
        }

        return 0;
    }

    private void Measure(int[] threads, HashSet<string> only)
    {
        Console.WriteLine();
        Console.WriteLine($"## {Path.GetFileNameWithoutExtension(file)}");
        if (only.Contains("load"))
        {
            LoadMeasurement.Report(file, threads[^1]);
        }

        foreach (int count in threads)
        {
            using var engine = new EngineUnderTest(file, count);
            if (only.Contains("prefix"))
            {
                engine.ReportPrefix(Prompt);
            }

            if (only.Contains("decode"))
            {
                Decode(engine, count);
            }

            if (only.Contains("prompt"))
            {
                Compare($"prompt of {Prompt}, {count} threads", () => engine.Prompt(Prompt), peer is null ? null : () => peer.Prompt(file, Prompt, count));
            }

            if (only.Contains("batch"))
            {
                Batch(engine, count);
            }
        }
    }

    private void Decode(EngineUnderTest engine, int threads)
    {
        // The bandwidth is read in the same turns, since it changes with what else the host does.
        var bandwidth = new List<double>();
        using var memory = new MemoryBandwidth();
        var (ours, _) = Compare(
            $"decode, {threads} threads",
            () =>
            {
                bandwidth.Add(memory.Measure(threads));
                return engine.Decode(Decoded);
            },
            peer is null ? null : () => peer.Decode(file, Decoded, threads));
        double read = ours * engine.BytesPerToken / 1e9;
        double limit = new Percentiles(bandwidth).P50;
        Console.WriteLine($"    reads {read:F1} GB/s of {limit:F1} GB/s that a sum of all bytes reads: {100 * read / limit:F0} %; {engine.AllocatedPerToken()} bytes allocated per token");
    }

    private void Batch(EngineUnderTest engine, int threads)
    {
        var ours = Batches.ToDictionary(static b => b, static _ => new List<double>());
        var theirs = Batches.ToDictionary(static b => b, static _ => new List<double>());
        for (int round = 0; round < rounds; round++)
        {
            foreach (int batch in Batches)
            {
                ours[batch].Add(engine.Batch(batch, 32));
            }

            foreach (var (batch, speed) in peer?.Batch(file, Batches, 32, threads) ?? [])
            {
                theirs[batch].Add(speed);
            }
        }

        foreach (int batch in Batches)
        {
            Print($"{batch} sequences together, {threads} threads", ours[batch], theirs[batch]);
        }
    }

    private (double Ours, double Theirs) Compare(string what, Func<double> ours, Func<double>? theirs)
    {
        var mine = new List<double>();
        var other = new List<double>();
        ours();
        for (int round = 0; round < rounds; round++)
        {
            mine.Add(ours());
            if (theirs is not null)
            {
                other.Add(theirs());
            }
        }

        return Print(what, mine, other);
    }

    private (double Ours, double Theirs) Print(string what, List<double> ours, List<double> theirs)
    {
        double a = new Percentiles(ours).P50;
        double b = new Percentiles(theirs).P50;
        results.Add(new SpeedResult(Path.GetFileNameWithoutExtension(file), what, a, b));
        Console.WriteLine(theirs.Count == 0
            ? $"{what,-36} {a,8:F1} tokens/s"
            : $"{what,-36} {a,8:F1} tokens/s, llama.cpp {b,8:F1}: {a / b:F2} x");
        return (a, b);
    }
}
