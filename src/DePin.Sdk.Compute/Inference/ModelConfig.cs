using DePin.Sdk.Compute.Gguf;

namespace DePin.Sdk.Compute.Inference;

/// <summary>The hyper-parameters of a Llama-family model, read from its file and checked against each other.</summary>
public sealed class ModelConfig
{
    /// <summary>The architecture: <c>llama</c> or <c>qwen2</c>.</summary>
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

    /// <summary>Base of the rotary embedding's frequencies.</summary>
    public required double RopeBase { get; init; }

    /// <summary>How many elements of a head are rotated; even.</summary>
    public required int RopeLength { get; init; }

    /// <summary>Positions are divided by this before rotation; 1 when the file asks for no scaling.</summary>
    public required double RopeScale { get; init; }

    /// <summary>True when element i is rotated with element i + RopeLength / 2 (qwen2), false when neighbours are (llama).</summary>
    public required bool RotatesHalves { get; init; }

    /// <summary>Number of tokens in the vocabulary.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>Reads the hyper-parameters of a file.</summary>
    /// <param name="file">An open model file.</param>
    /// <returns>The hyper-parameters.</returns>
    /// <exception cref="ModelFormatException">One is missing, out of range, or contradicts another; or the architecture is not supported.</exception>
    public static ModelConfig Read(GgufFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        return ModelConfigReader.Read(file);
    }
}
