using System.Text;
using DePin.Sdk.Compute.Templates;
using Microsoft.Extensions.AI;

namespace DePin.Sdk.Compute.ToolCalls;

/// <summary>Puts a conversation into the words that a template has: what it cannot express becomes plain text.</summary>
internal static class PlainToolConversation
{
    private static readonly ChatTemplateCapabilities OfPlainText = new(true, false, false, false, false, TemplateMessageStyle.Default);

    /// <summary>Rewrites a conversation.</summary>
    /// <param name="template">The template; null for a model that completes text.</param>
    /// <param name="messages">The conversation.</param>
    /// <param name="functions">The functions that the model may call.</param>
    /// <returns>The conversation, and the functions that are left to the template to describe.</returns>
    public static (IReadOnlyList<ChatMessage> Messages, IReadOnlyList<AIFunctionDeclaration> Functions) Adapt(
        ChatTemplate? template, IReadOnlyList<ChatMessage> messages, IReadOnlyList<AIFunctionDeclaration> functions)
    {
        bool hasCalls = messages.Any(static m => m.Contents.Any(static c => c is FunctionCallContent or FunctionResultContent));
        bool hasSystem = messages.Any(static m => m.Role == ChatRole.System);
        if (!hasCalls && !hasSystem && functions.Count == 0)
        {
            return (messages, functions);
        }

        var capabilities = template?.Capabilities ?? OfPlainText;
        List<ChatMessage> adapted = [.. messages];
        if (hasCalls && (!capabilities.Calls || !capabilities.Results))
        {
            adapted = WriteCalls(adapted);
        }
        else if (hasCalls && !capabilities.ParallelCalls)
        {
            adapted = Separate(adapted);
        }

        if (functions.Count > 0 && !capabilities.Tools)
        {
            Describe(adapted, functions);
            functions = [];
        }

        return (capabilities.System ? adapted : MergeSystem(adapted), functions);
    }

    private static void Describe(List<ChatMessage> messages, IReadOnlyList<AIFunctionDeclaration> functions)
    {
        var text = new StringBuilder("You can call these functions, one description per line:\n");
        foreach (var function in functions)
        {
            text.Append(TemplateJson.Write(TemplateConversation.ReadTool(function).Entries["function"], TemplateJsonFormat.Default)).Append('\n');
        }

        text.Append(
            """
            To call one, write its name and its arguments as JSON between these marks, and wait for the result:
            <tool_call>
            {"name": "the name", "arguments": {"a parameter": "its value"}}
            </tool_call>
            If no function helps, answer as usual.
            """.ReplaceLineEndings("\n"));
        if (messages.Count > 0 && messages[0].Role == ChatRole.System)
        {
            messages[0] = new ChatMessage(ChatRole.System, $"{ChatContent.GetText(messages[0])}\n\n{text}");
        }
        else
        {
            messages.Insert(0, new ChatMessage(ChatRole.System, text.ToString()));
        }
    }

    /// <summary>Calls and their results as text; results are what the user says next.</summary>
    private static List<ChatMessage> WriteCalls(List<ChatMessage> messages)
    {
        List<ChatMessage> written = [];
        bool followsResult = false;
        foreach (var message in messages)
        {
            string text = ChatContent.GetText(message);
            var lines = new List<string>(text.Length > 0 ? [text] : []);
            bool isResult = false;
            foreach (var content in message.Contents)
            {
                if (content is FunctionCallContent call)
                {
                    lines.Add($"<tool_call>\n{WriteCall(call)}\n</tool_call>");
                }
                else if (content is FunctionResultContent result)
                {
                    isResult = true;
                    lines.Add($"<tool_response>\n{ChatContent.GetText(result)}\n</tool_response>");
                }
            }

            if (followsResult && (isResult || message.Role == ChatRole.User))
            {
                lines.Insert(0, written[^1].Text);
                written.RemoveAt(written.Count - 1);
            }

            bool changes = lines.Count > 1 || isResult || message.Contents.Any(static c => c is FunctionCallContent);
            written.Add(changes ? new ChatMessage(isResult ? ChatRole.User : message.Role, string.Join('\n', lines)) : message);
            followsResult = isResult;
        }

        return written;
    }

    private static TemplateText WriteCall(FunctionCallContent call)
    {
        var map = new TemplateMap();
        map.Entries["name"] = new TemplateText(call.Name);
        map.Entries["arguments"] = TemplateJsonReader.Read(TemplateJsonReader.ToJson(call.Arguments ?? new Dictionary<string, object?>()), TextOrigin.Message);
        return TemplateJson.Write(map, TemplateJsonFormat.Default);
    }

    /// <summary>Several calls of one message as several messages, each followed by its result.</summary>
    private static List<ChatMessage> Separate(List<ChatMessage> messages)
    {
        var results = messages.SelectMany(static m => m.Contents).OfType<FunctionResultContent>().GroupBy(static r => r.CallId).ToDictionary(static g => g.Key, static g => g.First());
        var placed = new HashSet<FunctionResultContent>();
        List<ChatMessage> separated = [];
        foreach (var message in messages)
        {
            FunctionCallContent[] calls = [.. message.Contents.OfType<FunctionCallContent>()];
            if (calls.Length < 2)
            {
                AIContent[] left = [.. message.Contents.Where(c => c is not FunctionResultContent result || !placed.Contains(result))];
                if (left.Length > 0 || message.Contents.Count == 0)
                {
                    separated.Add(left.Length == message.Contents.Count ? message : new ChatMessage(message.Role, left));
                }

                continue;
            }

            for (int i = 0; i < calls.Length; i++)
            {
                IEnumerable<AIContent> before = i == 0 ? message.Contents.Where(static c => c is not FunctionCallContent) : [];
                separated.Add(new ChatMessage(message.Role, [.. before, calls[i]]));
                if (results.TryGetValue(calls[i].CallId, out var result) && placed.Add(result))
                {
                    separated.Add(new ChatMessage(ChatRole.Tool, [result]));
                }
            }
        }

        return separated;
    }

    /// <summary>What the system says becomes the beginning of what the user says first.</summary>
    private static List<ChatMessage> MergeSystem(List<ChatMessage> messages)
    {
        string system = string.Join("\n\n", messages.Where(static m => m.Role == ChatRole.System).Select(ChatContent.GetText));
        if (system.Length == 0)
        {
            return messages;
        }

        List<ChatMessage> others = messages.FindAll(static m => m.Role != ChatRole.System);
        int first = others.FindIndex(static m => m.Role == ChatRole.User);
        if (first < 0)
        {
            others.Insert(0, new ChatMessage(ChatRole.User, system));
        }
        else
        {
            others[first] = new ChatMessage(ChatRole.User, $"{system}\n\n{ChatContent.GetText(others[first])}") { AuthorName = others[first].AuthorName };
        }

        return others;
    }
}
