using System.Text.Json;
using Microsoft.Extensions.AI;

namespace DePin.Sdk.Compute.Grammars;

/// <summary>Which grammar a request asks for.</summary>
/// <param name="Kind">What the text is.</param>
/// <param name="Text">The text of the grammar or of the schema; empty for any JSON object.</param>
internal sealed record GrammarSource(GrammarSourceKind Kind, string Text)
{
    /// <summary>Reads it from the options of a request; null when they ask for none.</summary>
    public static GrammarSource? Read(ChatOptions? options)
    {
        object? grammar = null;
        options?.AdditionalProperties?.TryGetValue(ComputePropertyNames.Grammar, out grammar);
        string? gbnf = grammar switch
        {
            null => null,
            string text => text,
            JsonElement { ValueKind: JsonValueKind.String } json => json.GetString(),
            _ => throw new ArgumentException(
                $"AdditionalProperties[\"{ComputePropertyNames.Grammar}\"] must be a text in GBNF notation, not a {grammar.GetType().Name}.", nameof(options)),
        };
        if (options?.ResponseFormat is not ChatResponseFormatJson format)
        {
            return gbnf is null ? null : new GrammarSource(GrammarSourceKind.Gbnf, gbnf);
        }

        if (gbnf is not null)
        {
            throw new ArgumentException(
                $"An answer follows either ResponseFormat or AdditionalProperties[\"{ComputePropertyNames.Grammar}\"], not both; leave one out.", nameof(options));
        }

        return format.Schema is { } schema
            ? new GrammarSource(GrammarSourceKind.JsonSchema, schema.GetRawText())
            : new GrammarSource(GrammarSourceKind.JsonObject, "");
    }

    /// <exception cref="GrammarException">The text is malformed or not supported.</exception>
    public Grammar Parse()
    {
        switch (Kind)
        {
            case GrammarSourceKind.Gbnf:
                return Grammar.Parse(Text);
            case GrammarSourceKind.JsonSchema:
                using (var document = JsonDocument.Parse(Text, new JsonDocumentOptions { MaxDepth = 1000 }))
                {
                    return Grammar.FromJsonSchema(document.RootElement);
                }

            default:
                return Grammar.Json;
        }
    }
}

/// <summary>What the text of a grammar's source is.</summary>
internal enum GrammarSourceKind
{
    /// <summary>Any JSON object.</summary>
    JsonObject,

    /// <summary>A JSON schema.</summary>
    JsonSchema,

    /// <summary>GBNF notation.</summary>
    Gbnf,
}
