using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using DePin.Sdk.Compute.Gguf;
using DePin.Sdk.Compute.Models;
using DePin.Sdk.Compute.Models.HuggingFace;
using DePin.Sdk.Compute.Tests.Gguf;
using DePin.Sdk.Compute.Tests.Safetensors;

namespace DePin.Sdk.Compute.Tests.Models.HuggingFace;

/// <summary>The same tiny model as a GGUF file has, in the Hugging Face layout.</summary>
internal sealed partial class TinyFolder
{
    private readonly string _architecture;

    public TinyFolder(TinyModel model, string? dataType = null, int shards = 1)
    {
        _architecture = model.Architecture;
        Content = model.Build().Build();
        Config = new Dictionary<string, object?>
        {
            ["model_type"] = model.Architecture == "gemma3" ? "gemma3_text" : model.Architecture,
            ["hidden_size"] = model.Width,
            ["num_attention_heads"] = model.Heads,
            ["num_key_value_heads"] = model.KeyValueHeads,
            ["head_dim"] = model.HeadLength,
            ["intermediate_size"] = model.FeedForward,
            ["num_hidden_layers"] = model.Layers,
            ["max_position_embeddings"] = model.Context,
            ["vocab_size"] = TinyModel.Tokens(out _).Length,
            ["rms_norm_eps"] = 1e-5,
            ["rope_theta"] = 10000.0,
            ["tie_word_embeddings"] = !model.HasOutput,
        };
        if (model.Architecture is "gemma2" or "gemma3")
        {
            Config["query_pre_attn_scalar"] = model.HeadLength;
        }

        AddWeights(model, dataType ?? "F32", shards);
    }

    /// <summary>The model as a GGUF file.</summary>
    public byte[] Content { get; }

    public Dictionary<string, object?> Config { get; }

    public Dictionary<string, byte[]> Files { get; } = [];

    public void SetText(string name, string content) => Files[name] = Encoding.UTF8.GetBytes(content);

    /// <summary>Adds the tokenizer that the GGUF file has.</summary>
    public void AddTokenizer()
    {
        string[] tokens = TinyModel.Tokens(out string[] merges);
        var markers = tokens.Select((t, i) => (Text: t, Id: i)).Where(t => t.Text.StartsWith("<|", StringComparison.Ordinal)).ToArray();
        Files["tokenizer.json"] = JsonSerializer.SerializeToUtf8Bytes(new
        {
            version = "1.0",
            added_tokens = markers.Select(m => new { id = m.Id, content = m.Text, special = true, single_word = false, lstrip = false, rstrip = false, normalized = false }),
            pre_tokenizer = new { type = "ByteLevel", add_prefix_space = false, trim_offsets = true, use_regex = true },
            decoder = new { type = "ByteLevel", add_prefix_space = true, trim_offsets = true, use_regex = true },
            model = new
            {
                type = "BPE",
                vocab = tokens.Take(markers[0].Id).Select((t, i) => (t, i)).ToDictionary(t => t.t, t => t.i),
                merges,
            },
        });
        Files["generation_config.json"] = JsonSerializer.SerializeToUtf8Bytes(new { eos_token_id = (int[])[markers[^1].Id] });
        Files["tokenizer_config.json"] = JsonSerializer.SerializeToUtf8Bytes(new { eos_token = markers[^1].Text, chat_template = TinyModel.ChatMl });
    }

    public ModelFile Open(string? name = null)
    {
        Files["config.json"] = JsonSerializer.SerializeToUtf8Bytes(Config);
        return new HuggingFaceModelFile(Folder, name);
    }

    public HuggingFaceFolder Folder => new("/models/tiny", name => Files.TryGetValue(name, out byte[]? content) ? FileBytes.Copy(content) : null);

    public HuggingFaceFolder FolderWithout(string missing) => new("/models/tiny", name => name == missing ? null : Folder.Open(name));

    private void AddWeights(TinyModel model, string dataType, int shards)
    {
        using var file = ModelFile.FromGguf(GgufFile.Parse(Content));
        var builders = Enumerable.Range(0, shards).Select(_ => new SafetensorsBuilder()).ToArray();
        var map = new Dictionary<string, string>();
        int next = 0;
        foreach (var tensor in file.Tensors.Values.Where(t => !t.Name.StartsWith("rope", StringComparison.Ordinal)))
        {
            float[] values = Read(tensor);
            if (model.Architecture == "llama" && LlamaRotated().Match(tensor.Name) is { Success: true } match)
            {
                values = Unpermute(values, tensor, match.Groups[1].Value == "q" ? model.Heads : model.KeyValueHeads);
            }

            if (model.HasPostNorms && tensor.Name.EndsWith("norm.weight", StringComparison.Ordinal))
            {
                values = Array.ConvertAll(values, v => v - 1);
            }

            string name = NameOf(tensor.Name, model.HasPostNorms);
            long[] shape = tensor.Rows == 1 ? [tensor.Columns] : [tensor.Rows, tensor.Columns];
            var type = dataType switch { "BF16" => GgufTensorType.BF16, "F16" => GgufTensorType.F16, _ => GgufTensorType.F32 };
            int shard = next++ % shards;
            builders[shard].Add(name, dataType, shape, WeightEncoder.Encode(values, type));
            map[name] = ShardName(shard, shards);
        }

        for (int i = 0; i < shards; i++)
        {
            Files[shards == 1 ? "model.safetensors" : ShardName(i, shards)] = builders[i].Build();
        }

        if (shards > 1)
        {
            Files["model.safetensors.index.json"] = JsonSerializer.SerializeToUtf8Bytes(new { metadata = new { total_size = 1 }, weight_map = map });
        }
    }

    private static float[] Read(ModelTensor tensor)
    {
        float[] values = new float[tensor.Rows * tensor.Columns];
        for (int i = 0; i < tensor.Rows; i++)
        {
            tensor.ReadRow(i, values.AsSpan(i * tensor.Columns, tensor.Columns));
        }

        return values;
    }

    /// <summary>Neighbouring pairs, as GGUF has them for Llama, become halves.</summary>
    private static float[] Unpermute(float[] values, ModelTensor tensor, int heads)
    {
        int rows = tensor.Rows == 1 ? tensor.Columns : tensor.Rows;
        int columns = values.Length / rows;
        int headRows = rows / heads;
        float[] result = new float[values.Length];
        for (int row = 0; row < rows; row++)
        {
            int within = row % headRows;
            int target = row - within + (within / 2) + (within % 2 * (headRows / 2));
            values.AsSpan(row * columns, columns).CopyTo(result.AsSpan(target * columns));
        }

        return result;
    }

    private static string ShardName(int shard, int shards) => string.Create(CultureInfo.InvariantCulture, $"model-{shard + 1:D5}-of-{shards:D5}.safetensors");

    private string NameOf(string name, bool hasPostNorms)
    {
        string[] parts = name.Split('.');
        if (parts[0] != "blk")
        {
            return name switch
            {
                "token_embd.weight" => "model.embed_tokens.weight",
                "output_norm.weight" => "model.norm.weight",
                _ => "lm_head.weight",
            };
        }

        string role = parts[2] switch
        {
            "attn_norm" => "input_layernorm",
            "attn_q" => "self_attn.q_proj",
            "attn_k" => "self_attn.k_proj",
            "attn_v" => "self_attn.v_proj",
            "attn_qkv" => "self_attn.qkv_proj",
            "attn_output" => "self_attn.o_proj",
            "attn_q_norm" => "self_attn.q_norm",
            "attn_k_norm" => "self_attn.k_norm",
            "post_attention_norm" => "post_attention_layernorm",
            "ffn_norm" => hasPostNorms ? "pre_feedforward_layernorm" : "post_attention_layernorm",
            "post_ffw_norm" => "post_feedforward_layernorm",
            "ffn_gate" => "mlp.gate_proj",
            "ffn_up" => _architecture == "phi3" ? "mlp.gate_up_proj" : "mlp.up_proj",
            _ => "mlp.down_proj",
        };
        return $"model.layers.{parts[1]}.{role}.{parts[3]}";
    }

    [GeneratedRegex("attn_(q|k)\\.(weight|bias)$")]
    private static partial Regex LlamaRotated();
}
