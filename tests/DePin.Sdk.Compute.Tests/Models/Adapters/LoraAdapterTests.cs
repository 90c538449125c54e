using System.Text.Json;
using DePin.Sdk.Compute.Gguf;
using DePin.Sdk.Compute.Inference;
using DePin.Sdk.Compute.Models;
using DePin.Sdk.Compute.Models.Adapters;
using DePin.Sdk.Compute.Models.HuggingFace;
using DePin.Sdk.Compute.Tests.Gguf;
using DePin.Sdk.Compute.Tests.Models.HuggingFace;
using DePin.Sdk.Compute.Tests.Safetensors;

namespace DePin.Sdk.Compute.Tests.Models.Adapters;

public sealed class LoraAdapterTests : IDisposable
{
    private const int Rank = 4;
    private readonly TinyFolder _folder = new(new TinyModel());
    private readonly ModelFile _gguf;
    private readonly ModelFile _huggingFace;

    public LoraAdapterTests()
    {
        _gguf = ModelFile.FromGguf(GgufFile.Parse(_folder.Content));
        _huggingFace = _folder.Open();
    }

    public void Dispose()
    {
        _gguf.Dispose();
        _huggingFace.Dispose();
    }

    [Fact]
    public void Peft_OnGgufBase_ReordersRowsOfQueriesAndKeys()
    {
        var plain = Peft(_huggingFace);
        var reordered = Peft(_gguf);
        Assert.Equal(["blk.0.attn_k.weight", "blk.0.attn_q.weight", "blk.0.ffn_down.weight"], plain.Pairs.Keys.Order());
        AssertEqualPairs(plain.Pairs["blk.0.ffn_down.weight"], reordered.Pairs["blk.0.ffn_down.weight"], static row => row);
        AssertEqualPairs(plain.Pairs["blk.0.attn_q.weight"], reordered.Pairs["blk.0.attn_q.weight"], ToHalves);
        AssertEqualPairs(plain.Pairs["blk.0.attn_k.weight"], reordered.Pairs["blk.0.attn_k.weight"], ToHalves);
    }

    [Fact]
    public void Gguf_OnHuggingFaceBase_ReordersRowsOfQueriesAndKeys()
    {
        using var file = GgufFile.Parse(GgufAdapter().Build());
        var plain = GgufAdapterReader.Read(file, _gguf, 1);
        var reordered = GgufAdapterReader.Read(file, _huggingFace, 1);
        AssertEqualPairs(reordered.Pairs["blk.0.attn_q.weight"], plain.Pairs["blk.0.attn_q.weight"], ToHalves);
        AssertEqualPairs(reordered.Pairs["blk.0.ffn_up.weight"], plain.Pairs["blk.0.ffn_up.weight"], static row => row);
    }

    [Theory]
    [InlineData("{\"lora_alpha\":16}", 4)]
    [InlineData("{\"lora_alpha\":16,\"use_rslora\":true}", 8)]
    [InlineData("{\"lora_alpha\":16,\"alpha_pattern\":{\"self_attn.k_proj\":2,\"down_proj\":32}}", 8)]
    [InlineData("{}", 2)]
    public void Peft_Scale_IsMultipliedIntoB(string config, double scale)
    {
        var pair = Peft(_huggingFace, config).Pairs["blk.0.ffn_down.weight"];
        float[] stored = Noise(32 * Rank, 6);
        Assert.Equal(stored.Select(v => (float)(v * scale)), pair.B);
        Assert.Equal(Noise(Rank * 64, 5), pair.A);
        Assert.Equal((Rank, 64, 32), (pair.Rank, pair.Columns, pair.Rows));
    }

    [Theory]
    [InlineData(8f, 2)]
    [InlineData(0f, 1)]
    public void Gguf_Scale_IsMultipliedIntoB(float alpha, float scale)
    {
        using var file = GgufFile.Parse(GgufAdapter(alpha).Build());
        Assert.Equal(Noise(64 * Rank, 4).Select(v => v * scale), GgufAdapterReader.Read(file, _gguf, 1).Pairs["blk.0.ffn_up.weight"].B);
        Assert.Equal(Noise(64 * Rank, 4).Select(v => v * scale * 0.5f), GgufAdapterReader.Read(file, _gguf, 0.5f).Pairs["blk.0.ffn_up.weight"].B);
    }

    [Theory]
    [InlineData("{\"peft_type\":\"IA3\"}", "peft_type")]
    [InlineData("{\"use_dora\":true}", "use_dora")]
    [InlineData("{\"lora_alpha\":\"much\"}", "lora_alpha")]
    [InlineData("{\"alpha_pattern\":{\"(q|k)_proj\":2}}", "alpha_pattern.(q|k)_proj")]
    public void Peft_SettingThatIsNotSupported_IsNamed(string config, string subject)
    {
        var error = Assert.Throws<ModelFormatException>(() => Peft(_huggingFace, config));
        Assert.Equal((subject, "adapter_config.json"), (error.Subject, error.File));
    }

    [Theory]
    [InlineData("base_model.model.model.layers.0.mlp.down_proj.lora_A.weight", "blk.0.ffn_down.weight", 4, 63)]
    [InlineData("base_model.model.model.layers.9.mlp.down_proj.lora_A.weight", "blk.9.ffn_down.weight", 4, 64)]
    [InlineData("base_model.model.model.embed_tokens.lora_A.weight", "embedding", 4, 32)]
    [InlineData("base_model.model.lm_head.weight", "more than pairs", 4, 32)]
    [InlineData("base_model.model.model.layers.0.input_layernorm.lora_A.weight", "no matrix", 4, 32)]
    public void Peft_TensorThatDoesNotFit_IsNamed(string name, string message, int rows, int columns)
    {
        var weights = new SafetensorsBuilder().Add(name, [rows, columns], new float[rows * columns])
            .Add(name.Replace("lora_A", "lora_B", StringComparison.Ordinal) + (name.Contains("lora_A", StringComparison.Ordinal) ? "" : "2"), [32, 4], new float[32 * 4]);
        var error = Assert.Throws<ModelFormatException>(() => Peft(_huggingFace, "{}", weights.Build()));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.NotNull(error.Subject);
        Assert.Equal("adapter_model.safetensors", error.File);
    }

    [Fact]
    public void Peft_HalfOfAPair_IsNamed()
    {
        byte[] weights = new SafetensorsBuilder().Add("base_model.model.model.layers.0.mlp.up_proj.lora_A.weight", [4, 32], new float[128]).Build();
        Assert.Contains("other matrix", Assert.Throws<ModelFormatException>(() => Peft(_gguf, "{}", weights)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("general.type", "model")]
    [InlineData("adapter.type", "control-vector")]
    [InlineData("general.architecture", "qwen2")]
    public void Gguf_OtherKindOfFile_IsRefused(string key, string value)
    {
        var builder = GgufAdapter(skip: key).Add(key, value);
        using var file = GgufFile.Parse(builder.Build());
        Assert.Equal(key, Assert.Throws<ModelFormatException>(() => GgufAdapterReader.Read(file, _gguf, 1)).Subject);
    }

    [Fact]
    public void Load_FilesOnDisk_AreFoundByWhatTheyAre()
    {
        string path = Directory.CreateTempSubdirectory().FullName;
        try
        {
            File.WriteAllText(Path.Combine(path, "adapter_config.json"), "{}");
            File.WriteAllBytes(Path.Combine(path, "adapter_model.safetensors"), PeftWeights());
            File.WriteAllBytes(Path.Combine(path, "adapter.gguf"), GgufAdapter().Build());
            Assert.Equal(3, LoraAdapter.Load(path, _gguf).Pairs.Count);
            Assert.Equal(3, LoraAdapter.Load(Path.Combine(path, "adapter_model.safetensors"), _gguf).Pairs.Count);
            Assert.Equal(2, LoraAdapter.Load(Path.Combine(path, "adapter.gguf"), _gguf, 0.5f).Pairs.Count);
            Assert.Throws<ArgumentOutOfRangeException>(() => LoraAdapter.Load(path, _gguf, float.NaN));
            Assert.Throws<FileNotFoundException>(() => LoraAdapter.Load(Path.Combine(path, "none.gguf"), _gguf));
        }
        finally
        {
            Directory.Delete(path, recursive: true);
        }
    }

    private static LoraAdapter Peft(ModelFile model, string config = "{}", byte[]? weights = null)
    {
        var folder = new HuggingFaceFolder("/adapter", name => name switch
        {
            "adapter_config.json" => FileBytes.Copy(JsonSerializer.SerializeToUtf8Bytes(JsonDocument.Parse(config))),
            "adapter_model.safetensors" => FileBytes.Copy(weights ?? PeftWeights()),
            _ => null,
        });
        return PeftReader.Read(folder, model, 1);
    }

    internal static byte[] PeftWeights()
    {
        var builder = new SafetensorsBuilder();
        void Add(string module, int columns, int rows, int seed)
        {
            builder.Add($"base_model.model.model.layers.0.{module}.lora_A.weight", [Rank, columns], Noise(Rank * columns, seed));
            builder.Add($"base_model.model.model.layers.0.{module}.lora_B.weight", [rows, Rank], Noise(rows * Rank, seed + 1));
        }

        Add("self_attn.q_proj", 32, 32, 1);
        Add("self_attn.k_proj", 32, 16, 3);
        Add("mlp.down_proj", 64, 32, 5);
        return builder.Build();
    }

    internal static GgufBuilder GgufAdapter(float alpha = 8, string? skip = null)
    {
        var builder = new GgufBuilder().Add("adapter.lora.alpha", alpha);
        foreach (var (key, value) in ((string, string)[])[("general.type", "adapter"), ("adapter.type", "lora"), ("general.architecture", "llama")])
        {
            if (key != skip)
            {
                builder.Add(key, value);
            }
        }

        return builder
            .AddTensor("blk.0.attn_q.weight.lora_a", [32, Rank], Noise(32 * Rank, 1)).AddTensor("blk.0.attn_q.weight.lora_b", [Rank, 32], Noise(32 * Rank, 2))
            .AddTensor("blk.0.ffn_up.weight.lora_a", [32, Rank], Noise(32 * Rank, 3)).AddTensor("blk.0.ffn_up.weight.lora_b", [Rank, 64], Noise(64 * Rank, 4));
    }

    private static float[] Noise(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() - 0.5f)];
    }

    /// <summary>Where a row of neighbouring pairs lies when halves are rotated, for heads of 8.</summary>
    private static int ToHalves(int row) => row - (row % 8) + (row % 2 * 4) + (row % 8 / 2);

    private static void AssertEqualPairs(LoraPair halves, LoraPair pairs, Func<int, int> rowOf)
    {
        Assert.Equal(halves.A, pairs.A);
        Assert.Equal((halves.Rows, halves.Columns, halves.Rank), (pairs.Rows, pairs.Columns, pairs.Rank));
        for (int row = 0; row < pairs.Rows; row++)
        {
            Assert.Equal(halves.B.AsSpan(rowOf(row) * Rank, Rank), pairs.B.AsSpan(row * Rank, Rank));
        }
    }
}
