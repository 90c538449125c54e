using DePin.Sdk.Compute;
using DePin.Sdk.Testing;
using Microsoft.Extensions.AI;

namespace DePin.Sdk.IntegrationTests.Documentation;

/// <summary>The snippets of docs/guides/tools.md, each run as it is shown.</summary>
public sealed class ToolSnippets
{
    private static string ModelPath => RepositoryFiles.PathOf("samples", "models", "npc-dialogue.gguf");

    // Read by the schema of the function.
    private enum Guard
    {
        Bram,
        Mira,
    }

    [Fact]
    public async Task CallFunctions_LocalModel_CallsAndGoesOn()
    {
        using var client = LocalChatClient.Load(ModelPath);
        var answer = await AskAsync(client);
        Assert.NotEmpty(answer.Text);
    }

    [Fact]
    public async Task CallFunctions_ProviderOfALocalModel_CallsAndGoesOn()
    {
        using var model = LocalModel.Load(ModelPath);
        await using var network = await LocalNetwork.StartAsync(o => o.ChatClient = _ => new LocalChatClient(model));
        using var client = network.Client.AsIChatClient(network.Model);
        var answer = await AskAsync(client);
        Assert.NotEmpty(answer.Text);
        Assert.True(answer.Usage!.OutputTokenCount > 0);
    }

    [Fact]
    public async Task DisableThinking_ModelThatDoesNotThink_Answers()
    {
        using var client = LocalChatClient.Load(ModelPath);

        // begin-snippet: disable-thinking
        var options = new ChatOptions { AdditionalProperties = new() { [ComputePropertyNames.EnableThinking] = false } };
        // end-snippet

        options.MaxOutputTokens = 5;
        Assert.NotEmpty((await client.GetResponseAsync("Greet the traveller.", options)).Text);
    }

    private static async Task<ChatResponse> AskAsync(IChatClient client)
    {
        // begin-snippet: call-functions
        var openGate = AIFunctionFactory.Create((Guard guard) => $"{guard} opens the gate.", "open_gate", "Tells a guard to open the gate.");
        var options = new ChatOptions { Tools = [openGate], ToolMode = ChatToolMode.RequireAny, MaxOutputTokens = 100, Seed = 1 };
        List<ChatMessage> conversation = [new(ChatRole.User, "Open the gate, Bram!")];
        var response = await client.GetResponseAsync(conversation, options);
        conversation.AddRange(response.Messages);
        foreach (var call in response.Messages.SelectMany(m => m.Contents).OfType<FunctionCallContent>())
        {
            var result = await openGate.InvokeAsync(new AIFunctionArguments(call.Arguments));
            conversation.Add(new ChatMessage(ChatRole.Tool, [new FunctionResultContent(call.CallId, result)]));
        }

        options.ToolMode = ChatToolMode.None;
        var answer = await client.GetResponseAsync(conversation, options);
        // end-snippet

        Assert.Equal(ChatFinishReason.ToolCalls, response.FinishReason);
        Assert.Equal(3, conversation.Count);
        var made = Assert.IsType<FunctionCallContent>(Assert.Single(conversation[1].Contents, c => c is FunctionCallContent));
        Assert.Equal("open_gate", made.Name);
        Assert.True(made.Arguments!.ContainsKey("guard"));
        Assert.True(response.Usage!.OutputTokenCount > 0);
        return answer;
    }
}
