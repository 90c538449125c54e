using System.Text.Json;
using DePin.Sdk.Compute;
using DePin.Sdk.Compute.Grammars;
using Microsoft.Extensions.AI;

namespace DePin.Sdk.IntegrationTests.Documentation;

/// <summary>The snippets of docs/guides/structured-output.md, each run as it is shown.</summary>
public sealed class StructuredOutputSnippets
{
    private static string ModelPath => RepositoryFiles.PathOf("samples", "models", "npc-dialogue.gguf");

    [Fact]
    public async Task JsonSchema_Action_IsParsed()
    {
        using var client = LocalChatClient.Load(ModelPath);

        // begin-snippet: json-schema-output
        using var schema = JsonDocument.Parse(
            """
            {
              "type": "object",
              "properties": {
                "say": { "type": "string", "maxLength": 80 },
                "do": { "enum": ["wait", "follow", "attack"] }
              },
              "required": ["say", "do"]
            }
            """);
        var options = new ChatOptions { ResponseFormat = ChatResponseFormat.ForJsonSchema(schema.RootElement), Seed = 1 };
        var response = await client.GetResponseAsync("Greet the traveller.", options);
        if (response.FinishReason == ChatFinishReason.Stop)
        {
            using var action = JsonDocument.Parse(response.Text);
            Console.WriteLine($"{action.RootElement.GetProperty("do")}: {action.RootElement.GetProperty("say")}");
        }

        // end-snippet
        Assert.Equal(ChatFinishReason.Stop, response.FinishReason);
    }

    [Fact]
    public async Task Gbnf_Answer_MatchesIt()
    {
        using var client = LocalChatClient.Load(ModelPath);

        // begin-snippet: gbnf-output
        var options = new ChatOptions
        {
            AdditionalProperties = new()
            {
                [ComputePropertyNames.Grammar] =
                    """
                    # a verdict, a dash and a reason of one sentence
                    root ::= verdict " - " reason
                    verdict ::= "yes" | "no" | "perhaps"
                    reason ::= [A-Z] [a-z ,']{10,60} "."
                    """,
            },
        };
        var response = await client.GetResponseAsync("Is the road safe?", options);
        Console.WriteLine(response.Text);
        // end-snippet

        Assert.Matches("^(yes|no|perhaps) - [A-Z][a-z ,']{10,60}\\.$", response.Text);
    }

    [Fact]
    public void Matcher_Tokens_AreChecked()
    {
        using var model = LocalModel.Load(ModelPath);

        // begin-snippet: grammar-matcher
        var grammar = Grammar.Parse("root ::= \"yes\" | \"no\"").Compile(model.Tokenizer);
        var matcher = new GrammarMatcher(grammar);
        var allowed = new ulong[grammar.MaskLength];
        matcher.FillMask(allowed);
        foreach (int token in model.Tokenizer.Encode("yes"))
        {
            Console.WriteLine($"{model.Tokenizer.GetName(token)}: {matcher.TryAccept(token)}");
        }

        Console.WriteLine(matcher.IsFinished);
        // end-snippet

        Assert.True(matcher.IsFinished);
    }
}
