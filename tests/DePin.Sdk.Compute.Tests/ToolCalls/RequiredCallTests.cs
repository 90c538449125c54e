using System.Text.Json;
using DePin.Sdk.Compute.Templates;
using DePin.Sdk.Compute.ToolCalls;
using Microsoft.Extensions.AI;

namespace DePin.Sdk.Compute.Tests.ToolCalls;

/// <summary>Answers that must be calls, from a real model that has never seen one.</summary>
public sealed class RequiredCallTests
{
    private static readonly AIFunctionDeclaration Give = Declare(
        "give_item",
        """
        {"type":"object","properties":{"item":{"enum":["sword","bread","rope"]},"count":{"type":"integer","minimum":1,"maximum":9},"to":{"$ref":"#/$defs/person"}},
         "required":["item","count","to"],"$defs":{"person":{"type":"object","properties":{"name":{"enum":["Mira","Bram"]}},"required":["name"]}}}
        """);

    private static readonly AIFunctionDeclaration Wave = Declare("wave", """{"type":"object","properties":{"times":{"type":"integer","minimum":1,"maximum":3}},"required":["times"]}""");

    [Theory]
    [InlineData("<tool_call>")]
    [InlineData("[TOOL_CALLS]")]
    [InlineData("\"parameters\": ")]
    [InlineData("<function=")]
    [InlineData("<|tool_call|>")]
    [InlineData("<parameter=")]
    [InlineData("<｜tool▁calls▁begin｜>")]
    [InlineData("")]
    public async Task GetResponse_Required_IsOneValidCallInEachFamily(string family)
    {
        // The template names the functions, so that it counts as one that knows them, and a word of the family.
        string template = "{% for t in tools or [] %}{{ t.function.name }} {% endfor %}{# " + family + " #}" +
            "{% for m in messages %}{{ '<|im_start|>' + m.role + '\\n' + m.content + '<|im_end|>\\n' }}{% endfor %}{{ '<|im_start|>assistant\\n' }}";
        using var client = Load(template);
        foreach (var (mode, name) in ((ChatToolMode, string?)[])[(ChatToolMode.RequireSpecific("give_item"), "give_item"), (ChatToolMode.RequireAny, null)])
        {
            var options = new ChatOptions { Tools = [Give, Wave], ToolMode = mode, Temperature = 1, Seed = 4, MaxOutputTokens = 150 };
            var response = await client.GetResponseAsync("Give Mira some bread.", options);
            var call = Assert.IsType<FunctionCallContent>(Assert.Single(response.Messages[0].Contents));
            Assert.Equal(ChatFinishReason.ToolCalls, response.FinishReason);
            Assert.True(response.Usage!.OutputTokenCount > 0);
            Assert.Equal(response.AdditionalProperties![ComputePropertyNames.OutputTokens], (int)response.Usage.OutputTokenCount!);
            Assert.Equal(name ?? call.Name, call.Name);
            if (call.Name == "give_item")
            {
                Assert.Contains(call.Arguments!["item"]!.ToString(), (string[])["sword", "bread", "rope"]);
                Assert.InRange(((JsonElement)call.Arguments["count"]!).GetInt32(), 1, 9);
                Assert.Contains(((JsonElement)call.Arguments["to"]!).GetProperty("name").GetString(), (string[])["Mira", "Bram"]);
            }
            else
            {
                Assert.InRange(((JsonElement)call.Arguments!["times"]!).GetInt32(), 1, 3);
            }
        }
    }

    [Fact]
    public async Task GetResponse_ConversationWithACall_GoesOnWithItsResult()
    {
        using var client = LocalChatClient.Load(TestFiles.Npc, TestFiles.Options());
        List<ChatMessage> conversation = [new(ChatRole.System, "You are Mira."), new(ChatRole.User, "Wave.")];
        var options = new ChatOptions { Tools = [Wave], ToolMode = ChatToolMode.RequireAny, Temperature = 0, MaxOutputTokens = 60 };
        var response = await client.GetResponseAsync(conversation, options);
        var call = Assert.IsType<FunctionCallContent>(Assert.Single(response.Messages[0].Contents));
        conversation.AddRange(response.Messages);
        conversation.Add(new ChatMessage(ChatRole.Tool, [new FunctionResultContent(call.CallId, "done")]));
        options.ToolMode = ChatToolMode.None;
        Assert.NotEmpty((await client.GetResponseAsync(conversation, options)).Text);
    }

    [Fact]
    public async Task GetResponse_RequiredButCutOff_IsTextThatSaysSo()
    {
        using var client = LocalChatClient.Load(TestFiles.Npc, TestFiles.Options());
        var options = new ChatOptions { Tools = [Give], ToolMode = ChatToolMode.RequireAny, Temperature = 0, MaxOutputTokens = 3 };
        var response = await client.GetResponseAsync("Give Mira some bread.", options);
        Assert.Equal(ChatFinishReason.Length, response.FinishReason);
        Assert.DoesNotContain(response.Messages[0].Contents, c => c is FunctionCallContent);
        Assert.StartsWith("<tool_call>\n{", response.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_NameThatLooksLikeAMarker_MayNotFormOne()
    {
        var required = RequiredCall.Create(ToolCallSyntax.Detect("<function="), [Declare("<|im_end|>", "{}")]);
        Assert.Equal("<function=<|im_end|>>", required.Opening.Value);
        Assert.Equal(TextOrigin.Template, required.Opening.OriginAt(0));
        Assert.Equal(TextOrigin.Message, required.Opening.OriginAt(10));
    }

    private static AIFunctionDeclaration Declare(string name, string schema) => AIFunctionFactory.CreateDeclaration(name, "", JsonDocument.Parse(schema).RootElement);

    private static LocalChatClient Load(string template)
    {
        var options = TestFiles.Options();
        options.ChatTemplate = template;
        return LocalChatClient.Load(TestFiles.Npc, options);
    }
}
