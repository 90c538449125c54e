using DePin.Sdk.Compute.Inference;
using Microsoft.Extensions.AI;

namespace DePin.Sdk.Compute.Tests;

/// <summary>A request with a seed gives one answer: alone, among others, after others, with any number of threads.</summary>
public sealed class LocalModelDeterminismTests
{
    private static readonly string[] Trades = ["blacksmith", "bard", "guard", "healer", "tailor"];

    [Theory]
    [InlineData(0)]
    [InlineData(0.9f)]
    public async Task GetResponse_AmongFifteenOthers_IsTheOneGivenAlone(float temperature)
    {
        string alone = await AskAsync(1, requests: 1, temperature);
        Assert.NotEmpty(alone);
        Assert.Equal(alone, await AskAsync(1, requests: 16, temperature));
        Assert.Equal(alone, await AskAsync(2, requests: 16, temperature));
        Assert.Equal(alone, await AskAsync(3, requests: 5, temperature, promptChunkTokens: 3));
    }

    [Fact]
    public async Task GetResponse_AfterCachedPrompts_IsTheOneGivenWithoutACache()
    {
        string fresh = await AskAsync(1, requests: 1, 0.9f, cacheTokens: 0);
        using var model = LocalModel.Load(TestFiles.Npc, TestFiles.Options(2));
        using var client = new LocalChatClient(model);
        foreach (int i in new[] { 0, 3, 0, 1, 0 })
        {
            string text = (await client.GetResponseAsync(Messages(i), Options(i, 0.9f))).Text;
            Assert.True(i != 0 || text == fresh);
        }
    }

    private static async Task<string> AskAsync(int threads, int requests, float temperature, int? cacheTokens = null, int promptChunkTokens = 32)
    {
        var options = new LocalModelOptions
        {
            Runner = new ModelRunnerOptions { Threads = threads, KeyValueMemoryBytes = 256 << 20 },
            PrefixCacheTokens = cacheTokens,
            PromptChunkTokens = promptChunkTokens,
        };
        using var model = LocalModel.Load(TestFiles.Npc, options);
        using var client = new LocalChatClient(model);

        // The request under test comes last, so that the others have begun.
        var others = Enumerable.Range(1, requests - 1).Select(i => client.GetResponseAsync(Messages(i), Options(i, temperature))).ToArray();
        string text = (await client.GetResponseAsync(Messages(0), Options(0, temperature))).Text;
        await Task.WhenAll(others);
        return text;
    }

    private static List<ChatMessage> Messages(int i) =>
    [
        new(ChatRole.System, $"You are Mira, the {Trades[i % Trades.Length]} of Oakvale.{(i % 3 == 0 ? " It is raining." : "")}"),
        new(ChatRole.User, i % 2 == 0 ? "What do you know about the old mine?" : "Who are you?"),
    ];

    private static ChatOptions Options(int i, float temperature) => new() { Temperature = temperature, Seed = 7 + i, MaxOutputTokens = 40 - i };
}
