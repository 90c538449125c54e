using DePin.Sdk.Compute.Gguf;

namespace DePin.Sdk.Compute.Tests.Gguf;

/// <summary>Builds whole models of a few kilobytes with random weights.</summary>
internal sealed class TinyModel
{
    public const string ChatMl =
        "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n' }}{% endfor %}" +
        "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";

    private readonly Random _random = new(7);

    public string Architecture { get; init; } = "llama";

    public int Width { get; init; } = 32;

    public int Heads { get; init; } = 4;

    public int KeyValueHeads { get; init; } = 2;

    public int FeedForward { get; init; } = 64;

    public int Layers { get; init; } = 1;

    public int Context { get; init; } = 128;

    public bool HasOutput { get; init; } = true;

    public bool HasBias { get; init; }

    public float[]? RopeFactors { get; init; }

    /// <summary>Divisors of LongRoPE for short and for long contexts.</summary>
    public (float[] Short, float[] Long)? LongRope { get; init; }

    public string PreTokenizer { get; init; } = "gpt-2";

    public string? Template { get; init; } = ChatMl;

    public GgufTensorType Type { get; init; }

    /// <summary>Whether queries, keys and values lie in one tensor, and gate and up in another, as in Phi-3.</summary>
    public bool IsFused => Architecture == "phi3";

    public bool HasQueryKeyNorm => Architecture is "qwen3" or "gemma3";

    public bool HasPostNorms => Architecture is "gemma2" or "gemma3";

    /// <summary>More hyper-parameters by their key without the architecture, in place of those that are written otherwise.</summary>
    public Dictionary<string, object> More { get; init; } = [];

    public int HeadLength => More.TryGetValue("attention.key_length", out object? length) ? (int)(uint)length : Width / Heads;

    public static string[] Tokens(out string[] merges)
    {
        merges = ["h e", "l l", "he ll", "hell o", "Ġ w", "Ġw o", "i n", "Ġ Ġ", "1 2"];
        List<string> tokens = [.. Enumerable.Range(0, 256).Select(b => Compute.Tokenizers.ByteAlphabet.ToChar((byte)b).ToString())];
        tokens.AddRange(merges.Select(m => m.Replace(" ", "", StringComparison.Ordinal)));
        tokens.AddRange(["<|endoftext|>", "<|im_start|>", "<|im_end|>"]);
        return [.. tokens];
    }

    public GgufBuilder Build()
    {
        string[] tokens = Tokens(out string[] merges);
        int[] kinds = [.. tokens.Select(t => t.StartsWith("<|", StringComparison.Ordinal) ? 3 : 1)];
        string a = Architecture;
        var builder = new GgufBuilder()
            .Add("general.architecture", a);
        foreach (var (key, value) in HyperParameters())
        {
            builder.Add($"{a}.{key}", value);
        }

        builder
            .Add("tokenizer.ggml.model", "gpt2")
            .Add("tokenizer.ggml.pre", PreTokenizer)
            .Add("tokenizer.ggml.tokens", tokens)
            .Add("tokenizer.ggml.token_type", kinds)
            .Add("tokenizer.ggml.merges", merges)
            .Add("tokenizer.ggml.eos_token_id", (uint)(tokens.Length - 1))
            .Add("tokenizer.ggml.add_bos_token", false);
        if (Template is not null)
        {
            builder.Add("tokenizer.chat_template", Template);
        }

        AddWeights(builder, tokens.Length);
        return builder;
    }

    private Dictionary<string, object> HyperParameters()
    {
        var values = new Dictionary<string, object>
        {
            ["context_length"] = (uint)Context,
            ["embedding_length"] = (uint)Width,
            ["block_count"] = (uint)Layers,
            ["feed_forward_length"] = (uint)FeedForward,
            ["attention.head_count"] = (uint)Heads,
            ["attention.head_count_kv"] = (uint)KeyValueHeads,
            ["attention.layer_norm_rms_epsilon"] = 1e-5f,
            ["rope.freq_base"] = 10000f,
        };
        foreach (var (key, value) in More)
        {
            values[key] = value;
        }

        return values;
    }

    private void AddWeights(GgufBuilder builder, int vocabulary)
    {
        Matrix(builder, "token_embd.weight", Width, vocabulary);
        Vector(builder, "output_norm.weight", Width, 1);
        if (HasOutput)
        {
            Matrix(builder, "output.weight", Width, vocabulary);
        }

        if (RopeFactors is not null)
        {
            builder.AddTensor("rope_freqs.weight", [RopeFactors.Length], RopeFactors);
        }

        if (LongRope is { } factors)
        {
            builder.AddTensor("rope_factors_short.weight", [factors.Short.Length], factors.Short);
            builder.AddTensor("rope_factors_long.weight", [factors.Long.Length], factors.Long);
        }

        for (int i = 0; i < Layers; i++)
        {
            AddAttention(builder, i);
            AddFeedForward(builder, i);
        }
    }

    private void AddAttention(GgufBuilder builder, int i)
    {
        int query = Heads * HeadLength;
        int keyValue = KeyValueHeads * HeadLength;
        Vector(builder, $"blk.{i}.attn_norm.weight", Width, 1);
        if (IsFused)
        {
            Matrix(builder, $"blk.{i}.attn_qkv.weight", Width, query + (2 * keyValue));
        }
        else
        {
            Matrix(builder, $"blk.{i}.attn_q.weight", Width, query);
            Matrix(builder, $"blk.{i}.attn_k.weight", Width, keyValue);
            Matrix(builder, $"blk.{i}.attn_v.weight", Width, keyValue);
        }

        if (HasBias && IsFused)
        {
            Vector(builder, $"blk.{i}.attn_qkv.bias", query + (2 * keyValue), 0);
        }
        else if (HasBias)
        {
            Vector(builder, $"blk.{i}.attn_q.bias", query, 0);
            Vector(builder, $"blk.{i}.attn_k.bias", keyValue, 0);
            Vector(builder, $"blk.{i}.attn_v.bias", keyValue, 0);
        }

        if (HasQueryKeyNorm)
        {
            Vector(builder, $"blk.{i}.attn_q_norm.weight", HeadLength, 1);
            Vector(builder, $"blk.{i}.attn_k_norm.weight", HeadLength, 1);
        }

        Matrix(builder, $"blk.{i}.attn_output.weight", query, Width);
        if (HasPostNorms)
        {
            Vector(builder, $"blk.{i}.post_attention_norm.weight", Width, 1);
        }
    }

    private void AddFeedForward(GgufBuilder builder, int i)
    {
        Vector(builder, $"blk.{i}.ffn_norm.weight", Width, 1);
        if (IsFused)
        {
            Matrix(builder, $"blk.{i}.ffn_up.weight", Width, 2 * FeedForward);
        }
        else
        {
            Matrix(builder, $"blk.{i}.ffn_gate.weight", Width, FeedForward);
            Matrix(builder, $"blk.{i}.ffn_up.weight", Width, FeedForward);
        }

        Matrix(builder, $"blk.{i}.ffn_down.weight", FeedForward, Width);
        if (HasPostNorms)
        {
            Vector(builder, $"blk.{i}.post_ffw_norm.weight", Width, 1);
        }
    }

    private void Vector(GgufBuilder builder, string name, int length, float mean) =>
        builder.AddTensor(name, [length], [.. Enumerable.Range(0, length).Select(_ => mean + Noise(0.3f))]);

    private void Matrix(GgufBuilder builder, string name, int columns, int rows)
    {
        float[] values = [.. Enumerable.Range(0, columns * rows).Select(_ => Noise(2 / MathF.Sqrt(columns)))];
        builder.AddTensor(name, Type, [(ulong)columns, (ulong)rows], WeightEncoder.Encode(values, Type));
    }

    private float Noise(float scale) => ((_random.NextSingle() * 2) - 1) * scale;
}
