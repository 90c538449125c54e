using DePin.Sdk.Compute.Gguf;

namespace DePin.Sdk.Compute.Inference;

/// <summary>All weights of a model, checked against its hyper-parameters.</summary>
internal sealed class ModelWeights
{
    public ModelWeights(GgufFile file, ModelConfig config)
    {
        var binder = new WeightBinder(file);
        Embedding = binder.Matrix("token_embd.weight", config.VocabularySize, config.EmbeddingLength);
        OutputNorm = binder.Vector("output_norm.weight", config.EmbeddingLength);

        // Without a matrix of its own the output uses that of the embedding.
        Output = binder.Has("output.weight") ? binder.Matrix("output.weight", config.VocabularySize, config.EmbeddingLength) : Embedding;
        RopeFactors = binder.OptionalVector("rope_freqs.weight", config.RopeLength / 2);
        if (RopeFactors is not null && Array.Exists(RopeFactors, static f => !(f > 0)))
        {
            throw new ModelFormatException("A rope frequency factor is not positive.", file.Tensors["rope_freqs.weight"].FileOffset, "rope_freqs.weight");
        }

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

    /// <summary>Divisors of the rotary frequencies (the scaling of Llama 3), or null.</summary>
    public float[]? RopeFactors { get; }
}
