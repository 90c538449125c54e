namespace DePin.Sdk.Compute.ToolCalls;

/// <summary>How a call is marked in the text of an answer.</summary>
/// <param name="Opener">What a call begins with.</param>
/// <param name="Closer">What it ends with; null when it ends with its arguments. Models leave it out at the end of an answer.</param>
/// <param name="Body">What stands between.</param>
internal sealed record ToolCallMarker(string Opener, string? Closer, ToolCallBody Body);

/// <summary>What stands between the opener and the closer of a call.</summary>
internal enum ToolCallBody
{
    /// <summary>An object with the name and the arguments, or an array of such.</summary>
    Json,

    /// <summary>An array as in <see cref="Json"/>, or the name, <c>[ARGS]</c> and the arguments.</summary>
    Mistral,

    /// <summary>The name, an angle bracket, and the arguments.</summary>
    Tag,

    /// <summary>A function tag with a tag for each parameter, whose values are text.</summary>
    Parameters,

    /// <summary>The name behind a separator, and the arguments, perhaps in a fence.</summary>
    Fence,
}
