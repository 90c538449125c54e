using DePin.Sdk.Compute.Inference;
using Microsoft.Extensions.AI;

namespace DePin.Sdk.Compute.Tests.Generation;

public sealed class PrefixSharingTests
{
    private static readonly ChatMessage Persona = new(
        ChatRole.System, "You are Mira, the blacksmith of Oakvale. You are gruff but kind, and you know every road and every bandit within ten miles.");

    private static ChatOptions Options(int i = 0, int tokens = 24) => new() { Temperature = 0.8f, Seed = i, MaxOutputTokens = tokens };

    [Fact]
    public async Task GetResponse_ConversationGoesOn_ReadsOnlyWhatIsNew()
    {
        using var cached = new Engine();
        using var plain = new Engine(o => o.PrefixCacheTokens = 0);
        List<ChatMessage> messages = [Persona];
        foreach (string line in (string[])["Greet the traveller.", "Where can I buy a sword?", "Is the road safe at night?"])
        {
            messages.Add(new ChatMessage(ChatRole.User, line));
            int before = cached.Runner.Tokens;
            var expected = await plain.Client.GetResponseAsync(messages, Options());
            var response = await cached.Client.GetResponseAsync(messages, Options());
            Assert.Equal(expected.Text, response.Text);
            Assert.Equal(0, expected.Usage!.CachedInputTokenCount);
            long fromCache = response.Usage!.CachedInputTokenCount!.Value;
            Assert.InRange(cached.Runner.Tokens - before, 1, response.Usage.InputTokenCount!.Value - fromCache + 24);
            Assert.True(messages.Count == 2 ? fromCache == 0 : fromCache > response.Usage.InputTokenCount / 2);
            messages.Add(response.Messages[0]);
        }
    }

    [Fact]
    public async Task GetResponse_SamePromptAgain_RunsOneTokenOfIt()
    {
        using var engine = new Engine();
        ChatMessage[] messages = [Persona, new(ChatRole.User, "Greet the traveller.")];
        var first = await engine.Client.GetResponseAsync(messages, Options());
        int before = engine.Runner.Tokens;
        var second = await engine.Client.GetResponseAsync(messages, Options());
        Assert.Equal(first.Text, second.Text);
        Assert.Equal(second.Usage!.InputTokenCount - 1, second.Usage.CachedInputTokenCount);
        Assert.InRange(engine.Runner.Tokens - before, 1, 24);
    }

    [Fact]
    public async Task GetResponse_ManyWithOnePersona_ReadItOnce()
    {
        using var engine = new Engine();
        using var plain = new Engine(o => o.PrefixCacheTokens = 0);
        ChatMessage[] Messages(int i) => [Persona, new(ChatRole.User, $"{i}. Greet the traveller.")];
        engine.Budget.IsPaused = true;
        var running = Enumerable.Range(0, 8).Select(i => engine.Client.GetResponseAsync(Messages(i), Options(i, 2))).ToArray();
        engine.Budget.IsPaused = false;
        var responses = await Task.WhenAll(running);
        for (int i = 0; i < responses.Length; i++)
        {
            Assert.Equal((await plain.Client.GetResponseAsync(Messages(i), Options(i, 2))).Text, responses[i].Text);
        }

        Assert.Equal(7, responses.Count(r => r.Usage!.CachedInputTokenCount > 40));
        Assert.True(engine.Runner.Tokens < plain.Runner.Tokens / 2);
    }

    [Fact]
    public async Task GetResponse_OtherCacheKey_SharesNothing()
    {
        using var engine = new Engine();
        ChatMessage[] messages = [Persona, new(ChatRole.User, "Greet the traveller.")];
        ChatOptions Keyed(string key) => new() { Temperature = 0, MaxOutputTokens = 4, AdditionalProperties = new() { [ComputePropertyNames.CacheKey] = key } };
        await engine.Client.GetResponseAsync(messages, Keyed("one"));
        Assert.Equal(0, (await engine.Client.GetResponseAsync(messages, Keyed("two"))).Usage!.CachedInputTokenCount);
        Assert.Equal(0, (await engine.Client.GetResponseAsync(messages, Options())).Usage!.CachedInputTokenCount);
        Assert.NotEqual(0, (await engine.Client.GetResponseAsync(messages, Keyed("one"))).Usage!.CachedInputTokenCount);
    }

    [Fact]
    public async Task GetResponse_MemoryTakenByTheCache_IsGivenUp()
    {
        // Room for about one conversation of 256 tokens.
        using var engine = new Engine(o =>
        {
            o.Runner.KeyValueMemoryBytes = Engine.StateBytes(tokens: 288);
            o.Runner.ContextLength = 256;
        });
        for (int i = 0; i < 12; i++)
        {
            var response = await engine.Client.GetResponseAsync(
                [Persona, new(ChatRole.User, $"{i}. Greet the traveller.")], new ChatOptions { Temperature = 0, Seed = i });
            Assert.True(response.Usage!.OutputTokenCount > 0);
        }
    }

    [Fact]
    public async Task Preload_Persona_IsPinnedUntilDisposed()
    {
        using var engine = new Engine(o => o.PrefixCacheTokens = 0);
        var pinned = await engine.Model.PreloadAsync([Persona]);
        int read = engine.Runner.Tokens;
        Assert.Equal(pinned.TokenCount, read);
        for (int i = 0; i < 3; i++)
        {
            var response = await engine.Client.GetResponseAsync([Persona, new(ChatRole.User, $"{i}. Greet the traveller.")], Options(tokens: 2));
            Assert.Equal(pinned.TokenCount, response.Usage!.CachedInputTokenCount);
        }

        Assert.Equal(1, engine.Runner.OpenSequences);
        int before = engine.Runner.Tokens;
        using (var again = await engine.Model.PreloadAsync([Persona]))
        {
            pinned.Dispose();
            pinned.Dispose();
            Assert.Equal((before, pinned.TokenCount), (engine.Runner.Tokens, again.TokenCount));
        }

        Assert.Equal(0, (await engine.Client.GetResponseAsync([Persona, new(ChatRole.User, "Hello.")], Options(tokens: 2))).Usage!.CachedInputTokenCount);
        Assert.Equal(0, engine.Runner.OpenSequences);
    }

    [Fact]
    public async Task Preload_TooLong_ThrowsContextOverflow()
    {
        using var engine = new Engine();
        var message = new ChatMessage(ChatRole.System, string.Concat(Enumerable.Repeat("Mind the bridge. ", 500)));
        Assert.Equal(InferenceErrorCode.ContextOverflow, (await Assert.ThrowsAsync<InferenceException>(() => engine.Model.PreloadAsync([message]))).Code);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => engine.Model.PreloadAsync([Persona], cancellationToken: new CancellationToken(true)));
    }
}
