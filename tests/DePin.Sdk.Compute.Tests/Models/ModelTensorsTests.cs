using DePin.Sdk.Compute.Gguf;
using DePin.Sdk.Compute.Models;
using DePin.Sdk.Compute.Tests.Gguf;

namespace DePin.Sdk.Compute.Tests.Models;

public sealed class ModelTensorsTests
{
    [Theory]
    [InlineData("llama")]
    [InlineData("qwen2")]
    [InlineData("qwen3")]
    [InlineData("gemma2")]
    [InlineData("gemma3")]
    [InlineData("phi3")]
    public void Constructor_EachArchitecture_FindsEveryRole(string architecture)
    {
        using var file = Open(new TinyModel { Architecture = architecture, Layers = 2 }.Build());
        var tensors = new ModelTensors(file);
        Assert.Equal(2, tensors.Layers.Count);
        var layer = tensors.Layers[1];
        Assert.Equal((32, 16, 16, 32), (layer.Query.Rows, layer.Key.Rows, layer.Value.Rows, layer.Output.Rows));
        Assert.Equal((64, 64, 32), (layer.Gate.Rows, layer.Up.Rows, layer.Down.Rows));
        Assert.Equal((32, 32, 64), (layer.Query.Columns, layer.Output.Columns, layer.Down.Columns));
        Assert.Equal(architecture is "qwen3" or "gemma3", layer.QueryNorm is not null && layer.KeyNorm is not null);
        Assert.Equal(architecture is "gemma2" or "gemma3", layer.AttentionPostNorm is not null && layer.FeedForwardPostNorm is not null);
    }

    [Fact]
    public void Constructor_FusedTensors_SplitsThemByRows()
    {
        using var file = Open(new TinyModel { Architecture = "phi3", HasBias = true }.Build());
        var layer = new ModelTensors(file).Layers[0];
        Assert.Equal((0, 32, 48), (layer.Query.FirstRow, layer.Key.FirstRow, layer.Value.FirstRow));
        Assert.Equal((0, 64), (layer.Gate.FirstRow, layer.Up.FirstRow));
        Assert.Same(layer.Query.Tensor, layer.Value.Tensor);
        float[] bias = new float[64];
        file.Tensors["blk.0.attn_qkv.bias"].ReadRow(0, bias);
        Assert.Equal<float>(bias, (float[])[.. layer.QueryBias!, .. layer.KeyBias!, .. layer.ValueBias!]);
    }

    [Fact]
    public void Constructor_WithoutOutput_UsesTheEmbedding()
    {
        using var file = Open(new TinyModel { HasOutput = false }.Build());
        var tensors = new ModelTensors(file);
        Assert.Equal(tensors.Embedding, tensors.Output);
    }

    [Fact]
    public void Constructor_TensorWithoutPart_IsRefused()
    {
        using var file = Open(new TinyModel().Build().AddTensor("blk.0.attn_output.bias", [32], new float[32]));
        Assert.Equal("blk.0.attn_output.bias", Assert.Throws<ModelFormatException>(() => new ModelTensors(file)).Subject);
    }

    [Fact]
    public void ReadRow_BeyondTheTensor_Throws()
    {
        using var file = Open(new TinyModel().Build());
        var tensor = file.Tensors["output_norm.weight"];
        Assert.Throws<ArgumentOutOfRangeException>(() => tensor.ReadRow(1, new float[32]));
        Assert.Throws<ArgumentException>(() => tensor.ReadRow(0, new float[31]));
    }

    private static ModelFile Open(GgufBuilder builder) => ModelFile.FromGguf(GgufFile.Parse(builder.Build()));
}
