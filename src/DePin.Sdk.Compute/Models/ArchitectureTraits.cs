namespace DePin.Sdk.Compute.Models;

/// <summary>What the name of an architecture says that its files do not.</summary>
internal sealed record ArchitectureTraits
{
    private static readonly Dictionary<string, ArchitectureTraits> Known = new(StringComparer.Ordinal)
    {
        ["llama"] = new(),
        ["qwen2"] = new(),
        ["qwen3"] = new() { HasQueryKeyNorm = true },
        ["gemma2"] = new()
        {
            Activation = FeedForwardActivation.GeluTanh,
            ScalesEmbedding = true,
            HasAttentionSoftCap = true,
            HasPostNorms = true,
            FullAttentionEvery = 2,
        },
        ["gemma3"] = new()
        {
            Activation = FeedForwardActivation.GeluTanh,
            ScalesEmbedding = true,
            HasPostNorms = true,
            HasQueryKeyNorm = true,
            FullAttentionEvery = 6,
        },
        ["phi3"] = new(),
    };

    /// <summary>The architectures, for messages.</summary>
    public static string Names { get; } = string.Join(", ", Known.Keys);

    public FeedForwardActivation Activation { get; private init; }

    public bool ScalesEmbedding { get; private init; }

    public bool HasAttentionSoftCap { get; private init; }

    public bool HasQueryKeyNorm { get; private init; }

    public bool HasPostNorms { get; private init; }

    /// <summary>Where layers have windows: every so-manieth has none; 0 when all have one.</summary>
    public int FullAttentionEvery { get; private init; }

    public static bool TryGet(string architecture, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out ArchitectureTraits? traits) =>
        Known.TryGetValue(architecture, out traits);
}
