namespace DePin.Sdk.Jobs;

/// <summary>Names under which a chat client tells a provider, in <c>ChatResponseUpdate.AdditionalProperties</c>, how many tokens an update stands for. Both are integers of that update alone, not running totals.</summary>
/// <remarks>A client that counts so also continues an unfinished answer when it is asked to, and never repeats it.</remarks>
public static class TokenCounts
{
    /// <summary>Tokens of the prompt; on the first update.</summary>
    public const string Input = "depin.input_tokens";

    /// <summary>Tokens written in this update; an update that holds half a character may stand for more than one, or for none.</summary>
    public const string Output = "depin.output_tokens";
}
