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

    public string PreTokenizer { get; init; } = "gpt-2";

    public string? Template { get; init; } = ChatMl;

    public GgufTensorType Type { get; init; }

    public int HeadLength => Width / Heads;

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
            .Add("general.architecture", a)
            .Add($"{a}.context_length", (uint)Context)
            .Add($"{a}.embedding_length", (uint)Width)
            .Add($"{a}.block_count", (uint)Layers)
            .Add($"{a}.feed_forward_length", (uint)FeedForward)
            .Add($"{a}.attention.head_count", (uint)Heads)
            .Add($"{a}.attention.head_count_kv", (uint)KeyValueHeads)
            .Add($"{a}.attention.layer_norm_rms_epsilon", 1e-5f)
            .Add($"{a}.rope.freq_base", 10000f)
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

        int keyValue = KeyValueHeads * HeadLength;
        for (int i = 0; i < Layers; i++)
        {
            Vector(builder, $"blk.{i}.attn_norm.weight", Width, 1);
            Matrix(builder, $"blk.{i}.attn_q.weight", Width, Heads * HeadLength);
            Matrix(builder, $"blk.{i}.attn_k.weight", Width, keyValue);
            Matrix(builder, $"blk.{i}.attn_v.weight", Width, keyValue);
            Matrix(builder, $"blk.{i}.attn_output.weight", Heads * HeadLength, Width);
            Vector(builder, $"blk.{i}.ffn_norm.weight", Width, 1);
            Matrix(builder, $"blk.{i}.ffn_gate.weight", Width, FeedForward);
            Matrix(builder, $"blk.{i}.ffn_up.weight", Width, FeedForward);
            Matrix(builder, $"blk.{i}.ffn_down.weight", FeedForward, Width);
            if (HasBias)
            {
                Vector(builder, $"blk.{i}.attn_q.bias", Heads * HeadLength, 0);
                Vector(builder, $"blk.{i}.attn_k.bias", keyValue, 0);
                Vector(builder, $"blk.{i}.attn_v.bias", keyValue, 0);
            }
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
