namespace DePin.Sdk.Tools.SyntheticModel;

/// <summary>The measures of a model; those of real models, so that timings on random weights say something about real ones.</summary>
internal sealed record ModelShape(
    string Name,
    string Architecture,
    int Width,
    int Layers,
    int Heads,
    int KeyValueHeads,
    int HeadLength,
    int FeedForward,
    int Vocabulary,
    int Context,
    float RopeBase)
{
    public static readonly ModelShape[] All =
    [
        new("qwen2-0.5b", "qwen2", 896, 24, 14, 2, 64, 4864, 151936, 32768, 1e6f) { IsTied = true, HasBias = true },
        new("tinyllama-1.1b", "llama", 2048, 22, 32, 4, 64, 5632, 32000, 2048, 1e4f),
        new("smollm-135m", "llama", 576, 30, 9, 3, 64, 1536, 49152, 2048, 1e4f) { IsTied = true },
        new("tiny", "llama", 256, 2, 4, 2, 64, 512, 512, 512, 1e4f),
    ];

    /// <summary>Whether the output uses the matrix of the embedding.</summary>
    public bool IsTied { get; init; }

    /// <summary>Whether queries, keys and values have biases.</summary>
    public bool HasBias { get; init; }
}
