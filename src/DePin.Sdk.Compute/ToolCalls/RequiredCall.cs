using System.Text.Json;
using System.Text.Json.Nodes;
using DePin.Sdk.Compute.Grammars;
using DePin.Sdk.Compute.Templates;
using Microsoft.Extensions.AI;

namespace DePin.Sdk.Compute.ToolCalls;

/// <summary>How an answer is made to be a call: its beginning is put into the prompt, and a schema holds the rest.</summary>
/// <param name="Syntax">How the call is written.</param>
/// <param name="Opening">What the answer begins with.</param>
/// <param name="Grammar">What the rest of it must match.</param>
internal sealed record RequiredCall(ToolCallSyntax Syntax, TemplateText Opening, GrammarSource Grammar)
{
    private const string NameKey = "name";

    public static RequiredCall Create(ToolCallSyntax syntax, IReadOnlyList<AIFunctionDeclaration> functions)
    {
        var marker = syntax.Markers[0];
        if (functions is [var only] && marker.Body is ToolCallBody.Tag or ToolCallBody.Fence)
        {
            // The name stands outside the JSON, and there is but one.
            string before = marker.Body == ToolCallBody.Tag ? marker.Opener : marker.Opener + "function<｜tool▁sep｜>";
            string after = marker.Body == ToolCallBody.Tag ? ">" : "\n```json\n";
            return new RequiredCall(
                syntax,
                TemplateText.Concat(new TemplateText(before), new TemplateText(only.Name, TextOrigin.Message), new TemplateText(after)),
                Source(ReadSchema(only, "")));
        }

        if (syntax.TakesBareJson && marker != ToolCallSyntax.Generic.Markers[0])
        {
            return new RequiredCall(syntax, TemplateText.Empty, Source(Choose(functions, syntax.ArgumentsKey, "")));
        }

        // Forms other than JSON are left for the generic one, which their models write as well when they are held to it.
        bool isJson = marker.Body is ToolCallBody.Json or ToolCallBody.Mistral;
        var chosen = isJson ? syntax : ToolCallSyntax.Generic;
        if (chosen.Markers[0] == ToolCallSyntax.Generic.Markers[0])
        {
            return new RequiredCall(chosen, new TemplateText(chosen.Markers[0].Opener + "\n"), Source(Choose(functions, chosen.ArgumentsKey, "")));
        }

        var array = new JsonObject
        {
            ["type"] = "array",
            ["items"] = Choose(functions, chosen.ArgumentsKey, "/items"),
            ["minItems"] = 1,
            ["maxItems"] = 1,
        };
        return new RequiredCall(chosen, new TemplateText(chosen.Markers[0].Opener), Source(array));
    }

    private static JsonObject Choose(IReadOnlyList<AIFunctionDeclaration> functions, string argumentsKey, string path)
    {
        var options = new JsonArray();
        for (int i = 0; i < functions.Count; i++)
        {
            string own = functions.Count == 1 ? path : $"{path}/anyOf/{i}";
            JsonNode option = new JsonObject
            {
                ["type"] = "object",
                ["properties"] = new JsonObject
                {
                    [NameKey] = new JsonObject { ["const"] = functions[i].Name },
                    [argumentsKey] = ReadSchema(functions[i], $"{own}/properties/{argumentsKey}"),
                },
                ["required"] = new JsonArray(NameKey, argumentsKey),
                ["additionalProperties"] = false,
            };
            options.Add(option);
        }

        return functions.Count == 1 ? (JsonObject)options[0]!.DeepClone() : new JsonObject { ["anyOf"] = options };
    }

    /// <summary>The schema of the arguments, with references that hold where it is put.</summary>
    private static JsonObject ReadSchema(AIFunctionDeclaration function, string path)
    {
        var schema = JsonNode.Parse(function.JsonSchema.GetRawText());
        if (schema is not JsonObject root)
        {
            return new JsonObject { ["type"] = "object" };
        }

        root.Remove("$schema");
        root["type"] ??= "object";
        MoveReferences(root, path);
        return root;
    }

    private static void MoveReferences(JsonNode? node, string path)
    {
        switch (node)
        {
            case JsonObject map:
                if (map["$ref"] is JsonValue reference && reference.TryGetValue(out string? target) && target.StartsWith('#'))
                {
                    map["$ref"] = $"#{path}{target[1..]}";
                }

                foreach (var (_, value) in map)
                {
                    MoveReferences(value, path);
                }

                break;
            case JsonArray list:
                foreach (var item in list)
                {
                    MoveReferences(item, path);
                }

                break;
        }
    }

    private static GrammarSource Source(JsonNode schema) => new(GrammarSourceKind.JsonSchema, schema.ToJsonString());
}
