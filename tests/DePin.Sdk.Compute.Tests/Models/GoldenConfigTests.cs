using System.Text.Json;
using DePin.Sdk.Compute.Models;
using DePin.Sdk.Compute.Tests.Inference;

namespace DePin.Sdk.Compute.Tests.Models;

/// <summary>Descriptions read from model files against those that the files were written from.</summary>
public sealed class GoldenConfigTests
{
    public static TheoryData<string, string, string> Cases => GoldenArchitectureTests.Exact;

    [Theory]
    [MemberData(nameof(Cases))]
    public void Config_TinyModel_IsTheOneItWasWrittenFrom(string name, string form, string golden)
    {
        var model = new GoldenModel(name);
        var wanted = model.Case(golden).GetProperty("description");
        using var file = model.Open(form, golden);
        var config = file.Config;
        Assert.Equal(model.Architecture, config.Architecture);
        Assert.Equal(model.ContextLength, config.ContextLength);
        Assert.Equal(Integer(wanted, "width"), config.EmbeddingLength);
        Assert.Equal(Integer(wanted, "layers"), config.BlockCount);
        Assert.Equal(Integer(wanted, "heads"), config.HeadCount);
        Assert.Equal(Integer(wanted, "kv_heads"), config.KeyValueHeadCount);
        Assert.Equal(Integer(wanted, "head"), config.HeadLength);
        Assert.Equal(Integer(wanted, "feed"), config.FeedForwardLength);
        Assert.Equal(Integer(wanted, "vocabulary"), config.VocabularySize);
        Assert.Equal(Number(wanted, "epsilon"), config.NormEpsilon);
        Assert.Equal(wanted.GetProperty("gelu").GetBoolean() ? FeedForwardActivation.GeluTanh : FeedForwardActivation.Silu, config.Activation);
        Assert.Equal(Number(wanted, "embedding_scale")!.Value, config.EmbeddingScale, 1e-5f);
        Assert.Equal(Number(wanted, "attention_scale")!.Value, config.AttentionScale, 1e-6f);
        Assert.Equal(Number(wanted, "attention_cap"), config.AttentionSoftCap);
        Assert.Equal(Number(wanted, "logit_cap"), config.LogitSoftCap);
        Assert.Equal(wanted.GetProperty("qk_norm").GetBoolean(), config.HasQueryKeyNorm);
        Assert.Equal(wanted.GetProperty("post_norms").GetBoolean(), config.HasPostNorms);
        Assert.Equal(wanted.GetProperty("window") is { ValueKind: JsonValueKind.Number } window ? window.GetInt32() : null, config.SlidingWindow);
        bool[] slides = [.. wanted.GetProperty("slides").EnumerateArray().Select(e => e.GetBoolean())];
        Assert.Equal(slides, Enumerable.Range(0, config.BlockCount).Select(config.IsSliding));
        int context = model.Case(golden).TryGetProperty("context", out var given) ? given.GetInt32() : model.ContextLength;
        for (int layer = 0; layer < config.BlockCount; layer++)
        {
            string rope = slides[layer] && wanted.GetProperty("sliding_rope").ValueKind == JsonValueKind.Object ? "sliding_rope" : "rope";
            CompareRope(wanted.GetProperty(rope), config.RopeOf(layer, context));
            Assert.Equal(form == "hf" || model.Architecture != "llama", config.RopeOf(layer, context).RotatesHalves);
        }
    }

    private static void CompareRope(JsonElement wanted, RopeConfig rope)
    {
        double[] frequencies = [.. wanted.GetProperty("frequencies").EnumerateArray().Select(e => e.GetDouble())];
        Assert.Equal(frequencies.Length, rope.Frequencies.Count);
        Assert.All(frequencies.Zip(rope.Frequencies), pair => Assert.Equal(1, pair.Second / pair.First, 1e-6));
        Assert.Equal(Number(wanted, "magnitude")!.Value, rope.Magnitude, 1e-6f);
    }

    private static int Integer(JsonElement element, string name) => element.GetProperty(name).GetInt32();

    private static float? Number(JsonElement element, string name) =>
        element.GetProperty(name) is { ValueKind: JsonValueKind.Number } number ? number.GetSingle() : null;
}
