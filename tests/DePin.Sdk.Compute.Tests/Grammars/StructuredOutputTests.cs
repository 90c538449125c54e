using System.Text.Json;
using DePin.Sdk.Compute.Grammars;
using Microsoft.Extensions.AI;

namespace DePin.Sdk.Compute.Tests.Grammars;

/// <summary>Answers of a real model that are held to a grammar.</summary>
public sealed class StructuredOutputTests : IDisposable
{
    private const string ActionGrammar =
        """
        root ::= "{\"say\":\"" [A-Za-z ,.!?']{1,40} "\",\"do\":\"" ("wait" | "follow" | "attack") "\"}"
        """;

    private readonly LocalChatClient _client = LocalChatClient.Load(TestFiles.Npc, TestFiles.Options(maxSequences: 200));

    public void Dispose() => _client.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task GetResponse_Gbnf_AnswerFollowsIt(float temperature)
    {
        var options = new ChatOptions { Temperature = temperature, Seed = 3, AdditionalProperties = new() { [ComputePropertyNames.Grammar] = ActionGrammar } };
        var response = await _client.GetResponseAsync("Greet the traveller.", options);
        Assert.Equal(ChatFinishReason.Stop, response.FinishReason);
        using var json = JsonDocument.Parse(response.Text);
        Assert.Contains(json.RootElement.GetProperty("do").GetString(), new List<string?> { "wait", "follow", "attack" });
        Assert.InRange(json.RootElement.GetProperty("say").GetString()!.Length, 1, 40);
    }

    [Fact]
    public async Task GetResponse_Schema_AnswersOf200SeedsAreValid()
    {
        using var schema = JsonDocument.Parse(
            """
            {
              "type": "object",
              "properties": { "say": { "type": "string", "minLength": 1, "maxLength": 60 }, "do": { "enum": ["wait", "follow", "attack"] } },
              "required": ["say", "do"],
              "additionalProperties": false
            }
            """);
        var validator = new SchemaValidator(schema.RootElement);
        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(seed => _client.GetResponseAsync(
            "Greet the traveller.",
            new ChatOptions { Temperature = 1, Seed = seed, ResponseFormat = ChatResponseFormat.ForJsonSchema(schema.RootElement) })));
        foreach (var answer in answers)
        {
            Assert.Equal(ChatFinishReason.Stop, answer.FinishReason);
            using var json = JsonDocument.Parse(answer.Text);
            Assert.True(validator.IsValid(json.RootElement), answer.Text);
        }

        Assert.InRange(answers.Select(a => a.Text).Distinct().Count(), 100, 200);
    }

    [Fact]
    public async Task GetResponse_SpeculationUnderAGrammar_ChangesNothing()
    {
        var options = TestFiles.Options();
        options.Speculation.Mode = SpeculationMode.PromptLookup;
        using var guessing = LocalChatClient.Load(TestFiles.Npc, options);
        for (int seed = 0; seed < 10; seed++)
        {
            var request = new ChatOptions { Temperature = 0.8f, Seed = seed, AdditionalProperties = new() { [ComputePropertyNames.Grammar] = ActionGrammar } };
            const string Question = "Say {\"say\":\"Good day, traveller.\",\"do\":\"wait\"} to the traveller.";
            string expected = (await _client.GetResponseAsync(Question, request)).Text;
            Assert.Equal(expected, (await guessing.GetResponseAsync(Question, request)).Text);
        }
    }

    [Fact]
    public async Task GetResponse_PiecesWithBytes_AnswerFollowsTheGrammar()
    {
        using var client = new LocalChatClient(TestFiles.StoriesModel);
        for (int seed = 0; seed < 10; seed++)
        {
            // The euro sign is no piece of this vocabulary, and comes as three tokens of one byte each.
            var options = new ChatOptions { Temperature = 1, Seed = seed, AdditionalProperties = new() { [ComputePropertyNames.Grammar] = "root ::= \" \" [A-Z] [a-z ]{5,30} \"€\" [0-9]" } };
            Assert.Matches("^ [A-Z][a-z ]{5,30}€[0-9]$", (await client.GetResponseAsync("Once upon a time.", options)).Text);
        }
    }

    [Fact]
    public async Task GetResponse_Schema_CutAnswerFinishesWithLength()
    {
        var options = new ChatOptions { Temperature = 0, MaxOutputTokens = 2, ResponseFormat = ChatResponseFormat.Json };
        var answer = await _client.GetResponseAsync("Greet the traveller.", options);
        Assert.Equal((ChatFinishReason.Length, 2L), (answer.FinishReason, answer.Usage!.OutputTokenCount));
    }

    [Fact]
    public async Task GetResponse_Json_AnswerIsAnObject()
    {
        for (int seed = 0; seed < 10; seed++)
        {
            var options = new ChatOptions { Temperature = 1, Seed = seed, MaxOutputTokens = 100, ResponseFormat = ChatResponseFormat.Json };
            var response = await _client.GetResponseAsync("Greet the traveller.", options);
            Assert.StartsWith("{", response.Text, StringComparison.Ordinal);
            if (response.FinishReason == ChatFinishReason.Stop)
            {
                using var json = JsonDocument.Parse(response.Text);
                Assert.Equal(JsonValueKind.Object, json.RootElement.ValueKind);
            }
            else
            {
                Assert.Equal(100, response.Usage!.OutputTokenCount);
            }
        }
    }

    [Fact]
    public async Task GetResponse_AnswerBegun_IsContinuedByTheGrammar()
    {
        var options = new ChatOptions { Temperature = 0, AdditionalProperties = new() { [ComputePropertyNames.Grammar] = ActionGrammar } };
        string whole = (await _client.GetResponseAsync("Greet the traveller.", options)).Text;
        const string Begun = "{\"say\":\"Hello, trav";
        ChatMessage[] messages = [new(ChatRole.User, "Greet the traveller."), new(ChatRole.Assistant, Begun)];
        using var json = JsonDocument.Parse(Begun + (await _client.GetResponseAsync(messages, options)).Text);
        Assert.StartsWith("Hello, trav", json.RootElement.GetProperty("say").GetString(), StringComparison.Ordinal);
        messages[1] = new(ChatRole.Assistant, "Hello");
        await Assert.ThrowsAsync<ArgumentException>(() => _client.GetResponseAsync(messages, options));
        Assert.StartsWith("{\"say\":\"", whole, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GetResponse_BadGrammar_ThrowsTypedErrors()
    {
        ChatOptions Options(object grammar) => new() { AdditionalProperties = new() { [ComputePropertyNames.Grammar] = grammar } };
        var error = await Assert.ThrowsAsync<GrammarException>(() => _client.GetResponseAsync("Hello", Options("root ::= \"a\"\nb ::= [")));
        Assert.Equal((2, 7), (error.Line, error.Column));
        await Assert.ThrowsAsync<ArgumentException>(() => _client.GetResponseAsync("Hello", Options(5)));
        using var schema = JsonDocument.Parse("""{ "properties": { "a/b": { "not": {} } } }""");
        error = await Assert.ThrowsAsync<GrammarException>(() => _client.GetResponseAsync(
            "Hello", new ChatOptions { ResponseFormat = ChatResponseFormat.ForJsonSchema(schema.RootElement) }));
        Assert.Equal("/properties/a~1b/not", error.Pointer);
        var both = Options("root ::= \"a\"");
        both.ResponseFormat = ChatResponseFormat.Json;
        await Assert.ThrowsAsync<ArgumentException>(() => _client.GetResponseAsync("Hello", both));
    }
}
