using DePin.Sdk.Compute.Templates;
using DePin.Sdk.Compute.Tokenizers;

namespace DePin.Sdk.Compute.ToolCalls;

/// <summary>How a model writes what is not plain text.</summary>
/// <param name="Calls">How it writes calls.</param>
/// <param name="Reasoning">How it marks reasoning; null when it has no marks for it.</param>
/// <param name="CallMarkers">Tokens without text of their own that mark calls, with their names.</param>
/// <param name="ReasoningMarkers">Likewise those that mark reasoning.</param>
internal sealed record AnswerSyntax(
    ToolCallSyntax Calls, ReasoningSyntax? Reasoning, IReadOnlyDictionary<int, string> CallMarkers, IReadOnlyDictionary<int, string> ReasoningMarkers)
{
    public static AnswerSyntax Create(Tokenizer tokenizer, ChatTemplate? template)
    {
        // A template that cannot describe functions leaves that to a plain text, which asks for the generic form; the model may still prefer its own.
        var calls = ToolCallSyntax.Detect(template?.Source);
        calls = template?.Capabilities.Tools == true || calls == ToolCallSyntax.Generic
            ? calls
            : new ToolCallSyntax([.. ToolCallSyntax.Generic.Markers, .. calls.Markers], calls.TakesBareJson);
        var reasoning = ReasoningSyntax.Detect(template?.Source);
        var thoughts = reasoning is null ? [] : FindMarkers(tokenizer, [reasoning.Opener, reasoning.Closer]);
        var marks = FindMarkers(tokenizer, calls.TokenNames);
        foreach (var (token, name) in thoughts)
        {
            marks[token] = name;
        }

        return new AnswerSyntax(calls, reasoning, marks, thoughts);
    }

    private static Dictionary<int, string> FindMarkers(Tokenizer tokenizer, IEnumerable<string> names)
    {
        var markers = new Dictionary<int, string>();
        foreach (string name in names)
        {
            if (tokenizer.Vocabulary.TryGetId(name, out int id) && tokenizer.GetBytes(id).IsEmpty)
            {
                markers[id] = name;
            }
        }

        return markers;
    }
}
