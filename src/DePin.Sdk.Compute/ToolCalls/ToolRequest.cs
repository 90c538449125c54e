using Microsoft.Extensions.AI;

namespace DePin.Sdk.Compute.ToolCalls;

/// <summary>The functions that a request offers to the model, checked.</summary>
/// <param name="Functions">The functions; none when the model may not call any.</param>
/// <param name="IsRequired">Whether the answer must be a call.</param>
/// <param name="AllowsSeveral">Whether an answer may hold several calls.</param>
internal sealed record ToolRequest(IReadOnlyList<AIFunctionDeclaration> Functions, bool IsRequired, bool AllowsSeveral)
{
    public static readonly ToolRequest None = new([], false, true);

    public static ToolRequest Read(ChatOptions? options)
    {
        if (options?.ToolMode is NoneChatToolMode)
        {
            return None;
        }

        List<AIFunctionDeclaration> functions = [];
        foreach (var tool in options?.Tools ?? [])
        {
            if (tool is not AIFunctionDeclaration function)
            {
                throw new NotSupportedException($"The tool '{tool.Name}' is a {tool.GetType().Name}; a local model can call functions only.");
            }

            if (functions.Exists(f => f.Name == function.Name))
            {
                throw new ArgumentException($"Two tools are named '{function.Name}'; give each its own name.", nameof(options));
            }

            functions.Add(function);
        }

        if (options?.ToolMode is not RequiredChatToolMode required)
        {
            return functions.Count == 0 ? None : new ToolRequest(functions, false, options!.AllowMultipleToolCalls != false);
        }

        if (functions.Count == 0)
        {
            throw new ArgumentException("ToolMode requires a call, but Tools has no function; add one, or leave ToolMode out.", nameof(options));
        }

        if (required.RequiredFunctionName is { } name)
        {
            functions.RemoveAll(f => f.Name != name);
            if (functions.Count == 0)
            {
                throw new ArgumentException($"ToolMode requires a call of '{name}', which is not in Tools.", nameof(options));
            }
        }

        return new ToolRequest(functions, true, false);
    }
}
