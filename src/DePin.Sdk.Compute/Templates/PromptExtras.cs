using DePin.Sdk.Compute.ToolCalls;
using Microsoft.Extensions.AI;

namespace DePin.Sdk.Compute.Templates;

/// <summary>What else than messages goes into a prompt.</summary>
/// <param name="Functions">The functions that the model may call.</param>
/// <param name="Variables">Further variables of the template.</param>
internal sealed record PromptExtras(IReadOnlyList<AIFunctionDeclaration> Functions, IReadOnlyDictionary<string, object?> Variables)
{
    public static readonly PromptExtras None = new([], new Dictionary<string, object?>());

    /// <summary>How the model marks reasoning, or null.</summary>
    public ReasoningSyntax? Reasoning { get; init; }

    /// <summary>What the answer is made to begin with; its own part may form markers.</summary>
    public TemplateText Opening { get; init; } = TemplateText.Empty;
}
