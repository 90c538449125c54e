using Microsoft.Extensions.AI;

namespace DePin.Sdk.Compute.Templates;

/// <summary>What a template is rendered with.</summary>
/// <param name="Messages">The conversation.</param>
internal sealed record TemplateInput(IReadOnlyList<ChatMessage> Messages)
{
    /// <summary>Whether the output ends with the beginning of the assistant's turn.</summary>
    public bool AddGenerationPrompt { get; init; } = true;

    public string BeginOfSequence { get; init; } = "";

    public string EndOfSequence { get; init; } = "";

    /// <summary>Whether the text of the last message is marked as <see cref="TextOrigin.FinalMessage"/>.</summary>
    public bool MarksFinal { get; init; }

    /// <summary>The functions that the model may call.</summary>
    public IReadOnlyList<AIFunctionDeclaration> Tools { get; init; } = [];

    /// <summary>Further variables, such as <c>enable_thinking</c>.</summary>
    public IReadOnlyDictionary<string, object?> Variables { get; init; } = new Dictionary<string, object?>();

    /// <summary>What <c>strftime_now</c> tells.</summary>
    public DateTimeOffset Now { get; init; } = TimeProvider.System.GetUtcNow();
}
