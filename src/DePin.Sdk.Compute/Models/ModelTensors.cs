namespace DePin.Sdk.Compute.Models;

/// <summary>All weights of a model by their part in it, checked against the description of the model.</summary>
/// <remarks>Matrices stay where the file has them; vectors are few and small, so they are read. Valid while the model file is referenced.</remarks>
public sealed class ModelTensors
{
    /// <summary>Finds all weights.</summary>
    /// <param name="file">The open model.</param>
    /// <exception cref="ModelFormatException">A tensor is missing, has another shape than the description calls for, or has no part in the architecture.</exception>
    public ModelTensors(ModelFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        var config = file.Config;
        var binder = new TensorBinder(file);
        Embedding = binder.Matrix("token_embd.weight", config.VocabularySize, config.EmbeddingLength);
        OutputNorm = binder.Vector("output_norm.weight", config.EmbeddingLength);

        // Without a matrix of its own the output uses that of the embedding.
        Output = binder.Has("output.weight") ? binder.Matrix("output.weight", config.VocabularySize, config.EmbeddingLength) : Embedding;
        var layers = new LayerTensors[config.BlockCount];
        for (int i = 0; i < layers.Length; i++)
        {
            layers[i] = new LayerTensors(binder, config, i);
        }

        Layers = layers;
        binder.CheckAllUsed();
    }

    /// <summary>One row for each token.</summary>
    public TensorRows Embedding { get; }

    /// <summary>The layers, first to last.</summary>
    public IReadOnlyList<LayerTensors> Layers { get; }

    /// <summary>Weights of the norm in front of <see cref="Output"/>.</summary>
    public float[] OutputNorm { get; }

    /// <summary>Gives the logits, one row for each token; the rows of <see cref="Embedding"/> in models that tie the two.</summary>
    public TensorRows Output { get; }
}
