using Microsoft.Extensions.AI;

namespace DePin.Sdk.Compute.Templates;

/// <summary>A chat template: the part of Jinja that model files use, without access to anything but the conversation.</summary>
/// <remarks>Rendering is bounded in steps and output, so a hostile template ends with an error. Safe for concurrent use.</remarks>
public sealed class ChatTemplate
{
    // Roles are words of the template's own language unless a caller made them up.
    private static readonly string[] KnownRoles = ["system", "user", "assistant", "tool", "developer"];

    private readonly List<TemplateStatement> _statements;
    private readonly ChatTemplateLimits _limits;

    private ChatTemplate(string source, ChatTemplateLimits limits)
    {
        Source = source;
        _limits = limits;
        _statements = TemplateParser.Parse(source);
    }

    /// <summary>The template as it stands in the model file.</summary>
    public string Source { get; }

    /// <summary>Reads a template.</summary>
    /// <param name="source">The text of the template.</param>
    /// <returns>The template.</returns>
    /// <exception cref="ChatTemplateException">The template is malformed or uses something unsupported.</exception>
    public static ChatTemplate Parse(string source) => Parse(source, ChatTemplateLimits.Default);

    /// <summary>Renders a conversation.</summary>
    /// <param name="messages">The messages; only their text is used.</param>
    /// <param name="addGenerationPrompt">Whether to end with the beginning of the assistant's turn.</param>
    /// <param name="beginOfSequence">What <c>bos_token</c> stands for.</param>
    /// <param name="endOfSequence">What <c>eos_token</c> stands for.</param>
    /// <returns>The prompt. For generation it is not enough: text of messages and markers of the template look alike in it.</returns>
    /// <exception cref="ChatTemplateException">The template refuses the conversation or exceeds its bounds.</exception>
    public string Render(
        IEnumerable<ChatMessage> messages, bool addGenerationPrompt = true, string beginOfSequence = "", string endOfSequence = "")
    {
        ArgumentNullException.ThrowIfNull(messages);
        return RenderText([.. messages], addGenerationPrompt, beginOfSequence, endOfSequence, marksFinal: false).Value;
    }

    internal static ChatTemplate Parse(string source, ChatTemplateLimits limits)
    {
        ArgumentNullException.ThrowIfNull(source);
        return new ChatTemplate(source, limits);
    }

    internal TemplateText RenderText(
        IReadOnlyList<ChatMessage> messages, bool addGenerationPrompt, string beginOfSequence, string endOfSequence, bool marksFinal)
    {
        var context = new TemplateContext(_limits);
        TemplateGlobals.Define(context);
        List<object?> list = [];
        for (int i = 0; i < messages.Count; i++)
        {
            list.Add(ToMap(messages[i], marksFinal && i == messages.Count - 1 ? TextOrigin.FinalMessage : TextOrigin.Message));
        }

        context.Set("messages", list);
        context.Set("add_generation_prompt", addGenerationPrompt);
        context.Set("bos_token", new TemplateText(beginOfSequence));
        context.Set("eos_token", new TemplateText(endOfSequence));
        TemplateStatement.ExecuteAll(_statements, context);
        return context.Finish();
    }

    private static TemplateMap ToMap(ChatMessage message, TextOrigin origin)
    {
        var map = new TemplateMap();
        string role = message.Role.Value;
        map.Entries["role"] = new TemplateText(role, KnownRoles.Contains(role) ? TextOrigin.Template : TextOrigin.Message);
        map.Entries["content"] = new TemplateText(ChatContent.GetText(message), origin);
        if (message.AuthorName is { } name)
        {
            map.Entries["name"] = new TemplateText(name, TextOrigin.Message);
        }

        return map;
    }
}
