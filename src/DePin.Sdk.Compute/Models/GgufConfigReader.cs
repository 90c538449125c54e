using DePin.Sdk.Compute.Gguf;

namespace DePin.Sdk.Compute.Models;

/// <summary>Reads hyper-parameters, with the defaults that the format gives them.</summary>
internal static class GgufConfigReader
{
    private const int MaximumContextLength = 1 << 26;

    public static ModelConfig Read(GgufFile file)
    {
        var metadata = file.Metadata;
        if (!metadata.TryGetString("general.architecture", out string? architecture))
        {
            throw new ModelFormatException("The file does not say its architecture.", -1, "general.architecture");
        }

        if (architecture is not ("llama" or "qwen2"))
        {
            throw Error(metadata, "general.architecture", $"The architecture '{architecture}' is not supported; llama and qwen2 are.");
        }

        if (!file.Tensors.TryGetValue("token_embd.weight", out var embedding))
        {
            throw new ModelFormatException("The tensor is missing.", -1, "token_embd.weight");
        }

        int Integer(string name, int maximum, int? absent = null) => ReadInteger(metadata, $"{architecture}.{name}", maximum, absent);
        int embeddingLength = Integer("embedding_length", int.MaxValue);
        int heads = Integer("attention.head_count", embeddingLength);
        int keyValueHeads = Integer("attention.head_count_kv", heads, heads);
        if (heads % keyValueHeads != 0)
        {
            throw Error(metadata, $"{architecture}.attention.head_count_kv", $"{heads} query heads do not divide into {keyValueHeads} groups.");
        }

        int headLength = Integer("attention.key_length", embeddingLength, embeddingLength / heads);
        if (Integer("attention.value_length", embeddingLength, headLength) != headLength)
        {
            throw Error(metadata, $"{architecture}.attention.value_length", "Keys and values of different widths are not supported.");
        }

        // The widths of the projections must be countable; the tensors then have to match them.
        if ((long)heads * headLength > int.MaxValue)
        {
            throw Error(metadata, $"{architecture}.attention.key_length", $"{heads} heads of {headLength} elements are too wide.");
        }

        int ropeLength = Integer("rope.dimension_count", headLength, headLength);
        if (ropeLength % 2 != 0)
        {
            throw Error(metadata, $"{architecture}.rope.dimension_count", $"The number of rotated elements, {ropeLength}, is odd.");
        }

        return new ModelConfig
        {
            Architecture = architecture,
            ContextLength = Integer("context_length", MaximumContextLength),
            EmbeddingLength = embeddingLength,
            BlockCount = Integer("block_count", file.Tensors.Count),
            HeadCount = heads,
            KeyValueHeadCount = keyValueHeads,
            HeadLength = headLength,
            FeedForwardLength = Integer("feed_forward_length", int.MaxValue),
            NormEpsilon = (float)ReadNumber(metadata, $"{architecture}.attention.layer_norm_rms_epsilon", 1e-5, 0, 1),
            AttentionScale = 1 / MathF.Sqrt(headLength),
            Rope = ReadRope(file, architecture, ropeLength),
            VocabularySize = (int)Math.Min(embedding.Rows, int.MaxValue),
        };
    }

    private static RopeConfig ReadRope(GgufFile file, string architecture, int length)
    {
        double[] frequencies = RopeConfig.Unscaled(ReadNumber(file.Metadata, $"{architecture}.rope.freq_base", 10000, 1, 1e12), length);
        double scale = ReadRopeScale(file.Metadata, architecture);
        var factors = new float[frequencies.Length];
        Array.Fill(factors, 1);
        if (file.Tensors.TryGetValue("rope_freqs.weight", out var tensor))
        {
            if (tensor.Columns != factors.Length || tensor.Rows != 1)
            {
                throw new ModelFormatException($"There must be {factors.Length} rope frequency factors.", tensor.EntryOffset, tensor.Name);
            }

            file.ReadRows(tensor, 0, factors);
            if (Array.Exists(factors, static f => !(f > 0)))
            {
                throw new ModelFormatException("A rope frequency factor is not positive.", tensor.FileOffset, tensor.Name);
            }
        }

        for (int i = 0; i < frequencies.Length; i++)
        {
            frequencies[i] = frequencies[i] / scale / factors[i];
        }

        return new RopeConfig { Frequencies = frequencies, RotatesHalves = architecture == "qwen2" };
    }

    private static double ReadRopeScale(GgufMetadata metadata, string architecture)
    {
        string key = $"{architecture}.rope.scaling.type";
        if (!metadata.TryGetString(key, out string? type) || type == "none")
        {
            return 1;
        }

        if (type != "linear")
        {
            throw Error(metadata, key, $"The rope scaling '{type}' is not supported; none and linear are, and frequency factors in rope_freqs.weight.");
        }

        return ReadNumber(metadata, $"{architecture}.rope.scaling.factor", 1, 1e-3, 1e6);
    }

    private static int ReadInteger(GgufMetadata metadata, string key, int maximum, int? absent)
    {
        if (!metadata.TryGetInteger(key, out long value))
        {
            return absent ?? throw new ModelFormatException("The hyper-parameter is missing.", -1, key);
        }

        if (value < 1 || value > maximum)
        {
            throw Error(metadata, key, $"The hyper-parameter is {value}; it must lie between 1 and {maximum}.");
        }

        return (int)value;
    }

    private static double ReadNumber(GgufMetadata metadata, string key, double absent, double minimum, double maximum)
    {
        if (!metadata.TryGetNumber(key, out double value))
        {
            return absent;
        }

        // Written so that NaN fails too.
        if (!(value >= minimum && value <= maximum))
        {
            throw Error(metadata, key, $"The hyper-parameter is {value}; it must lie between {minimum} and {maximum}.");
        }

        return value;
    }

    private static ModelFormatException Error(GgufMetadata metadata, string key, string message) => new(message, metadata.OffsetOf(key), key);
}
