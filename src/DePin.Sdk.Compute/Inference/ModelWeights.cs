using DePin.Sdk.Compute.Models;

namespace DePin.Sdk.Compute.Inference;

/// <summary>All weights of a model, checked against its hyper-parameters.</summary>
internal sealed class ModelWeights
{
    public ModelWeights(ModelFile file, ModelConfig config)
    {
        var binder = new WeightBinder(file);
        Embedding = binder.Matrix("token_embd.weight", config.VocabularySize, config.EmbeddingLength);
        OutputNorm = binder.Vector("output_norm.weight", config.EmbeddingLength);

        // Without a matrix of its own the output uses that of the embedding.
        Output = binder.Has("output.weight") ? binder.Matrix("output.weight", config.VocabularySize, config.EmbeddingLength) : Embedding;
        Layers = new LayerWeights[config.BlockCount];
        for (int i = 0; i < Layers.Length; i++)
        {
            Layers[i] = new LayerWeights(binder, config, i);
        }
    }

    public WeightMatrix Embedding { get; }

    public LayerWeights[] Layers { get; }

    public float[] OutputNorm { get; }

    public WeightMatrix Output { get; }
}
