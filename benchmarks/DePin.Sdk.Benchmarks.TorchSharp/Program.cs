using DePin.Sdk.Benchmarks;
using DePin.Sdk.Benchmarks.Inference;
using DePin.Sdk.Compute.TorchSharp;
using TorchSharp;

// TorchSharp's engine beside ours, on the same files, in turns.
// --device auto  --dtype Automatic|BFloat16|Float16|Float32  --threads 2  --rounds 3  model files
var options = BenchmarkArguments.Parse(args, "device", "dtype", "threads", "rounds");
if (options.Files.Count == 0)
{
    Console.Error.WriteLine("Name model files; tools/synthetic-model writes some. Options: --device auto, --dtype Float32, --threads 2, --rounds 3.");
    return 2;
}

var torchOptions = new TorchRunnerOptions { Device = options.Find("device") ?? "auto", DType = Enum.Parse<TorchDataType>(options.Find("dtype") ?? nameof(TorchDataType.Automatic), ignoreCase: true) };
int threads = int.Parse(options.Find("threads") ?? "2");
int rounds = int.Parse(options.Find("rounds") ?? "3");
torch.set_num_threads(threads);
Console.WriteLine($"{Machine.Describe()}; {torchOptions.Device}, {torchOptions.DType}; {threads} threads; medians of {rounds} rounds in turns");
foreach (string file in options.Files)
{
    using var ours = new EngineUnderTest(file, threads);
    using var theirs = new EngineUnderTest(file, threads, (opened, bounds) => TorchModelRunner.Load(opened, bounds, torchOptions));
    Console.WriteLine($"\n## {Path.GetFileNameWithoutExtension(file)}, {ours.BytesPerToken / 1e9:F2} GB of weights a token in the file");
    Compare("decode", engine => engine.Decode(128));
    foreach (int prompt in new[] { 32, 512 })
    {
        Compare($"prompt of {prompt}", engine => engine.Prompt(prompt));
    }

    foreach (int sequences in new[] { 4, 16, 64 })
    {
        Compare($"{sequences} sequences together", engine => engine.Batch(sequences, 32));
    }

    void Compare(string what, Func<EngineUnderTest, double> measure)
    {
        List<double> first = [], second = [];
        for (int round = -1; round < rounds; round++)
        {
            // The round before the first warms up.
            var (a, b) = (measure(ours), measure(theirs));
            if (round >= 0)
            {
                first.Add(a);
                second.Add(b);
            }
        }

        double cpu = new Percentiles(first).P50, other = new Percentiles(second).P50;
        Console.WriteLine($"{what,-24} TorchSharp {other,9:F1} tokens/s, the CPU engine {cpu,9:F1}: {other / cpu:F2} x");
    }
}

return 0;
