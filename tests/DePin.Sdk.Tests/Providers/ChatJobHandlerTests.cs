using DePin.Sdk.Jobs;
using DePin.Sdk.Providers;
using DePin.Sdk.Testing;
using Microsoft.Extensions.AI;

namespace DePin.Sdk.Tests.Providers;

public class ChatJobHandlerTests
{
    [Fact]
    public async Task RunAsync_ClientCountsTokens_IsBelieved()
    {
        var updates = await RunAsync(new ScriptedChatClient(["a", "", "b"]) { InputTokens = 5 }, [new(ChatRole.User, "12345678")]);

        Assert.Equal(new JobUsage(5, 3), updates[^1].Usage);
        Assert.Equal("ab", Text(updates));
        Assert.Contains(updates, update => update.Output.IsEmpty && update.Usage.OutputTokens == 2);
    }

    [Fact]
    public async Task RunAsync_ClientDoesNotCount_CountsUpdatesAndEstimatesInput()
    {
        var updates = await RunAsync(new ScriptedChatClient(["a", "", "b"]) { CountsTokens = false }, [new(ChatRole.User, "123456789")]);

        // "a", "b" and the update with the finish reason.
        Assert.Equal(new JobUsage(3, 3), updates[^1].Usage);
    }

    [Theory]
    [InlineData(30, 40, null, 30, 40)]
    [InlineData(1, 1, null, 3, 3)]
    [InlineData(30, 40, 16, 30, 16)]
    [InlineData(1_000_000, 40, null, -1, 40)]
    [InlineData(-5, -5, null, 3, 3)]
    public async Task RunAsync_UsageAtTheEnd_CorrectsUpwardsWithinBounds(int input, int output, int? maxOutput, int expectedInput, int expectedOutput)
    {
        var client = new ScriptedChatClient(["a", "b"]) { CountsTokens = false, Usage = new UsageDetails { InputTokenCount = input, OutputTokenCount = output } };
        var job = Job([new(ChatRole.User, "123456789")], new ChatOptions { MaxOutputTokens = maxOutput });

        var usage = (await RunAsync(client, job))[^1].Usage;

        Assert.Equal(new JobUsage(expectedInput < 0 ? job.Payload.Length + 32 : expectedInput, expectedOutput), usage);
    }

    [Fact]
    public async Task RunAsync_Usage_NeverSinks()
    {
        var updates = await RunAsync(
            new ScriptedChatClient(ScriptedChatClient.Numbered(9)) { CountsTokens = false, Usage = new UsageDetails { InputTokenCount = 3, OutputTokenCount = 2 } },
            [new(ChatRole.User, new string('x', 400))]);

        Assert.Equal(updates.Select(update => update.Usage.OutputTokens).Order(), updates.Select(update => update.Usage.OutputTokens));
        Assert.All(updates, update => Assert.Equal(100, update.Usage.InputTokens));
    }

    [Fact]
    public async Task RunAsync_CacheKey_KeepsConsumersApart()
    {
        async Task<string> KeyOf(byte? channel, string? own)
        {
            var client = new ScriptedChatClient(["a"]);
            var options = new ChatOptions { AdditionalProperties = new() { ["priority"] = 9 } };
            if (own is not null)
            {
                options.AdditionalProperties["cache_key"] = own;
            }

            var job = Job([new(ChatRole.User, "Greet.")], options);
            await RunAsync(client, job with { Channel = channel is { } c ? new(Enumerable.Repeat(c, 32).ToArray()) : null });
            Assert.False(client.LastOptions!.AdditionalProperties!.ContainsKey("priority"));
            return (string)client.LastOptions.AdditionalProperties["cache_key"]!;
        }

        Assert.Equal(await KeyOf(1, null), await KeyOf(1, null));
        Assert.Equal(await KeyOf(1, "x"), await KeyOf(1, "x"));
        Assert.Equal(await KeyOf(null, "x"), await KeyOf(null, "x"));
        string[] different =
            [await KeyOf(1, null), await KeyOf(2, null), await KeyOf(1, "x"), await KeyOf(2, "x"), await KeyOf(null, "x"), await KeyOf(null, null), await KeyOf(null, null)];
        Assert.Distinct(different);
    }

    [Fact]
    public async Task RunAsync_Continuation_TellsTheClientInVllmsWords()
    {
        var client = new ScriptedChatClient(["Hail, ", "traveller", "."]);

        var updates = await RunAsync(client, [new(ChatRole.User, "Greet."), new(ChatRole.Assistant, "Hail, ")], continueFinal: true);

        Assert.Equal("traveller.", Text(updates));
        Assert.Equal(true, client.LastOptions!.AdditionalProperties!["continue_final_message"]);
        Assert.Equal(false, client.LastOptions.AdditionalProperties["add_generation_prompt"]);
        Assert.Equal((ChatRole.Assistant, "Hail, "), (client.LastMessages[^1].Role, client.LastMessages[^1].Text));
    }

    [Theory]
    [InlineData("Hail, ")]
    [InlineData("Hail, trav")]
    [InlineData("Hail, traveller.")]
    public async Task RunAsync_ClientBeginsAgain_TakesTheRepetitionOut(string delivered)
    {
        var client = new ScriptedChatClient(["Ha", "il, ", "traveller", "."]) { Restarts = true, CountsTokens = false };

        var updates = await RunAsync(client, [new(ChatRole.User, "Greet."), new(ChatRole.Assistant, delivered)], continueFinal: true);

        Assert.Equal("Hail, traveller.", delivered + Text(updates));
    }

    [Fact]
    public async Task RunAsync_ClientBeginsDifferently_DeliversAllOfIt()
    {
        var client = new ScriptedChatClient(["Hail", ", friend", "."]) { Restarts = true, CountsTokens = false };

        var updates = await RunAsync(client, [new(ChatRole.User, "Greet."), new(ChatRole.Assistant, "Hail, traveller")], continueFinal: true);

        Assert.Equal("Hail, friend.", Text(updates));
    }

    [Fact]
    public async Task RunAsync_OperatorsLimit_HoldsWhateverIsAsked()
    {
        var client = new ScriptedChatClient(ScriptedChatClient.Numbered(50));
        var handler = new ChatJobHandler(client, modelId: "llama-3", maxOutputTokens: 4);

        foreach (int? asked in new int?[] { null, 3, 100 })
        {
            var updates = await handler.RunAsync(Job([new(ChatRole.User, "?")], new ChatOptions { MaxOutputTokens = asked })).ToListAsync();
            Assert.Equal(Math.Min(asked ?? 4, 4), updates[^1].Usage.OutputTokens);
        }

        Assert.Equal("llama-3", client.LastOptions!.ModelId);
    }

    private static string Text(IEnumerable<JobUpdate> updates) => string.Concat(updates.Select(update => ChatDeltaCodec.Decode(update.Output.Span).Text));

    private static Task<List<JobUpdate>> RunAsync(IChatClient client, IEnumerable<ChatMessage> messages, bool continueFinal = false) =>
        RunAsync(client, Job(messages, null, continueFinal));

    private static Task<List<JobUpdate>> RunAsync(IChatClient client, JobRequest job) => new ChatJobHandler(client).RunAsync(job).ToListAsync().AsTask();

    private static JobRequest Job(IEnumerable<ChatMessage> messages, ChatOptions? options, bool continueFinal = false) => new()
    {
        Id = JobId.New(),
        Kind = JobKinds.Chat,
        Model = ProviderHarness.Model,
        Payload = ChatJobCodec.Encode(messages, options, continueFinal),
    };
}
