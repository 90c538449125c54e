using DePin.Sdk.Compute.Sampling;

namespace DePin.Sdk.Compute.Tests.Sampling;

public sealed class SamplerTests
{
    private static readonly float[] Logits = [1f, 3f, 2f, -1f, 0.5f, 2.5f];

    [Fact]
    public void Sample_TemperatureZero_TakesTheLikeliest() =>
        Assert.All(Enumerable.Range(0, 50), position => Assert.Equal(1, Sample(new SamplingOptions { Temperature = 0, Seed = position }, position)));

    [Theory]
    [InlineData(1f)]
    [InlineData(0.5f)]
    [InlineData(2f)]
    public void Sample_ManyPositions_FollowsTheDistribution(float temperature)
    {
        const int Draws = 40_000;
        int[] counts = Count(new SamplingOptions { Temperature = temperature, Seed = 99 }, Draws);
        double[] weights = [.. Logits.Select(l => Math.Exp(l / temperature))];
        for (int i = 0; i < counts.Length; i++)
        {
            double p = weights[i] / weights.Sum();
            Assert.InRange(counts[i], (p * Draws) - (5 * Math.Sqrt(Draws * p)) - 5, (p * Draws) + (5 * Math.Sqrt(Draws * p)) + 5);
        }
    }

    [Theory]
    [InlineData(1, new[] { 1 })]
    [InlineData(3, new[] { 1, 2, 5 })]
    [InlineData(6, new[] { 0, 1, 2, 3, 4, 5 })]
    [InlineData(600, new[] { 0, 1, 2, 3, 4, 5 })]
    public void Sample_TopK_KeepsTheLikeliest(int topK, int[] expected) => Assert.Equal(expected, Seen(new SamplingOptions { Temperature = 1, TopK = topK }));

    [Fact]
    public void Sample_TopP_KeepsTheSmallestSetThatReachesIt()
    {
        // Probabilities in order: 0.44, 0.27, 0.16, 0.06, 0.036, 0.008.
        Assert.Equal([1], Seen(new SamplingOptions { Temperature = 1, TopP = 0.4f }));
        Assert.Equal([1, 5], Seen(new SamplingOptions { Temperature = 1, TopP = 0.6f }));
        Assert.Equal([1, 2, 5], Seen(new SamplingOptions { Temperature = 1, TopP = 0.8f }));
        Assert.Equal([0, 1, 2, 3, 4, 5], Seen(new SamplingOptions { Temperature = 1, TopP = 0.9999f }));
    }

    [Fact]
    public void Sample_TopPOfFarApartTokens_StillReachesIt()
    {
        // The tail holds half of the probability in many tokens, each far below the likeliest.
        float[] logits = new float[200_000];
        Array.Fill(logits, -12.2f);
        logits[7] = 0;
        var sampler = new Sampler(new SamplingOptions { Temperature = 1, TopP = 0.99f });
        int others = Enumerable.Range(0, 40).Count(position => sampler.Sample((float[])logits.Clone(), position, new SamplingBuffers(logits.Length)) != 7);
        Assert.InRange(others, 8, 32);
    }

    [Fact]
    public void Sample_MinP_DropsTokensFarBelowTheLikeliest()
    {
        Assert.Equal([1, 5], Seen(new SamplingOptions { Temperature = 1, MinP = 0.5f }));
        Assert.Equal([1], Seen(new SamplingOptions { Temperature = 1, MinP = 1 }));
    }

    [Fact]
    public void Sample_Penalties_LowerTokensOfTheAnswer()
    {
        int Next(SamplingOptions options, params int[] history)
        {
            var sampler = new Sampler(options);
            Array.ForEach(history, sampler.Accept);
            return sampler.Sample((float[])Logits.Clone(), 0, new SamplingBuffers(Logits.Length));
        }

        Assert.Equal(1, Next(new SamplingOptions { Temperature = 0 }, 1, 1, 1));
        Assert.Equal(5, Next(new SamplingOptions { Temperature = 0, PresencePenalty = 0.6f }, 1));
        Assert.Equal(1, Next(new SamplingOptions { Temperature = 0, PresencePenalty = 0.4f }, 1, 1, 1));
        Assert.Equal(5, Next(new SamplingOptions { Temperature = 0, FrequencyPenalty = 0.2f }, 1, 1, 1));
        Assert.Equal(5, Next(new SamplingOptions { Temperature = 0, RepetitionPenalty = 1.3f }, 1));
    }

    [Fact]
    public void Sample_SamePositionAndSeed_DoesNotDependOnWhatWasDrawnBefore()
    {
        var options = new SamplingOptions { Temperature = 1, Seed = 4 };
        var one = new Sampler(options);
        int[] all = [.. Enumerable.Range(0, 100).Select(p => one.Sample((float[])Logits.Clone(), p, new SamplingBuffers(Logits.Length)))];
        Assert.Equal(all[60..], Enumerable.Range(60, 40).Select(p => new Sampler(options).Sample((float[])Logits.Clone(), p, new SamplingBuffers(Logits.Length))));
    }

    [Fact]
    public void Sample_LogitsNotFinite_Throws()
    {
        var sampler = new Sampler(new SamplingOptions());
        Assert.Equal(InferenceErrorCode.EngineFailure, Assert.Throws<InferenceException>(() => sampler.Sample(new[] { 1, float.NaN }, 0, new SamplingBuffers(2))).Code);
        Assert.Throws<InferenceException>(() => sampler.Sample(new[] { float.PositiveInfinity, 0 }, 0, new SamplingBuffers(2)));
        Assert.Equal(0, new Sampler(new SamplingOptions()).Sample(new[] { 0, float.NegativeInfinity }, 0, new SamplingBuffers(2)));
    }

    [Fact]
    public void Next_ManyCounters_AreUniform()
    {
        int[] buckets = new int[16];
        for (int position = 0; position < 64_000; position++)
        {
            double value = CounterRandom.Next(123, position);
            Assert.InRange(value, 0, 1 - 1e-17);
            buckets[(int)(value * 16)]++;
        }

        Assert.All(buckets, count => Assert.InRange(count, 3700, 4300));
        Assert.Equal(1000, Enumerable.Range(0, 1000).Select(seed => CounterRandom.Next(seed, 5)).Distinct().Count());
    }

    [Fact]
    public void Next_KnownSeedAndPosition_NeverChanges()
    {
        // Providers of different versions must draw the same numbers, or a continuation would leave the text it continues.
        Assert.Equal("0.15289334", CounterRandom.Next(42, 7).ToString("F8", System.Globalization.CultureInfo.InvariantCulture));
    }

    private static int Sample(SamplingOptions options, int position) => new Sampler(options).Sample((float[])Logits.Clone(), position, new SamplingBuffers(Logits.Length));

    private static int[] Count(SamplingOptions options, int draws)
    {
        int[] counts = new int[Logits.Length];
        var buffers = new SamplingBuffers(Logits.Length);
        var sampler = new Sampler(options);
        for (int position = 0; position < draws; position++)
        {
            counts[sampler.Sample((float[])Logits.Clone(), position, buffers)]++;
        }

        return counts;
    }

    private static int[] Seen(SamplingOptions options) =>
        [.. Count(options, 5000).Select((count, token) => (count, token)).Where(p => p.count > 0).Select(p => p.token)];
}
