namespace DePin.Sdk.Benchmarks.Inference;

/// <summary>Named options and files of a command line.</summary>
internal sealed class BenchmarkArguments
{
    private readonly Dictionary<string, string> _options = [];

    public List<string> Files { get; } = [];

    public static BenchmarkArguments Parse(string[] args, params string[] names)
    {
        var parsed = new BenchmarkArguments();
        for (int i = 0; i < args.Length; i++)
        {
            if (args[i].StartsWith("--", StringComparison.Ordinal) && names.Contains(args[i][2..]) && i + 1 < args.Length)
            {
                parsed._options[args[i][2..]] = args[++i];
            }
            else
            {
                parsed.Files.Add(args[i]);
            }
        }

        return parsed;
    }

    public string? Find(string name) => _options.GetValueOrDefault(name);
}
