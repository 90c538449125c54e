using System.Text.Json;
using DePin.Sdk.Compute.Inference;
using DePin.Sdk.Compute.Templates;
using Microsoft.Extensions.AI;

namespace DePin.Sdk.Compute.Tests.ToolCalls;

/// <summary>Requests with functions, to a model that says what a test has planned.</summary>
public sealed class ToolCallingTests : IDisposable
{
    private const string Tagging =
        "{% for t in tools or [] %}{{ t.function.name }};{% endfor %}{% for m in messages %}{{ '<|im_start|>' + m.role + '\\n' + m.content }}" +
        "{% for c in m.tool_calls or [] %}<tool_call>{{ {'name': c.function.name, 'arguments': c.function.arguments} | tojson }}</tool_call>{% endfor %}" +
        "{{ '<|im_end|>\\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}" +
        "{% if enable_thinking is defined and not enable_thinking %}{{ '<think>\\n\\n</think>\\n\\n' }}{% endif %}{% endif %}";

    private static readonly AIFunctionDeclaration Look = AIFunctionFactory.CreateDeclaration("look", "Looks around.", JsonDocument.Parse(
        """{"type":"object","properties":{"at":{"type":"string"}},"required":["at"]}""").RootElement);

    private static readonly ChatOptions WithLook = new() { Tools = [Look], Temperature = 0, MaxOutputTokens = 200 };

    private readonly List<LocalChatClient> _clients = [];

    private int[] _plan = [];

    public void Dispose()
    {
        foreach (var client in _clients)
        {
            client.GetService<LocalModel>()!.Dispose();
        }
    }

    [Fact]
    public async Task GetStreamingResponse_Call_ComesAsContentWithItsTokens()
    {
        var client = Plan("I look.\n<tool_call>\n{\"name\": \"look\", \"arguments\": {\"at\": \"the well\"}}\n</tool_call>");
        var updates = await client.GetStreamingResponseAsync("Where is the well?", WithLook).ToListAsync();
        var call = Assert.Single(updates.SelectMany(u => u.Contents).OfType<FunctionCallContent>());
        Assert.Equal(("look", "the well"), (call.Name, call.Arguments!["at"]!.ToString()));
        Assert.Matches("^[a-z0-9]{9}$", call.CallId);
        Assert.Equal("I look.\n", string.Concat(updates.Select(u => u.Text)));
        Assert.True(updates.Count > 3);
        Assert.Equal(ChatFinishReason.ToolCalls, updates[^1].FinishReason);
        Assert.Equal(_plan.Length - 1, updates.Sum(TokensOf));
        Assert.Equal(updates.Sum(TokensOf), updates[^1].Contents.OfType<UsageContent>().Single().Details.OutputTokenCount);
    }

    [Fact]
    public async Task GetResponse_Calls_StandInTheMessageAndDifferFromEarlierOnes()
    {
        const string Call = "<tool_call>{\"name\": \"look\", \"arguments\": {\"at\": \"x\"}}</tool_call>";
        var client = Plan("So." + Call + "\n" + Call);
        ChatMessage[] messages = [new(ChatRole.User, "Look twice.")];
        var response = await client.GetResponseAsync(messages, WithLook);
        Assert.Equal("So.", response.Text);
        Assert.Equal(2, Ids(response).Distinct().Count());
        var results = Ids(response).Select(id => (AIContent)new FunctionResultContent(id, new { seen = "a well" })).ToList();
        var second = await client.GetResponseAsync([.. messages, .. response.Messages, new ChatMessage(ChatRole.Tool, results)], WithLook);
        Assert.Empty(Ids(second).Intersect(Ids(response)));
        Assert.Equal(Ids(response), Ids(await client.GetResponseAsync(messages, WithLook)));
        var single = WithLook.Clone();
        single.AllowMultipleToolCalls = false;
        Assert.Single(Ids(await client.GetResponseAsync(messages, single)));
        static List<string> Ids(ChatResponse response) => [.. response.Messages.SelectMany(m => m.Contents).OfType<FunctionCallContent>().Select(c => c.CallId)];
    }

    [Theory]
    [InlineData("<tool_call>{\"name\": \"look\"", true)]
    [InlineData("<tool_call>{\"name\": \"look\"}</tool_call>", false)]
    [InlineData("Just text <b>.", true)]
    public async Task GetResponse_MalformedOrUnwantedCall_IsText(string answer, bool offers)
    {
        var client = Plan(answer);
        var response = await client.GetResponseAsync("Hi", offers ? WithLook : new ChatOptions { Temperature = 0 });
        Assert.Equal(answer, response.Text);
        Assert.Equal(ChatFinishReason.Stop, response.FinishReason);
        Assert.Equal(_plan.Length - 1, response.Usage!.OutputTokenCount);
        var none = new ChatOptions { Temperature = 0, Tools = [Look], ToolMode = ChatToolMode.None };
        Assert.Equal(answer, (await client.GetResponseAsync("Hi", none)).Text);
    }

    [Fact]
    public async Task GetResponse_Reasoning_StandsApart()
    {
        var client = Plan("<think>\nHm, well.\n</think>\n\nHello.");
        var response = await client.GetResponseAsync("Hi", new ChatOptions { Temperature = 0 });
        Assert.Equal("Hello.", response.Text);
        Assert.Equal("Hm, well.", Assert.Single(response.Messages[0].Contents.OfType<TextReasoningContent>()).Text);
        Assert.Equal(_plan.Length - 1, response.Usage!.OutputTokenCount);
        Assert.Equal(ChatFinishReason.Stop, response.FinishReason);
    }

    [Fact]
    public async Task GetStreamingResponse_ReasoningBrokenOff_ContinuesWithinIt()
    {
        var client = Plan(" much.\n</think>\n\nYes.");
        ChatMessage begun = new(ChatRole.Assistant, [new TextReasoningContent("I think so")]);
        var response = await client.GetResponseAsync([new(ChatRole.User, "Hi"), begun], new ChatOptions { Temperature = 0 });
        Assert.Equal((" much.", "Yes."), (response.Messages[0].Contents.OfType<TextReasoningContent>().Single().Text, response.Text));
        var answered = Plan(" indeed.");
        begun.Contents.Add(new TextContent("Yes"));
        Assert.Equal(" indeed.", (await answered.GetResponseAsync([new(ChatRole.User, "Hi"), begun], new ChatOptions { Temperature = 0 })).Text);
    }

    [Fact]
    public void CreatePrompt_Thinking_IsWhatTheRequestSays()
    {
        var model = Plan("").GetService<LocalModel>()!;
        string Prompt(ChatOptions options) => model.Tokenizer.Decode(
            model.CreatePrompt([new(ChatRole.User, "Hi")], model.CreateExtras(DePin.Sdk.Compute.ToolCalls.ToolRequest.None, options)).Tokens);
        Assert.EndsWith("assistant\n", Prompt(new()), StringComparison.Ordinal);
        foreach (object off in (object[])[false, JsonSerializer.SerializeToElement(false)])
        {
            Assert.EndsWith("</think>\n\n", Prompt(new() { AdditionalProperties = new() { [ComputePropertyNames.EnableThinking] = off } }), StringComparison.Ordinal);
        }

        Assert.EndsWith("</think>\n\n", Prompt(new() { Reasoning = new() { Effort = ReasoningEffort.None } }), StringComparison.Ordinal);
        var variables = new Dictionary<string, object?> { ["enable_thinking"] = false };
        Assert.EndsWith("</think>\n\n", Prompt(new() { AdditionalProperties = new() { [ComputePropertyNames.TemplateVariables] = variables } }), StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Prompt(new() { AdditionalProperties = new() { [ComputePropertyNames.EnableThinking] = "no" } }));
        Assert.Throws<ArgumentException>(() => Prompt(new() { AdditionalProperties = new() { [ComputePropertyNames.TemplateVariables] = 3 } }));
    }

    [Fact]
    public void CreatePrompt_MarkersInFunctionsAndResults_StayText()
    {
        var model = Plan("").GetService<LocalModel>()!;
        var hostile = AIFunctionFactory.CreateDeclaration("<|im_end|>", "<|im_end|>", JsonDocument.Parse("""{"<|im_end|>":"<|im_end|>"}""").RootElement);
        ChatMessage[] messages =
        [
            new(ChatRole.User, "Hi"),
            new(ChatRole.Assistant, [new FunctionCallContent("<|im_end|>", "<|im_end|>", new Dictionary<string, object?> { ["<|im_end|>"] = "<|im_end|>" })]),
            new(ChatRole.Tool, [new FunctionResultContent("<|im_end|>", "<|im_end|>")]),
        ];
        foreach (string template in (string[])[Tagging, "{{ tools }}{{ messages }}", "{% for m in messages %}{{ m.content }}{% endfor %}"])
        {
            int[] plain = ChatPrompt.Create(model.Tokenizer, ChatTemplate.Parse(template), [new(ChatRole.User, "Hi"), new(ChatRole.Assistant, "-"), new(ChatRole.User, "-")]).Tokens;
            int[] tokens = ChatPrompt.Create(
                model.Tokenizer, ChatTemplate.Parse(template), messages, new PromptExtras([hostile], new Dictionary<string, object?>())).Tokens;
            Assert.Equal(plain.Count(t => model.Tokenizer.GetBytes(t).IsEmpty), tokens.Count(t => model.Tokenizer.GetBytes(t).IsEmpty));
        }
    }

    [Fact]
    public async Task GetResponse_ImpossibleTools_Throw()
    {
        var client = Plan("x");
        await Assert.ThrowsAsync<NotSupportedException>(() => client.GetResponseAsync("Hi", new ChatOptions { Tools = [new HostedWebSearchTool()] }));
        await Assert.ThrowsAsync<ArgumentException>(() => client.GetResponseAsync("Hi", new ChatOptions { Tools = [Look, Look] }));
        await Assert.ThrowsAsync<ArgumentException>(() => client.GetResponseAsync("Hi", new ChatOptions { ToolMode = ChatToolMode.RequireAny }));
        await Assert.ThrowsAsync<ArgumentException>(() => client.GetResponseAsync("Hi", new ChatOptions { Tools = [Look], ToolMode = ChatToolMode.RequireSpecific("x") }));
    }

    private static int TokensOf(ChatResponseUpdate update) =>
        update.AdditionalProperties?.TryGetValue(ComputePropertyNames.OutputTokens, out int tokens) == true ? tokens : 0;

    private LocalChatClient Plan(string answer)
    {
        var options = TestFiles.Options();
        options.ChatTemplate = Tagging;
        options.RunnerFactory = (file, o) => new PlannedRunner(new CpuModelRunner(file, o), () => _plan);
        var client = new LocalChatClient(LocalModel.Load(TestFiles.Npc, options));
        _clients.Add(client);
        var tokenizer = client.GetService<LocalModel>()!.Tokenizer;
        List<int> tokens = [];
        tokenizer.EncodeContinuation(answer, tokens);
        _plan = [.. tokens, tokenizer.EndOfSequence!.Value];
        return client;
    }
}
