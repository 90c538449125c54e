using DePin.Sdk.Compute.Gguf;
using DePin.Sdk.Compute.Models;
using DePin.Sdk.Compute.Models.HuggingFace;
using DePin.Sdk.Compute.Tests.Gguf;
using DePin.Sdk.Compute.Tests.Inference;
using DePin.Sdk.Compute.Tests.Tokenizers.HuggingFace;
using Microsoft.Extensions.AI;

namespace DePin.Sdk.Compute.Tests.Models.HuggingFace;

public sealed class HuggingFaceModelFileTests
{
    private static readonly int[] Tokens = [72, 258, 101, 3, 250, 17, 33, 90, 101, 101, 5, 64];

    [Theory]
    [InlineData("llama", 1)]
    [InlineData("llama", 3)]
    [InlineData("qwen2", 1)]
    [InlineData("qwen3", 1)]
    [InlineData("gemma2", 2)]
    [InlineData("gemma3", 1)]
    [InlineData("phi3", 1)]
    public void Open_SameModelAsGguf_ComputesTheSame(string architecture, int shards)
    {
        var model = new TinyModel { Architecture = architecture, Layers = 2, HasOutput = architecture is not ("gemma2" or "gemma3"), HasBias = architecture is "qwen2" or "llama" };
        var folder = new TinyFolder(model, shards: shards);
        using var gguf = ModelFile.FromGguf(GgufFile.Parse(folder.Content));
        using var file = folder.Open();
        double[] expected = new ReferenceTransformer(gguf).Logits(Tokens);
        double[] actual = new ReferenceTransformer(file).Logits(Tokens);
        Assert.InRange(expected.Zip(actual, (a, b) => Math.Abs(a - b)).Max(), 0, architecture.StartsWith("gemma", StringComparison.Ordinal) ? 1e-5 : 1e-9);
        Assert.Equal("tiny", file.Name);
    }

    [Fact]
    public async Task Create_FolderWithTokenizer_AnswersLikeTheGgufFile()
    {
        var folder = new TinyFolder(new TinyModel { Layers = 2 });
        folder.AddTokenizer();
        var options = new ChatOptions { Temperature = 0, MaxOutputTokens = 12 };
        using var fromFolder = LocalModel.Create(folder.Open(), TestFiles.Options());
        using var fromGguf = LocalModel.Create(ModelFile.FromGguf(GgufFile.Parse(folder.Content)), TestFiles.Options());
        string[] answers = new string[2];
        foreach (var (model, i) in ((LocalModel, int)[])[(fromFolder, 0), (fromGguf, 1)])
        {
            using var client = new LocalChatClient(model);
            answers[i] = (await client.GetResponseAsync("hello world 12", options)).Text;
        }

        Assert.NotEmpty(answers[0]);
        Assert.Equal(answers[1], answers[0]);
        Assert.True(fromFolder.Tokenizer.IsEndOfGeneration(fromFolder.Tokenizer.VocabularySize - 1));
    }

    [Theory]
    [InlineData("F16", GgufTensorType.F16)]
    [InlineData("BF16", GgufTensorType.BF16)]
    public void Open_HalfPrecision_KeepsTheType(string name, GgufTensorType type)
    {
        using var file = new TinyFolder(new TinyModel(), name).Open();
        Assert.All(file.Tensors.Values, t => Assert.Equal(type, t.Type));
        Assert.NotNull(new ModelTensors(file).Layers[0].AttentionNorm);
    }

    [Fact]
    public void Open_WithoutSafetensors_NamesTheFile()
    {
        var folder = new TinyFolder(new TinyModel());
        folder.Files.Remove("model.safetensors");
        Assert.Equal("model.safetensors", Assert.Throws<ModelFormatException>(() => folder.Open()).File);
        Assert.Equal("config.json", Assert.Throws<ModelFormatException>(() => new HuggingFaceModelFile(folder.FolderWithout("config.json"), null)).File);
    }

    [Fact]
    public void Open_MissingShard_NamesIt()
    {
        var folder = new TinyFolder(new TinyModel(), shards: 3);
        folder.Files.Remove("model-00002-of-00003.safetensors");
        var error = Assert.Throws<ModelFormatException>(() => folder.Open());
        Assert.Equal("model-00002-of-00003.safetensors", error.File);
        Assert.Contains("is missing", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../model.safetensors")]
    [InlineData("/etc/passwd")]
    [InlineData("..\\\\x")]
    [InlineData("C:x")]
    [InlineData("")]
    [InlineData("..")]
    public void Open_IndexThatPointsElsewhere_IsRefused(string shard)
    {
        var folder = new TinyFolder(new TinyModel());
        folder.SetText("model.safetensors.index.json", $$$"""{"weight_map":{"model.norm.weight":"{{{shard}}}"}}""");
        var error = Assert.Throws<ModelFormatException>(() => folder.Open());
        Assert.Equal("weight_map.model.norm.weight", error.Subject);
        Assert.Equal("model.safetensors.index.json", error.File);
    }

    [Fact]
    public void Open_IndexWithTensorThatIsNotThere_NamesBoth()
    {
        var folder = new TinyFolder(new TinyModel());
        folder.SetText("model.safetensors.index.json", """{"weight_map":{"model.nothing":"model.safetensors"}}""");
        var error = Assert.Throws<ModelFormatException>(() => folder.Open());
        Assert.Equal(("model.nothing", "model.safetensors"), (error.Subject, error.File));
    }

    [Theory]
    [InlineData("model_type", "mamba")]
    [InlineData("hidden_act", "relu")]
    [InlineData("hidden_size", 0)]
    [InlineData("hidden_size", 1e12)]
    [InlineData("num_attention_heads", "four")]
    [InlineData("num_key_value_heads", 3)]
    [InlineData("num_hidden_layers", 1_000_000)]
    [InlineData("rms_norm_eps", -1.0)]
    [InlineData("rope_theta", 0.5)]
    [InlineData("max_position_embeddings", null)]
    [InlineData("tie_word_embeddings", 1)]
    public void Open_WrongSetting_IsNamed(string key, object? value)
    {
        var folder = new TinyFolder(new TinyModel()) { Config = { [key] = value } };
        var error = Assert.Throws<ModelFormatException>(() => folder.Open());
        Assert.Equal((key, "config.json"), (error.Subject, error.File));
    }

    [Fact]
    public void Open_DynamicRope_IsRefusedByName()
    {
        var folder = new TinyFolder(new TinyModel()) { Config = { ["rope_scaling"] = new { type = "dynamic", factor = 2.0 } } };
        Assert.Contains("'dynamic'", Assert.Throws<ModelFormatException>(() => folder.Open()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_SpareOrMissingTensor_IsNamed()
    {
        var folder = new TinyFolder(new TinyModel { HasOutput = false }) { Config = { ["tie_word_embeddings"] = false } };
        Assert.Equal("lm_head.weight", Assert.Throws<ModelFormatException>(() => folder.Open()).Subject);
        folder = new TinyFolder(new TinyModel());
        folder.Files["model.safetensors"] = new Safetensors.SafetensorsBuilder().Add("model.layers.0.self_attn.extra.weight", [1], [1]).Build();
        Assert.Equal("model.layers.0.self_attn.extra.weight", Assert.Throws<ModelFormatException>(() => folder.Open()).Subject);
        folder.Files["model.safetensors"] = new Safetensors.SafetensorsBuilder().Add("model.norm.weight", "I8", [4], new byte[4]).Build();
        Assert.Contains("I8", Assert.Throws<ModelFormatException>(() => folder.Open()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ChatTemplate_FileTextOrList_IsFound()
    {
        var folder = new TinyFolder(new TinyModel());
        Assert.Null(folder.Open().ChatTemplate);
        folder.SetText("tokenizer_config.json", """{"chat_template":"one"}""");
        Assert.Equal("one", folder.Open().ChatTemplate);
        folder.SetText("tokenizer_config.json", """{"chat_template":[{"name":"tool_use","template":"no"},{"name":"default","template":"two"}]}""");
        Assert.Equal("two", folder.Open().ChatTemplate);
        folder.SetText("chat_template.jinja", "three");
        Assert.Equal("three", folder.Open().ChatTemplate);
    }

    [Fact]
    public void ReadEndTokens_GenerationConfigBeforeConfig()
    {
        var folder = new TinyFolder(new TinyModel()) { Config = { ["eos_token_id"] = 7 } };
        Assert.Equal<int>([7], ((HuggingFaceModelFile)folder.Open()).ReadEndTokens());
        folder.SetText("generation_config.json", """{"eos_token_id":[3,4]}""");
        Assert.Equal<int>([3, 4], ((HuggingFaceModelFile)folder.Open()).ReadEndTokens());
        folder.SetText("generation_config.json", """{"eos_token_id":5000}""");
        Assert.Throws<ModelFormatException>(() => ((HuggingFaceModelFile)folder.Open()).ReadEndTokens());
    }

    [Fact]
    public void ReadTokenizer_OfAFolder_HasTheTokensOfTheModelAndItsEnds()
    {
        var folder = new TinyFolder(new TinyModel { Architecture = "qwen2" });
        folder.SetText("tokenizer.json", HuggingFaceFiles.Bpe());
        folder.SetText("generation_config.json", """{"eos_token_id":[5,6]}""");
        using var model = folder.Open();
        var tokenizer = model.ReadTokenizer();
        Assert.Equal(model.Config.VocabularySize, tokenizer.VocabularySize);
        Assert.True(tokenizer.IsEndOfGeneration(5) && tokenizer.IsEndOfGeneration(6));
        Assert.Equal("hello", tokenizer.Decode(tokenizer.Encode("hello")));

        folder.SetText("tokenizer.json", "{}");
        Assert.Equal("tokenizer.json", Assert.Throws<ModelFormatException>(model.ReadTokenizer).File);
    }
}
