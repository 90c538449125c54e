using DePin.Sdk.Compute.Gguf;

namespace DePin.Sdk.Compute.Models;

/// <summary>Reads the description of a model from a GGUF file, with the defaults that the format gives each architecture.</summary>
internal static class GgufConfigReader
{
    public const int MaximumContextLength = 1 << 26;

    public static ModelConfig Read(GgufMetadata metadata, IReadOnlyDictionary<string, ModelTensor> tensors)
    {
        if (!metadata.TryGetString("general.architecture", out string? architecture))
        {
            throw new ModelFormatException("The file does not say its architecture.", -1, "general.architecture");
        }

        if (!ArchitectureTraits.TryGet(architecture, out var traits))
        {
            throw new ModelFormatException(
                $"The architecture '{architecture}' is not supported; {ArchitectureTraits.Names} are.",
                metadata.OffsetOf("general.architecture"),
                "general.architecture");
        }

        var values = new GgufHyperparameters(metadata, tensors, architecture);
        RefuseVariants(values);
        int width = ReadWidth(values, out int vocabularySize);
        int heads = values.Integer("attention.head_count", width);
        int keyValueHeads = values.Integer("attention.head_count_kv", heads, heads);
        if (heads % keyValueHeads != 0)
        {
            throw values.Error("attention.head_count_kv", $"{heads} query heads do not divide into {keyValueHeads} groups.");
        }

        int headLength = ReadHeadLength(values, width, heads);
        int blocks = values.Integer("block_count", tensors.Count);
        int context = values.Integer("context_length", MaximumContextLength);
        int ropeLength = values.Integer("rope.dimension_count", headLength, headLength);
        if (ropeLength % 2 != 0)
        {
            throw values.Error("rope.dimension_count", $"The number of rotated elements, {ropeLength}, is odd.");
        }

        var rope = new GgufRopeReader(values, ropeLength, context);
        int? window = values.OptionalInteger("attention.sliding_window", int.MaxValue) ?? (architecture == "gemma2" ? 4096 : null);
        var longRope = rope.ReadLong();
        return new ModelConfig
        {
            Architecture = architecture,
            ContextLength = context,
            EmbeddingLength = width,
            BlockCount = blocks,
            HeadCount = heads,
            KeyValueHeadCount = keyValueHeads,
            HeadLength = headLength,
            FeedForwardLength = values.Integer("feed_forward_length", int.MaxValue),
            NormEpsilon = (float)values.Number("attention.layer_norm_rms_epsilon", 1e-5, 0, 1),
            VocabularySize = vocabularySize,
            Rope = rope.Read(),
            SlidingRope = window is null ? null : rope.ReadSliding(),
            LongRope = longRope,
            LongRopeFrom = longRope is null ? int.MaxValue : rope.OriginalContext,
            Activation = traits.Activation,
            EmbeddingScale = traits.ScalesEmbedding ? MathF.Sqrt(width) : 1,
            AttentionScale = ReadAttentionScale(values, width, heads, headLength, blocks),
            AttentionSoftCap = traits.HasAttentionSoftCap ? ReadSoftCap(values, "attn_logit_softcapping", 50) : null,
            LogitSoftCap = traits.HasPostNorms ? ReadSoftCap(values, "final_logit_softcapping", traits.HasAttentionSoftCap ? 30 : 0) : null,
            SlidingWindow = window,
            SlidingLayers = window is null ? null : ReadSlidingLayers(values, blocks, traits.FullAttentionEvery),
            HasQueryKeyNorm = traits.HasQueryKeyNorm,
            HasPostNorms = traits.HasPostNorms,
        };
    }

    private static void RefuseVariants(GgufHyperparameters values)
    {
        if (values.OptionalInteger("expert_count", int.MaxValue) is { } experts)
        {
            throw values.Error("expert_count", $"Mixtures of experts are not supported; this model has {experts}.");
        }

        if (values.Metadata.TryGetBoolean(values.Name("attention.causal"), out bool causal) && !causal)
        {
            throw values.Error("attention.causal", "Models that look ahead are not supported.");
        }
    }

    // The embedding's real width bounds everything that is reserved before the other tensors are compared with the hyper-parameters.
    private static int ReadWidth(GgufHyperparameters values, out int vocabularySize)
    {
        if (!values.Tensors.TryGetValue("token_embd.weight", out var embedding))
        {
            throw new ModelFormatException("The tensor is missing.", -1, "token_embd.weight");
        }

        int width = values.Integer("embedding_length", int.MaxValue);
        if (embedding.Columns != width)
        {
            throw embedding.Error($"The tensor has rows of {embedding.Columns} elements; {values.Name("embedding_length")} is {width}.");
        }

        vocabularySize = embedding.Rows;
        return width;
    }

    private static int ReadHeadLength(GgufHyperparameters values, int width, int heads)
    {
        int headLength = values.Integer("attention.key_length", width, width / heads);
        if (values.Integer("attention.value_length", width, headLength) != headLength)
        {
            throw values.Error("attention.value_length", "Keys and values of different widths are not supported.");
        }

        // The widths of the projections must be countable; the tensors then have to match them.
        return (long)heads * headLength <= int.MaxValue
            ? headLength
            : throw values.Error("attention.key_length", $"{heads} heads of {headLength} elements are too wide.");
    }

    // The 27-billion models of Gemma 2 and 3 scale by the width for each head, and nothing but their depth tells them apart.
    private static float ReadAttentionScale(GgufHyperparameters values, int width, int heads, int headLength, int blocks)
    {
        if (values.OptionalNumber("attention.scale", 0, 1e3) is > 0 and var scale)
        {
            return (float)scale;
        }

        bool scalesByWidth = (values.Architecture, blocks) is ("gemma2", 46) or ("gemma3", 62);
        return 1 / MathF.Sqrt(scalesByWidth ? width / heads : headLength);
    }

    private static float? ReadSoftCap(GgufHyperparameters values, string key, double absent) =>
        (float)values.Number(key, absent, 0, 1e6) is > 0 and var cap ? cap : null;

    private static bool[]? ReadSlidingLayers(GgufHyperparameters values, int blocks, int fullAttentionEvery)
    {
        const string Key = "attention.sliding_window_pattern";
        if (!values.Metadata.IsArray(values.Name(Key)))
        {
            return ModelConfig.FullEvery(values.Has(Key) ? values.OptionalInteger(Key, int.MaxValue) ?? 0 : fullAttentionEvery, blocks);
        }

        values.Metadata.TryGetBooleans(values.Name(Key), out bool[]? layers);
        return layers?.Length == blocks ? layers : throw values.Error(Key, $"The pattern says something of {layers?.Length} layers; the model has {blocks}.");
    }
}
