using Microsoft.Extensions.AI;

namespace DePin.Sdk.Compute.Templates;

/// <summary>A chat template: the part of Jinja that model files use, without access to anything but the conversation.</summary>
/// <remarks>Rendering is bounded in steps and output, so a hostile template ends with an error. Safe for concurrent use.</remarks>
public sealed class ChatTemplate
{
    private readonly List<TemplateStatement> _statements;
    private readonly ChatTemplateLimits _limits;
    private readonly Lazy<ChatTemplateCapabilities> _capabilities;

    private ChatTemplate(string source, ChatTemplateLimits limits)
    {
        Source = source;
        _limits = limits;
        _statements = TemplateParser.Parse(source);
        _capabilities = new Lazy<ChatTemplateCapabilities>(() => ChatTemplateCapabilities.Probe(this));
    }

    /// <summary>The template as it stands in the model file.</summary>
    public string Source { get; }

    /// <summary>What the template can express.</summary>
    internal ChatTemplateCapabilities Capabilities => _capabilities.Value;

    /// <summary>Reads a template.</summary>
    /// <param name="source">The text of the template.</param>
    /// <returns>The template.</returns>
    /// <exception cref="ChatTemplateException">The template is malformed or uses something unsupported.</exception>
    public static ChatTemplate Parse(string source) => Parse(source, ChatTemplateLimits.Default);

    /// <summary>Renders a conversation, just as the template has it.</summary>
    /// <param name="messages">The messages; their text, calls of functions and results are used.</param>
    /// <param name="addGenerationPrompt">Whether to end with the beginning of the assistant's turn.</param>
    /// <param name="beginOfSequence">What <c>bos_token</c> stands for.</param>
    /// <param name="endOfSequence">What <c>eos_token</c> stands for.</param>
    /// <param name="tools">The functions that the template is to offer to the model; none when null.</param>
    /// <param name="variables">Further variables of the template, such as <c>enable_thinking</c>.</param>
    /// <returns>The prompt. For generation it is not enough: text of messages and markers of the template look alike in it.</returns>
    /// <exception cref="ChatTemplateException">The template refuses the conversation or exceeds its bounds.</exception>
    public string Render(
        IEnumerable<ChatMessage> messages,
        bool addGenerationPrompt = true,
        string beginOfSequence = "",
        string endOfSequence = "",
        IEnumerable<AIFunctionDeclaration>? tools = null,
        IReadOnlyDictionary<string, object?>? variables = null)
    {
        ArgumentNullException.ThrowIfNull(messages);
        return Render(new TemplateInput([.. messages])
        {
            AddGenerationPrompt = addGenerationPrompt,
            BeginOfSequence = beginOfSequence,
            EndOfSequence = endOfSequence,
            Tools = tools is null ? [] : [.. tools],
            Variables = variables ?? new Dictionary<string, object?>(),
        }).Value;
    }

    internal static ChatTemplate Parse(string source, ChatTemplateLimits limits)
    {
        ArgumentNullException.ThrowIfNull(source);
        return new ChatTemplate(source, limits);
    }

    internal TemplateText Render(TemplateInput input)
    {
        bool matters = input.Tools.Count > 0 || input.Messages.Any(static m => m.Contents.Any(static c => c is FunctionCallContent or FunctionResultContent));
        return Render(input, matters ? Capabilities.Style : TemplateMessageStyle.Default);
    }

    internal TemplateText Render(TemplateInput input, TemplateMessageStyle style) => Run(
        context =>
        {
            foreach (var (name, value) in input.Variables)
            {
                context.Set(name, TemplateJsonReader.Read(value, TextOrigin.Message));
            }

            context.Set("messages", TemplateConversation.Read(input, style));
            var tools = TemplateConversation.ReadTools(input.Tools);
            context.Set("tools", tools);
            if (tools is not null && Source.Contains("xml_tools", StringComparison.Ordinal))
            {
                // SmolLM3 takes functions under a name of its own.
                context.Set("xml_tools", tools);
            }

            context.Set("documents", null);
            context.Set("add_generation_prompt", input.AddGenerationPrompt);
            context.Set("bos_token", new TemplateText(input.BeginOfSequence));
            context.Set("eos_token", new TemplateText(input.EndOfSequence));
        },
        input.Now);

    internal TemplateText Run(Action<TemplateContext> define, DateTimeOffset now)
    {
        var context = new TemplateContext(_limits);
        TemplateGlobals.Define(context, now);
        define(context);
        TemplateStatement.ExecuteAll(_statements, context);
        return context.Finish();
    }
}
