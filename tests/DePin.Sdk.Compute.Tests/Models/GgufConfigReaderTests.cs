using DePin.Sdk.Compute.Gguf;
using DePin.Sdk.Compute.Models;
using DePin.Sdk.Compute.Tests.Gguf;

namespace DePin.Sdk.Compute.Tests.Models;

public sealed class GgufConfigReaderTests
{
    // Both from the formulas of the papers, computed apart.
    private static readonly double[] YarnExpected =
        [1.0, 0.23717082451262847, 0.05, 0.007905694150420948, 0.0025, 0.0007905694150420948, 0.00025, 7.905694150420948e-05];

    private static readonly double[] Llama3Expected =
        [1.0, 0.0794030091792082, 0.004700753866357992, 0.0009115830921521387, 0.00017677669529663688, 3.428102195952591e-05, 6.647869871181235e-06, 1.2891731721515574e-06];

    [Theory]
    [InlineData("llama", false)]
    [InlineData("qwen2", true)]
    [InlineData("qwen3", true)]
    [InlineData("phi3", true)]
    public void Read_PlainArchitectures_DifferInTheOrderOfRotationOnly(string architecture, bool rotatesHalves)
    {
        var config = Read(new TinyModel { Architecture = architecture });
        Assert.Equal(rotatesHalves, config.Rope.RotatesHalves);
        Assert.Equal(architecture == "qwen3", config.HasQueryKeyNorm);
        Assert.Equal(
            (FeedForwardActivation.Silu, 1f, 1 / MathF.Sqrt(8), (float?)null, (float?)null, (int?)null, false, (RopeConfig?)null, (RopeConfig?)null),
            (config.Activation, config.EmbeddingScale, config.AttentionScale, config.AttentionSoftCap, config.LogitSoftCap,
                config.SlidingWindow, config.HasPostNorms, config.SlidingRope, config.LongRope));
        Assert.Equal(RopeConfig.Unscaled(10000, 8), config.Rope.Frequencies);
    }

    [Fact]
    public void Read_Gemma2_HasCapsWindowsAndScales()
    {
        var config = Read(new TinyModel { Architecture = "gemma2", Layers = 3, More = { ["attn_logit_softcapping"] = 40f } });
        Assert.Equal((40f, 30f, 4096, MathF.Sqrt(32)), (config.AttentionSoftCap, config.LogitSoftCap, config.SlidingWindow, config.EmbeddingScale));
        Assert.Equal([true, false, true], Enumerable.Range(0, 3).Select(config.IsSliding));
        Assert.Equal((FeedForwardActivation.GeluTanh, true, false), (config.Activation, config.HasPostNorms, config.HasQueryKeyNorm));
        Assert.Same(config.Rope, config.RopeOf(0, 10000));
    }

    [Fact]
    public void Read_Gemma2Of27Billion_ScalesByTheWidthOfEachHead()
    {
        var more = new Dictionary<string, object> { ["attention.key_length"] = 16u, ["attention.value_length"] = 16u };
        Assert.Equal(1 / MathF.Sqrt(8), Read(new TinyModel { Architecture = "gemma2", Layers = 46, More = more }).AttentionScale);
        Assert.Equal(0.25f, Read(new TinyModel { Architecture = "gemma2", Layers = 45, More = more }).AttentionScale);
    }

    [Fact]
    public void Read_Gemma3_RotatesWindowsAndOtherLayersDifferently()
    {
        var config = Read(new TinyModel
        {
            Architecture = "gemma3",
            Layers = 7,
            More =
            {
                ["attention.sliding_window"] = 16u,
                ["rope.freq_base"] = 1e6f,
                ["rope.scaling.type"] = "linear",
                ["rope.scaling.factor"] = 8f,
            },
        });
        Assert.Equal([true, true, true, true, true, false, true], Enumerable.Range(0, 7).Select(config.IsSliding));
        Assert.Equal(RopeConfig.Unscaled(10000, 8), config.RopeOf(0, 100).Frequencies);
        Assert.Equal(RopeConfig.Unscaled(1e6, 8).Select(f => f / 8), config.RopeOf(5, 100).Frequencies);
        Assert.Equal((true, true, (float?)null, (float?)null), (config.HasQueryKeyNorm, config.HasPostNorms, config.AttentionSoftCap, config.LogitSoftCap));
    }

    [Theory]
    [InlineData(3u)]
    [InlineData(0u)]
    public void Read_SlidingPatternAsNumber_SaysWhichLayersHaveTheWindow(uint pattern)
    {
        var config = Read(new TinyModel
        {
            Architecture = "gemma3",
            Layers = 4,
            More = { ["attention.sliding_window"] = 16u, ["attention.sliding_window_pattern"] = pattern },
        });
        Assert.Equal(pattern == 3 ? [true, true, false, true] : [true, true, true, true], Enumerable.Range(0, 4).Select(config.IsSliding));
    }

    [Fact]
    public void Read_SlidingPatternAsList_MustHaveAnEntryForEachLayer()
    {
        TinyModel Model(int layers) => new()
        {
            Architecture = "gemma3",
            Layers = layers,
            More = { ["attention.sliding_window"] = 16u, ["attention.sliding_window_pattern"] = new[] { 1, 0, 0 } },
        };
        var config = Read(Model(3));
        Assert.Equal([true, false, false], Enumerable.Range(0, 3).Select(config.IsSliding));
        Assert.Equal("gemma3.attention.sliding_window_pattern", Assert.Throws<ModelFormatException>(() => Read(Model(2))).Subject);
    }

    [Fact]
    public void Read_MistralWindow_HoldsForAllLayers()
    {
        var config = Read(new TinyModel { Layers = 2, More = { ["attention.sliding_window"] = 12u } });
        Assert.Equal(12, config.SlidingWindow);
        Assert.True(config.IsSliding(0) && config.IsSliding(1));
        Assert.Same(config.Rope, config.RopeOf(1, 1));
    }

    [Fact]
    public void Read_Phi3_HasAnotherRotationForLongContexts()
    {
        var config = Read(new TinyModel
        {
            Architecture = "phi3",
            LongRope = ([1, 1.5f, 2], [1, 4, 8]),
            More =
            {
                ["rope.dimension_count"] = 6u,
                ["rope.scaling.original_context_length"] = 32u,
                ["rope.scaling.attn_factor"] = 1.25f,
                ["attention.sliding_window"] = 0u,
            },
        });
        double[] plain = RopeConfig.Unscaled(10000, 6);
        Assert.Equal([plain[0], plain[1] / 1.5, plain[2] / 2], config.RopeOf(0, 32).Frequencies);
        Assert.Equal([plain[0], plain[1] / 4, plain[2] / 8], config.RopeOf(0, 33).Frequencies);
        Assert.Equal((1.25f, 1.25f, 6), (config.Rope.Magnitude, config.LongRope!.Magnitude, config.Rope.Length));
        Assert.Null(config.SlidingWindow);
    }

    [Fact]
    public void Read_Yarn_KeepsFastPairsAndDividesSlowOnes()
    {
        var config = Read(new TinyModel
        {
            Width = 64,
            More =
            {
                ["rope.scaling.type"] = "yarn",
                ["rope.scaling.factor"] = 4f,
                ["rope.scaling.original_context_length"] = 64u,
            },
        });
        AssertClose(YarnExpected, config.Rope.Frequencies);
        Assert.Equal(1.1386294f, config.Rope.Magnitude, 1e-6);
    }

    [Fact]
    public void Read_LinearFactorOfOldFiles_Divides()
    {
        var config = Read(new TinyModel { More = { ["rope.scale_linear"] = 4f } });
        Assert.Equal(RopeConfig.Unscaled(10000, 8).Select(f => f / 4), config.Rope.Frequencies);
        config = Read(new TinyModel { More = { ["rope.scaling.type"] = "none", ["rope.scaling.factor"] = 4f } });
        Assert.Equal(RopeConfig.Unscaled(10000, 8), config.Rope.Frequencies);
    }

    [Theory]
    [InlineData("expert_count", 8u)]
    [InlineData("attention.causal", false)]
    public void Read_VariantThatIsNotSupported_SaysSo(string key, object value) =>
        Assert.Equal($"llama.{key}", Assert.Throws<ModelFormatException>(() => Read(new TinyModel { More = { [key] = value } })).Subject);

    [Fact]
    public void Llama3_KnownNumbers_Match() => AssertClose(
        Llama3Expected, RopeScaling.Llama3(RopeConfig.Unscaled(500000, 16), 8, 1, 4, 64));

    private static ModelConfig Read(TinyModel model)
    {
        using var file = ModelFile.FromGguf(GgufFile.Parse(model.Build().Build()));
        return file.Config;
    }

    private static void AssertClose(double[] expected, IReadOnlyList<double> actual)
    {
        Assert.Equal(expected.Length, actual.Count);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], actual[i], 1e-12);
        }
    }
}
