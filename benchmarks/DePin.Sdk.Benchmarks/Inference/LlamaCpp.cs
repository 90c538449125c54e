using System.Diagnostics;
using System.Text.Json;

namespace DePin.Sdk.Benchmarks.Inference;

/// <summary>llama.cpp's own benchmark programs.</summary>
/// <param name="folder">Where llama-bench and llama-batched-bench lie.</param>
internal sealed class LlamaCpp(string folder)
{
    /// <summary>The build, as llama-bench names it.</summary>
    public string Version
    {
        get
        {
            string text = Run("llama-bench", "--version");
            return $"llama.cpp {text.Split('\n', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault()?.Trim()}";
        }
    }

    public double Decode(string file, int tokens, int threads) => Bench(file, threads, "-p", "0", "-n", $"{tokens}");

    public double Prompt(string file, int tokens, int threads) => Bench(file, threads, "-p", $"{tokens}", "-n", "0");

    /// <summary>Tokens a second of all sequences together.</summary>
    public IEnumerable<(int Batch, double Speed)> Batch(string file, int[] batches, int steps, int threads)
    {
        string output = Run(
            "llama-batched-bench", "-m", file, "-c", "2048", "-npp", "16", "-ntg", $"{steps}", "-npl", string.Join(',', batches), "-t", $"{threads}", "-tb", $"{threads}", "--output-format", "jsonl");
        foreach (string line in output.Split('\n').Where(static l => l.StartsWith('{')))
        {
            using var json = JsonDocument.Parse(line);
            yield return (json.RootElement.GetProperty("pl").GetInt32(), json.RootElement.GetProperty("speed_tg").GetDouble());
        }
    }

    private double Bench(string file, int threads, params string[] what)
    {
        using var json = JsonDocument.Parse(Run("llama-bench", ["-m", file, "-t", $"{threads}", "-r", "2", "-o", "json", .. what]));
        return json.RootElement[0].GetProperty("avg_ts").GetDouble();
    }

    private string Run(string program, params string[] args)
    {
        var start = new ProcessStartInfo(Path.Combine(folder, program), args) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        output = output.Trim().Length > 0 ? output : errors.Result;
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{program} ended with {process.ExitCode}.");
    }
}
