namespace DePin.Sdk.Compute.ToolCalls;

/// <summary>How a family of models marks what it thinks before it answers.</summary>
/// <param name="Opener">What the reasoning begins with.</param>
/// <param name="Closer">What it ends with.</param>
internal sealed record ReasoningSyntax(string Opener, string Closer)
{
    private static readonly ReasoningSyntax[] Known = [new("<think>", "</think>"), new("[THINK]", "[/THINK]")];

    /// <summary>Finds out by the template whether and how a model marks reasoning.</summary>
    public static ReasoningSyntax? Detect(string? template) =>
        Array.Find(Known, k => template?.Contains(k.Closer, StringComparison.Ordinal) == true);

    /// <summary>What stands between the opener and the reasoning, and between the reasoning and the closer.</summary>
    public const string Margin = "\n";

    /// <summary>What stands between the closer and the answer.</summary>
    public const string Gap = "\n\n";

    /// <summary>Whether a prompt ends within reasoning that it has opened itself.</summary>
    public bool IsOpenAt(ReadOnlySpan<char> prompt) => prompt.LastIndexOf(Opener) > prompt.LastIndexOf(Closer);
}
