using System.Diagnostics;
using System.Globalization;
using DePin.Sdk.Compute.Inference;
using DePin.Sdk.Compute.Models;

namespace DePin.Sdk.Benchmarks.Inference;

/// <summary>Load time and memory, in processes of their own so that nothing else is counted.</summary>
internal static class LoadMeasurement
{
    /// <summary>Loads a file in five processes, one after the other, and prints the median.</summary>
    public static void Report(string file, int threads)
    {
        double[][] runs = [.. Enumerable.Range(0, 5).Select(_ => RunProcess(file, threads))];
        double Median(int field) => new Percentiles(runs.Select(r => r[field])).P50;
        double gigabytes = new FileInfo(file).Length / 1e9;
        Console.WriteLine(
            $"load, {threads} threads: {Median(0):F2} s for {gigabytes:F2} GB ({Median(0) / gigabytes:F2} s/GB; first time {runs[0][0]:F2} s), first token after {Median(1):F2} s; peak memory {Median(2):F2} GB ({Median(2) / gigabytes:F2} x the file)");
    }

    /// <summary>What such a process does: prints the seconds to load, the seconds to the first token, and the peak memory in gigabytes.</summary>
    public static int Run(string file, int threads)
    {
        var watch = Stopwatch.StartNew();
        using var model = ModelFile.Open(file);
        using var runner = new CpuModelRunner(model, new ModelRunnerOptions { Threads = threads });
        double loaded = watch.Elapsed.TotalSeconds;
        var sequence = runner.OpenSequence(1);
        runner.Forward([new TokenInput(sequence, 1, 0, true)], new float[runner.Config.VocabularySize]);
        long peak = Machine.PeakMemory();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{loaded} {watch.Elapsed.TotalSeconds} {peak / 1e9}"));
        return 0;
    }

    private static double[] RunProcess(string file, int threads)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, ["inference-load", file, $"{threads}"]) { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        string line = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return [.. line.Split(' ').Select(n => double.Parse(n, CultureInfo.InvariantCulture))];
    }
}
