using System.Diagnostics;
using DePin.Sdk.Compute.Inference;
using DePin.Sdk.Compute.Models;

namespace DePin.Sdk.Benchmarks.Inference;

/// <summary>Load time and memory, in a process of its own so that nothing else is counted.</summary>
internal static class LoadMeasurement
{
    public static void Report(string file, int threads)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, ["inference-load", file, $"{threads}"]) { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        Console.WriteLine(process.StandardOutput.ReadToEnd().Trim());
        process.WaitForExit();
    }

    public static int Run(string file, int threads)
    {
        long bytes = new FileInfo(file).Length;
        var watch = Stopwatch.StartNew();
        using var model = ModelFile.Open(file);
        using var runner = new CpuModelRunner(model, new ModelRunnerOptions { Threads = threads });
        double loaded = watch.Elapsed.TotalSeconds;
        var sequence = runner.OpenSequence(1);
        runner.Forward([new TokenInput(sequence, 1, 0, true)], new float[runner.Config.VocabularySize]);
        long peak = Machine.PeakMemory();
        Console.WriteLine(
            $"load, {threads} threads: {loaded:F2} s for {bytes / 1e9:F2} GB ({loaded / (bytes / 1e9):F2} s/GB), first token after {watch.Elapsed.TotalSeconds:F2} s; peak memory {peak / 1e9:F2} GB ({(double)peak / bytes:F2} x the file)");
        return 0;
    }
}
