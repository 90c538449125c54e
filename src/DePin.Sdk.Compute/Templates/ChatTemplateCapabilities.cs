using System.Text.RegularExpressions;
using Microsoft.Extensions.AI;

namespace DePin.Sdk.Compute.Templates;

/// <summary>What a template can express, found out by rendering small conversations and looking for their words.</summary>
/// <param name="System">Messages of the system.</param>
/// <param name="Tools">Descriptions of functions.</param>
/// <param name="Calls">Calls of functions.</param>
/// <param name="Results">Results of functions.</param>
/// <param name="ParallelCalls">Several calls in one message.</param>
/// <param name="Style">How it takes calls.</param>
internal sealed partial record ChatTemplateCapabilities(bool System, bool Tools, bool Calls, bool Results, bool ParallelCalls, TemplateMessageStyle Style)
{
    // Nine letters and digits, which the strictest templates want.
    private const string FirstId = "probe0001";
    private const string SecondId = "probe0002";

    private static readonly AIFunctionDeclaration Tool = AIFunctionFactory.CreateDeclaration(
        "probe_tool", "probe_description", global::System.Text.Json.JsonDocument.Parse("""{"type":"object","properties":{"probe_key":{"type":"string"}}}""").RootElement);

    private static readonly ChatMessage User = new(ChatRole.User, "probe_user");

    public static ChatTemplateCapabilities Probe(ChatTemplate template)
    {
        bool isShort = NineCharacters().IsMatch(template.Source);
        ChatMessage[] withSystem = [new(ChatRole.System, "probe_system"), User];
        bool system = Renders(template, TemplateMessageStyle.Default, withSystem, [], "probe_system") ||
            Renders(template, TemplateMessageStyle.Default, withSystem, [Tool], "probe_system");
        bool tools = Renders(template, TemplateMessageStyle.Default, [User], [Tool], "probe_tool");
        bool inSystem = !tools && Renders(template, new TemplateMessageStyle(HasToolsInSystem: true), withSystem, [Tool], "probe_tool");
        tools |= inSystem;
        ChatMessage[] called = [User, Call(FirstId, "probe_first"), Result(FirstId, "probe_result")];
        foreach (bool hasText in (ReadOnlySpan<bool>)[false, true])
        {
            foreach (bool hasNull in (ReadOnlySpan<bool>)[false, true])
            {
                var style = new TemplateMessageStyle(hasText, hasNull, isShort, inSystem);
                if (Renders(template, style, called, [Tool], "probe_first") && Renders(template, style, called, [Tool], "probe_called"))
                {
                    bool results = Renders(template, style, called, [Tool], "probe_result");
                    ChatMessage[] both =
                    [
                        User, new(ChatRole.Assistant, [.. Call(FirstId, "probe_first").Contents, .. Call(SecondId, "probe_second").Contents]),
                        Result(FirstId, "1"), Result(SecondId, "2"),
                    ];
                    return new ChatTemplateCapabilities(system, tools, true, results, Renders(template, style, both, [Tool], "probe_second"), style);
                }
            }
        }

        return new ChatTemplateCapabilities(system, tools, false, false, false, new TemplateMessageStyle(HasShortIds: isShort, HasToolsInSystem: inSystem));
    }

    private static ChatMessage Call(string id, string argument) => new(
        ChatRole.Assistant, [new FunctionCallContent(id, "probe_called", new Dictionary<string, object?> { ["probe_key"] = argument })]);

    private static ChatMessage Result(string id, string result) => new(ChatRole.Tool, [new FunctionResultContent(id, result)]);

    private static bool Renders(
        ChatTemplate template, TemplateMessageStyle style, ChatMessage[] messages, IReadOnlyList<AIFunctionDeclaration> tools, string word)
    {
        try
        {
            string text = template.Render(new TemplateInput(messages) { Tools = tools }, style).Value;

            // Arguments in Python's form, with apostrophes, show that the template wanted text.
            return text.Contains(word, StringComparison.Ordinal) && !text.Contains("'probe_key': 'probe_", StringComparison.Ordinal);
        }
        catch (ChatTemplateException)
        {
            return false;
        }
    }

    [GeneratedRegex(@"length\s*(!=|<|==)\s*9")]
    private static partial Regex NineCharacters();
}
