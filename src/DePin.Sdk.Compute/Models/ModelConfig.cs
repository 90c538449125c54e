namespace DePin.Sdk.Compute.Models;

/// <summary>
/// The description of a decoder-only transformer that every runner follows: hyper-parameters and the few ways in which the supported
/// architectures differ. Checked against each other when a model file is opened.
/// </summary>
/// <remarks>
/// One layer is: normalize, project to queries, keys and values (plus biases, where the file has them), normalize each query and key
/// head where <see cref="HasQueryKeyNorm"/>, rotate, attend, project, normalize again where <see cref="HasPostNorms"/>, add to the
/// residual; then the same around down(activation(gate(x)) * up(x)).
/// </remarks>
public sealed class ModelConfig
{
    /// <summary>The architecture by its GGUF name: <c>llama</c> (Llama 2 and 3, Mistral, SmolLM), <c>qwen2</c>, <c>qwen3</c>, <c>gemma2</c>, <c>gemma3</c>, <c>phi3</c>.</summary>
    public required string Architecture { get; init; }

    /// <summary>The longest sequence that the model was made for, in tokens.</summary>
    public required int ContextLength { get; init; }

    /// <summary>Width of the residual stream.</summary>
    public required int EmbeddingLength { get; init; }

    /// <summary>Number of transformer layers.</summary>
    public required int BlockCount { get; init; }

    /// <summary>Number of query heads.</summary>
    public required int HeadCount { get; init; }

    /// <summary>Number of key and value heads; divides <see cref="HeadCount"/>.</summary>
    public required int KeyValueHeadCount { get; init; }

    /// <summary>Width of one head.</summary>
    public required int HeadLength { get; init; }

    /// <summary>Width of the feed-forward layer.</summary>
    public required int FeedForwardLength { get; init; }

    /// <summary>The constant that RMS normalization adds to the mean square.</summary>
    public required float NormEpsilon { get; init; }

    /// <summary>Number of tokens in the vocabulary.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>The rotation of all layers, or of those without a window where <see cref="SlidingRope"/> is set.</summary>
    public required RopeConfig Rope { get; init; }

    /// <summary>The rotation of the layers with a sliding window, where it differs (Gemma 3); otherwise null.</summary>
    public RopeConfig? SlidingRope { get; init; }

    /// <summary>The rotation in place of <see cref="Rope"/> for a runner whose context is longer than <see cref="LongRopeFrom"/> (LongRoPE of Phi-3); otherwise null.</summary>
    public RopeConfig? LongRope { get; init; }

    /// <summary>The context length above which <see cref="LongRope"/> holds.</summary>
    public int LongRopeFrom { get; init; } = int.MaxValue;

    /// <summary>The function in the feed-forward layer.</summary>
    public FeedForwardActivation Activation { get; init; }

    /// <summary>Multiplies the embedding of a token (Gemma: the root of the width).</summary>
    public float EmbeddingScale { get; init; } = 1;

    /// <summary>Multiplies the product of query and key; 1 / root of the head's width in most models.</summary>
    public required float AttentionScale { get; init; }

    /// <summary>Attention scores become cap * tanh(score / cap) (Gemma 2); null for no cap.</summary>
    public float? AttentionSoftCap { get; init; }

    /// <summary>Logits become cap * tanh(logit / cap) (Gemma 2); null for no cap.</summary>
    public float? LogitSoftCap { get; init; }

    /// <summary>Tokens that a layer with a sliding window looks back on, its own included; null where no layer has one.</summary>
    public int? SlidingWindow { get; init; }

    /// <summary>Where <see cref="SlidingWindow"/> is set: for each layer whether it has the window; null when all have it (Mistral).</summary>
    /// <remarks>In Gemma 2 every second layer attends to everything, in Gemma 3 every sixth.</remarks>
    public IReadOnlyList<bool>? SlidingLayers { get; init; }

    /// <summary>Whether each query and key head is normalized before it is rotated (Qwen3, Gemma 3).</summary>
    public bool HasQueryKeyNorm { get; init; }

    /// <summary>Whether the results of attention and feed-forward are normalized before they are added to the residual (Gemma 2 and 3).</summary>
    public bool HasPostNorms { get; init; }

    /// <summary>Whether a layer looks back on <see cref="SlidingWindow"/> tokens only.</summary>
    /// <param name="layer">Index of the layer.</param>
    /// <returns>True for a layer with a window.</returns>
    public bool IsSliding(int layer) => SlidingWindow is not null && (SlidingLayers is null || SlidingLayers[layer]);

    /// <summary>The rotation of a layer.</summary>
    /// <param name="layer">Index of the layer.</param>
    /// <param name="contextLength">The longest sequence that the runner holds.</param>
    /// <returns>The rotation.</returns>
    public RopeConfig RopeOf(int layer, int contextLength) =>
        SlidingRope is not null && IsSliding(layer) ? SlidingRope
        : LongRope is not null && contextLength > LongRopeFrom ? LongRope
        : Rope;

    /// <summary>The value of <see cref="SlidingLayers"/> for models in which every so-manieth layer has no window; null for 0.</summary>
    internal static bool[]? FullEvery(int every, int layers)
    {
        if (every == 0)
        {
            return null;
        }

        bool[] sliding = new bool[layers];
        for (int i = 0; i < layers; i++)
        {
            sliding[i] = (i + 1) % every != 0;
        }

        return sliding;
    }
}
