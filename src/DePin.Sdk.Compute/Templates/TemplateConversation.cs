using System.Text.Json;
using Microsoft.Extensions.AI;

namespace DePin.Sdk.Compute.Templates;

/// <summary>A conversation and its functions in the form that templates read: that of OpenAI's API.</summary>
internal static class TemplateConversation
{
    // Roles are words of the template's own language unless a caller made them up.
    private static readonly string[] KnownRoles = ["system", "user", "assistant", "tool", "developer"];

    /// <summary>The messages; a message with several results of functions becomes several.</summary>
    public static List<object?> Read(TemplateInput input, TemplateMessageStyle style)
    {
        List<object?> list = [];
        bool needsSystem = style.HasToolsInSystem && input.Tools.Count > 0;
        if (needsSystem && (input.Messages.Count == 0 || input.Messages[0].Role != ChatRole.System))
        {
            list.Add(ReadMessage(new ChatMessage(ChatRole.System, ""), "", style, TextOrigin.Message));
        }

        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        for (int i = 0; i < input.Messages.Count; i++)
        {
            var message = input.Messages[i];
            foreach (var call in message.Contents.OfType<FunctionCallContent>())
            {
                names[call.CallId] = call.Name;
            }

            FunctionResultContent[] results = [.. message.Contents.OfType<FunctionResultContent>()];
            string text = ChatContent.GetText(message);
            if (results.Length == 0 || text.Length > 0)
            {
                list.Add(ReadMessage(message, text, style, input.MarksFinal && i == input.Messages.Count - 1 ? TextOrigin.FinalMessage : TextOrigin.Message));
            }

            foreach (var result in results)
            {
                list.Add(ReadResult(result, names.GetValueOrDefault(result.CallId), style));
            }
        }

        if (needsSystem)
        {
            List<object?> functions = [.. input.Tools.Select(static t => ReadTool(t).Entries["function"])];
            ((TemplateMap)list[0]!).Entries["tools"] = TemplateJson.Write(functions, TemplateJsonFormat.Default);
        }

        return list;
    }

    /// <summary>The functions; null when there are none, as templates expect.</summary>
    public static List<object?>? ReadTools(IReadOnlyList<AIFunctionDeclaration> tools) =>
        tools.Count == 0 ? null : [.. tools.Select(static t => (object?)ReadTool(t))];

    public static TemplateMap ReadTool(AIFunctionDeclaration tool)
    {
        var function = new TemplateMap();
        function.Entries["name"] = new TemplateText(tool.Name, TextOrigin.Message);
        function.Entries["description"] = new TemplateText(tool.Description, TextOrigin.Message);
        function.Entries["parameters"] = TemplateJsonReader.Read(tool.JsonSchema, TextOrigin.Message);
        return Typed(function);
    }

    private static TemplateMap Typed(TemplateMap function)
    {
        var map = new TemplateMap();
        map.Entries["type"] = new TemplateText("function");
        map.Entries["function"] = function;
        return map;
    }

    private static TemplateMap ReadMessage(ChatMessage message, string text, TemplateMessageStyle style, TextOrigin origin)
    {
        var map = new TemplateMap();
        string role = message.Role.Value;
        var calls = message.Contents.OfType<FunctionCallContent>().Select(c => (object?)ReadCall(c, style)).ToList();
        map.Entries["role"] = new TemplateText(role, KnownRoles.Contains(role) ? TextOrigin.Template : TextOrigin.Message);
        map.Entries["content"] = calls.Count > 0 && text.Length == 0 && style.HasNullContent ? null : new TemplateText(text, origin);
        if (message.AuthorName is { } name)
        {
            map.Entries["name"] = new TemplateText(name, TextOrigin.Message);
        }

        string reasoning = string.Concat(message.Contents.OfType<TextReasoningContent>().Select(static r => r.Text));
        if (reasoning.Length > 0)
        {
            map.Entries["reasoning_content"] = new TemplateText(reasoning, TextOrigin.Message);
        }

        if (calls.Count > 0)
        {
            map.Entries["tool_calls"] = calls;
        }

        return map;
    }

    private static TemplateMap ReadCall(FunctionCallContent call, TemplateMessageStyle style)
    {
        var arguments = TemplateJsonReader.ToJson(call.Arguments ?? new Dictionary<string, object?>());
        var function = new TemplateMap();
        function.Entries["name"] = new TemplateText(call.Name, TextOrigin.Message);
        function.Entries["arguments"] = style.HasTextArguments
            ? TemplateJson.Write(TemplateJsonReader.Read(arguments, TextOrigin.Message), TemplateJsonFormat.Default)
            : TemplateJsonReader.Read(arguments, TextOrigin.Message);
        var map = Typed(function);
        map.Entries["id"] = new TemplateText(style.CallId(call.CallId), TextOrigin.Message);
        return map;
    }

    private static TemplateMap ReadResult(FunctionResultContent result, string? name, TemplateMessageStyle style)
    {
        var map = new TemplateMap();
        map.Entries["role"] = new TemplateText("tool");
        map.Entries["content"] = new TemplateText(ChatContent.GetText(result), TextOrigin.Message);
        map.Entries["tool_call_id"] = new TemplateText(style.CallId(result.CallId), TextOrigin.Message);
        if (name is not null)
        {
            map.Entries["name"] = new TemplateText(name, TextOrigin.Message);
        }

        return map;
    }
}
