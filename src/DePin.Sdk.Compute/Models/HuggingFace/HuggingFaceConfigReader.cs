namespace DePin.Sdk.Compute.Models.HuggingFace;

/// <summary>Reads the description of a model from <c>config.json</c>, with the defaults that each model type has there.</summary>
internal static class HuggingFaceConfigReader
{
    private const int MaximumLayers = 4096;
    private const int MaximumWidth = 1 << 20;

    /// <summary>Reads the description.</summary>
    /// <param name="file">The whole of <c>config.json</c>.</param>
    /// <param name="embeddingRows">Rows of the embedding, which count where the file does not say the size of the vocabulary.</param>
    public static ModelConfig Read(JsonSettings file, int embeddingRows)
    {
        // Models that also see have the description of their language part inside.
        var values = file.Object("text_config") ?? file;
        string architecture = ReadArchitecture(values, file);
        ArchitectureTraits.TryGet(architecture, out var traits);
        RefuseVariants(values, traits!);
        int width = values.Integer("hidden_size", MaximumWidth);
        bool isGemma3 = architecture == "gemma3";
        int heads = values.Integer("num_attention_heads", width, isGemma3 ? 8 : null);
        int keyValueHeads = values.Integer("num_key_value_heads", heads, isGemma3 ? Math.Min(4, heads) : heads);
        if (heads % keyValueHeads != 0)
        {
            throw values.Error("num_key_value_heads", $"{heads} query heads do not divide into {keyValueHeads} groups.");
        }

        int headLength = values.Integer("head_dim", width, Math.Min(DefaultHeadLength(architecture) ?? Math.Max(width / heads, 1), width));
        if ((long)heads * headLength > int.MaxValue)
        {
            throw values.Error("head_dim", $"{heads} heads of {headLength} elements are too wide.");
        }

        int layers = values.Integer("num_hidden_layers", MaximumLayers);
        int context = values.Integer("max_position_embeddings", GgufConfigReader.MaximumContextLength, DefaultContext(architecture));
        var rope = new HuggingFaceRopeReader(values, architecture, headLength, context);
        int? window = ReadWindow(values, architecture, context);
        var longRope = rope.ReadLong();
        return new ModelConfig
        {
            Architecture = architecture,
            ContextLength = context,
            EmbeddingLength = width,
            BlockCount = layers,
            HeadCount = heads,
            KeyValueHeadCount = keyValueHeads,
            HeadLength = headLength,
            FeedForwardLength = values.Integer("intermediate_size", int.MaxValue / 2),
            NormEpsilon = (float)values.Number("rms_norm_eps", architecture == "phi3" ? 1e-5 : 1e-6, 0, 1),
            VocabularySize = values.Integer("vocab_size", int.MaxValue, file.OptionalInteger("vocab_size", int.MaxValue) ?? embeddingRows),
            Rope = rope.Read(),
            SlidingRope = window is null ? null : rope.ReadSliding(),
            LongRope = longRope,
            LongRopeFrom = longRope is null ? int.MaxValue : rope.OriginalContext,
            Activation = traits!.Activation,
            EmbeddingScale = traits.ScalesEmbedding ? MathF.Sqrt(width) : 1,
            AttentionScale = ReadAttentionScale(values, traits, headLength),
            AttentionSoftCap = traits.HasPostNorms ? ReadSoftCap(values, "attn_logit_softcapping", traits.HasAttentionSoftCap ? 50 : 0) : null,
            LogitSoftCap = traits.HasPostNorms ? ReadSoftCap(values, "final_logit_softcapping", traits.HasAttentionSoftCap ? 30 : 0) : null,
            SlidingWindow = window,
            SlidingLayers = window is null ? null : ReadSlidingLayers(values, architecture, layers, traits.FullAttentionEvery),
            HasQueryKeyNorm = traits.HasQueryKeyNorm,
            HasPostNorms = traits.HasPostNorms,
        };
    }

    private static string ReadArchitecture(JsonSettings values, JsonSettings file)
    {
        string type = values.Text("model_type") ?? file.Text("model_type") ?? throw file.Error("model_type", "The setting is missing.");
        return type switch
        {
            "llama" or "mistral" or "smollm" => "llama",
            "qwen2" or "qwen3" or "gemma2" or "phi3" => type,
            "gemma3" or "gemma3_text" => "gemma3",
            _ => throw file.Error(
                "model_type", $"The model type '{type}' is not supported; llama, mistral, qwen2, qwen3, gemma2, gemma3, gemma3_text and phi3 are."),
        };
    }

    private static void RefuseVariants(JsonSettings values, ArchitectureTraits traits)
    {
        string key = values.Has("hidden_activation") ? "hidden_activation" : "hidden_act";
        if (values.Text(key) is not { } activation)
        {
            return;
        }

        bool fits = traits.Activation == FeedForwardActivation.Silu
            ? activation is "silu" or "swish"
            : activation is "gelu_pytorch_tanh" or "gelu_new" or "gelu_fast" or "gelu";
        if (!fits)
        {
            throw values.Error(key, $"The activation '{activation}' is not that of the model type.");
        }
    }

    private static int? DefaultHeadLength(string architecture) => architecture switch
    {
        "gemma2" or "gemma3" => 256,
        "qwen3" => 128,
        _ => null,
    };

    private static int? DefaultContext(string architecture) => architecture switch
    {
        "gemma2" => 8192,
        "gemma3" => 131072,
        _ => null,
    };

    private static float ReadAttentionScale(JsonSettings values, ArchitectureTraits traits, int headLength) =>
        1 / MathF.Sqrt(traits.HasPostNorms ? (float)values.Number("query_pre_attn_scalar", 256, 1e-3, 1e6) : headLength);

    private static float? ReadSoftCap(JsonSettings values, string key, double absent) =>
        (float)values.Number(key, absent, 0, 1e6) is > 0 and var cap ? cap : null;

    // A window as long as the context leaves nothing out.
    private static int? ReadWindow(JsonSettings values, string architecture, int context)
    {
        if (architecture is "qwen2" or "qwen3" && !values.Flag("use_sliding_window", false))
        {
            return null;
        }

        int? absent = architecture is "gemma2" or "gemma3" ? 4096 : null;
        return (values.OptionalInteger("sliding_window", int.MaxValue) ?? absent) is { } window && window < context ? window : null;
    }

    private static bool[]? ReadSlidingLayers(JsonSettings values, string architecture, int layers, int fullAttentionEvery)
    {
        if (values.Texts("layer_types", MaximumLayers) is { } types)
        {
            return types.Length == layers
                ? Array.ConvertAll(types, type => type switch
                {
                    "sliding_attention" => true,
                    "full_attention" => false,
                    _ => throw values.Error("layer_types", $"The kind of layer '{type}' is not supported."),
                })
                : throw values.Error("layer_types", $"The list says something of {types.Length} layers; the model has {layers}.");
        }

        if (architecture is "qwen2" or "qwen3")
        {
            int full = values.OptionalInteger("max_window_layers", int.MaxValue) ?? 28;
            return [.. Enumerable.Range(0, layers).Select(i => i >= full)];
        }

        string key = values.Has("sliding_window_pattern") ? "sliding_window_pattern" : "_sliding_window_pattern";
        return ModelConfig.FullEvery(fullAttentionEvery == 0 ? 0 : values.Integer(key, int.MaxValue, fullAttentionEvery), layers);
    }
}
