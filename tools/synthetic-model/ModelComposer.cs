using System.Globalization;

namespace DePin.Sdk.Tools.SyntheticModel;

/// <summary>Puts together what a file of one shape and type holds.</summary>
internal static class ModelComposer
{
    private static readonly string[] Syllables = ["ba", "do", "ka", "le", "mi", "no", "ra", "su", "ti", "ve", "wo", "ya", "pe", "gu", "ho", "zi"];

    public static GgufWriter Compose(ModelShape shape, WeightType type)
    {
        var writer = new GgufWriter();
        AddMetadata(writer, shape, type);
        AddVocabulary(writer, shape.Vocabulary);
        AddTensors(writer, shape, type);
        return writer;
    }

    private static void AddMetadata(GgufWriter writer, ModelShape shape, WeightType type)
    {
        string a = shape.Architecture;
        writer.Add("general.architecture", a);
        writer.Add("general.name", $"synthetic {shape.Name}");
        writer.Add("general.file_type", type.FileType);
        writer.Add("general.quantization_version", 2u);
        writer.Add($"{a}.context_length", (uint)shape.Context);
        writer.Add($"{a}.embedding_length", (uint)shape.Width);
        writer.Add($"{a}.block_count", (uint)shape.Layers);
        writer.Add($"{a}.feed_forward_length", (uint)shape.FeedForward);
        writer.Add($"{a}.attention.head_count", (uint)shape.Heads);
        writer.Add($"{a}.attention.head_count_kv", (uint)shape.KeyValueHeads);
        writer.Add($"{a}.attention.layer_norm_rms_epsilon", 1e-5f);
        writer.Add($"{a}.rope.freq_base", shape.RopeBase);
        writer.Add($"{a}.rope.dimension_count", (uint)shape.HeadLength);
        writer.Add($"{a}.vocab_size", (uint)shape.Vocabulary);
    }

    /// <summary>A SentencePiece vocabulary: three control tokens, the bytes, and made-up words that all differ.</summary>
    private static void AddVocabulary(GgufWriter writer, int size)
    {
        var pieces = new List<string>(size) { "<unk>", "<s>", "</s>" };
        var kinds = new List<int>(size) { 2, 3, 3 };
        for (int i = 0; i < 256; i++)
        {
            pieces.Add(string.Create(CultureInfo.InvariantCulture, $"<0x{i:X2}>"));
            kinds.Add(6);
        }

        for (int i = 0; pieces.Count < size; i++)
        {
            pieces.Add(Word(i));
            kinds.Add(1);
        }

        writer.Add("tokenizer.ggml.model", "llama");
        writer.Add("tokenizer.ggml.tokens", pieces);
        writer.Add("tokenizer.ggml.scores", [.. Enumerable.Range(0, size).Select(static i => i < 259 ? 0f : 259f - i)]);
        writer.Add("tokenizer.ggml.token_type", [.. kinds]);
        writer.Add("tokenizer.ggml.bos_token_id", 1u);
        writer.Add("tokenizer.ggml.eos_token_id", 2u);
        writer.Add("tokenizer.ggml.unknown_token_id", 0u);
        writer.Add("tokenizer.ggml.add_bos_token", true);
    }

    // Single characters come first: without them no text could be cut into pieces that then merge.
    private static string Word(int index)
    {
        const string Letters = "\u2581abcdefghijklmnopqrstuvwxyz.,!?";
        if (index < Letters.Length)
        {
            return Letters[index].ToString();
        }

        index -= Letters.Length;
        string word = "";
        for (int rest = index / 2; rest > 0 || word.Length == 0; rest /= Syllables.Length)
        {
            word += Syllables[rest % Syllables.Length];
        }

        return index % 2 == 0 ? "\u2581" + word : word;
    }

    private static void AddTensors(GgufWriter writer, ModelShape shape, WeightType type)
    {
        int query = shape.Heads * shape.HeadLength;
        int keyValue = shape.KeyValueHeads * shape.HeadLength;
        AddMatrix(writer, "token_embd.weight", type, shape.Width, shape.Vocabulary);
        for (int i = 0; i < shape.Layers; i++)
        {
            string Name(string part) => $"blk.{i}.{part}";
            AddNorm(writer, Name("attn_norm.weight"), shape.Width);
            AddMatrix(writer, Name("attn_q.weight"), type, shape.Width, query);
            AddMatrix(writer, Name("attn_k.weight"), type, shape.Width, keyValue);
            AddMatrix(writer, Name("attn_v.weight"), type, shape.Width, keyValue);
            if (shape.HasBias)
            {
                writer.AddTensor(Name("attn_q.bias"), WeightType.F32, query, 1, 0.1f);
                writer.AddTensor(Name("attn_k.bias"), WeightType.F32, keyValue, 1, 0.1f);
                writer.AddTensor(Name("attn_v.bias"), WeightType.F32, keyValue, 1, 0.1f);
            }

            AddMatrix(writer, Name("attn_output.weight"), type, query, shape.Width);
            AddNorm(writer, Name("ffn_norm.weight"), shape.Width);
            AddMatrix(writer, Name("ffn_gate.weight"), type, shape.Width, shape.FeedForward);
            AddMatrix(writer, Name("ffn_up.weight"), type, shape.Width, shape.FeedForward);
            AddMatrix(writer, Name("ffn_down.weight"), type, shape.FeedForward, shape.Width);
        }

        AddNorm(writer, "output_norm.weight", shape.Width);
        if (!shape.IsTied)
        {
            AddMatrix(writer, "output.weight", type, shape.Width, shape.Vocabulary);
        }
    }

    private static void AddNorm(GgufWriter writer, string name, int length) => writer.AddTensor(name, WeightType.F32, length, 1, 0.1f, 1);

    // A deviation of one over the root of the columns keeps the outputs as large as the inputs. Rows that do not divide into the
    // 256 weights of a K-quant block get 8 bits, as quantizing tools do.
    private static void AddMatrix(GgufWriter writer, string name, WeightType type, int columns, int rows) =>
        writer.AddTensor(name, columns % type.BlockElements == 0 ? type : WeightType.Q8, columns, rows, 1 / MathF.Sqrt(columns));
}
