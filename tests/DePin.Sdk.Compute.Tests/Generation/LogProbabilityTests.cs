using DePin.Sdk.Compute.Generation;
using DePin.Sdk.Compute.Sampling;
using Microsoft.Extensions.AI;

namespace DePin.Sdk.Compute.Tests.Generation;

public sealed class LogProbabilityTests
{
    [Fact]
    public void Describe_Logits_GivesTheSoftmax()
    {
        float[] logits = [1f, 3f, 2f, -1f, 0.5f, 2.5f, 3f];
        var probabilities = new LogProbabilities();
        probabilities.Read(logits, new SamplingBuffers(logits.Length));
        double sum = logits.Sum(l => Math.Exp(l));
        var choice = probabilities.Describe(4, 3);
        Assert.Equal(0.5 - Math.Log(sum), choice.LogProbability, 1e-5);
        Assert.Equal([1, 6, 5], choice.Likeliest.Select(t => t.Token));
        Assert.Equal(3 - Math.Log(sum), choice.Likeliest[0].LogProbability, 1e-5);
        Assert.Equal(7, probabilities.Describe(0, 20).Likeliest.Length);
        Assert.Empty(probabilities.Describe(0, 0).Likeliest);
    }

    [Fact]
    public async Task GetStreamingResponse_Asked_ReportsEachCountedToken()
    {
        var client = new LocalChatClient(TestFiles.StoriesModel);
        var options = new ChatOptions
        {
            Temperature = 0, MaxOutputTokens = 40, StopSequences = ["Lily"], AdditionalProperties = new() { [ComputePropertyNames.TopLogProbs] = 5 },
        };
        var updates = await client.GetStreamingResponseAsync("Once upon a time", options).ToListAsync();
        string text = "";
        foreach (var update in updates.SkipLast(1))
        {
            var tokens = Assert.IsType<IReadOnlyList<TokenLogProbability>>(update.AdditionalProperties![ComputePropertyNames.TokenLogProbs], exactMatch: false);
            Assert.Equal(update.AdditionalProperties[ComputePropertyNames.OutputTokens], tokens.Count);
            Assert.All(tokens, t =>
            {
                // Greedy: the token is the likeliest one.
                Assert.Equal((t.Token, t.LogProbability), (t.Alternatives[0].Token, t.Alternatives[0].LogProbability));
                Assert.Equal(5, t.Alternatives.Count);
                Assert.Equal(t.Alternatives.OrderByDescending(a => a.LogProbability), t.Alternatives);
                Assert.InRange(t.Alternatives.Sum(a => Math.Exp(a.LogProbability)), 0, 1.0001);
                Assert.Empty(t.Alternatives[0].Alternatives);
            });
            text += string.Concat(tokens.Select(t => t.Text));
        }

        Assert.StartsWith(string.Concat(updates.Select(u => u.Text)), text, StringComparison.Ordinal);
        Assert.NotEmpty(text);
    }

    [Fact]
    public async Task GetResponse_AskedOrNot_GivesTheSameText()
    {
        var client = new LocalChatClient(TestFiles.StoriesModel);
        ChatOptions Options(string? name, object? value) => new()
        {
            Temperature = 0.8f, Seed = 3, MaxOutputTokens = 30, FrequencyPenalty = 0.5f, AdditionalProperties = name is null ? null : new() { [name] = value },
        };
        var plain = await client.GetResponseAsync("Lily", Options(null, null));
        var asked = await client.GetResponseAsync("Lily", Options(ComputePropertyNames.LogProbs, true));
        Assert.Equal(plain.Text, asked.Text);
        Assert.False(plain.AdditionalProperties!.ContainsKey(ComputePropertyNames.TokenLogProbs));
        var tokens = Assert.IsType<IReadOnlyList<TokenLogProbability>>(asked.AdditionalProperties![ComputePropertyNames.TokenLogProbs], exactMatch: false);
        Assert.Equal(30, tokens.Count);
        Assert.All(tokens, t => Assert.Empty(t.Alternatives));
        Assert.All(tokens, t => Assert.InRange(t.LogProbability, -100, 0));
        await Assert.ThrowsAsync<ArgumentException>(() => client.GetResponseAsync("Lily", Options(ComputePropertyNames.TopLogProbs, 21)));
        await Assert.ThrowsAsync<ArgumentException>(() => client.GetResponseAsync("Lily", Options(ComputePropertyNames.LogProbs, "yes")));
        await Assert.ThrowsAsync<ArgumentException>(() => client.GetResponseAsync("Lily", Options(ComputePropertyNames.Priority, 1.5)));
        await Assert.ThrowsAsync<ArgumentException>(() => client.GetResponseAsync("Lily", Options(ComputePropertyNames.CacheKey, "")));
    }
}
