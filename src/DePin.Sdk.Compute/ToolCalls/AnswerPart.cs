namespace DePin.Sdk.Compute.ToolCalls;

/// <summary>A piece of an answer: text, reasoning, or a call.</summary>
/// <param name="Text">The text; empty for a call.</param>
/// <param name="IsReasoning">Whether the text is what the model thinks before it answers.</param>
/// <param name="Call">The call, or null.</param>
internal sealed record AnswerPart(string Text, bool IsReasoning = false, ReadToolCall? Call = null);
