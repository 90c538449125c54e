namespace DePin.Sdk.Compute.ToolCalls;

/// <summary>How a family of models writes calls of functions.</summary>
/// <param name="Markers">The marks that calls begin with.</param>
/// <param name="TakesBareJson">Whether an answer that is a JSON object with the name of a function is a call.</param>
/// <param name="ArgumentsKey">Under which key the arguments stand in JSON.</param>
internal sealed record ToolCallSyntax(IReadOnlyList<ToolCallMarker> Markers, bool TakesBareJson = false, string ArgumentsKey = "arguments")
{
    private const string Separator = "<｜tool▁sep｜>";

    private static readonly ToolCallMarker Tagged = new("<tool_call>", "</tool_call>", ToolCallBody.Json);

    /// <summary>What models are asked for whose template says nothing about functions; also that of Qwen, Hermes and SmolLM.</summary>
    public static readonly ToolCallSyntax Generic = new([Tagged]);

    private static readonly ToolCallSyntax Mistral = new([new("[TOOL_CALLS]", null, ToolCallBody.Mistral)]);
    private static readonly ToolCallSyntax Llama = new([new("<|python_tag|>", null, ToolCallBody.Json)], TakesBareJson: true, "parameters");
    private static readonly ToolCallSyntax Parameters = new([new("<tool_call>", "</tool_call>", ToolCallBody.Parameters)]);
    private static readonly ToolCallSyntax Tag = new([new("<function=", "</function>", ToolCallBody.Tag)]);
    private static readonly ToolCallSyntax Piped = new([new("<|tool_call|>", "<|/tool_call|>", ToolCallBody.Json), new("functools", null, ToolCallBody.Json), Tagged]);
    private static readonly ToolCallSyntax Functools = new([new("functools", null, ToolCallBody.Json)]);
    private static readonly ToolCallSyntax Action = new([new("<|START_ACTION|>", "<|END_ACTION|>", ToolCallBody.Json)], ArgumentsKey: "parameters");
    private static readonly ToolCallSyntax Fence = new(
    [
        new("<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>", "<｜tool▁call▁end｜>", ToolCallBody.Fence),
        new("<｜tool▁call▁begin｜>", "<｜tool▁call▁end｜>", ToolCallBody.Fence),
    ]);

    // The first word that stands in a template tells; those that others also use in passing come later.
    private static readonly (string Word, ToolCallSyntax Syntax)[] Families =
    [
        ("[TOOL_CALLS]", Mistral),
        ("<｜tool▁calls▁begin｜>", Fence),
        ("<|START_ACTION|>", Action),
        ("<parameter=", Parameters),
        ("<tool_call>", Generic),
        ("<|tool|>", Piped),
        ("<|tool_call|>", Piped),
        ("functools", Functools),
        ("<function=", Tag),
        ("<|python_tag|>", Llama),
        ("\"parameters\": ", Llama),
    ];

    /// <summary>Texts between calls that mean nothing.</summary>
    public static IReadOnlyList<string> Fillers { get; } = ["<｜tool▁calls▁begin｜>", "<｜tool▁calls▁end｜>", ";", ","];

    /// <summary>All marks that may be tokens without text.</summary>
    public IEnumerable<string> TokenNames =>
        [.. Markers.Select(static m => m.Opener), .. Markers.Select(static m => m.Closer).OfType<string>(), .. Fillers, "[ARGS]", "[CALL_ID]", Separator];

    /// <summary>Finds out by the template how a model writes calls.</summary>
    public static ToolCallSyntax Detect(string? template)
    {
        foreach (var (word, syntax) in Families)
        {
            if (template?.Contains(word, StringComparison.Ordinal) == true)
            {
                return syntax;
            }
        }

        return Generic;
    }
}
