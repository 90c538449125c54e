using System.Collections.Frozen;

namespace DePin.Sdk.Compute.Tokenizers;

/// <summary>The names of tokens that carry meaning by themselves.</summary>
internal static class MarkerNames
{
    /// <summary>Tokens that end an answer, in whatever model they occur.</summary>
    public static readonly FrozenSet<string> Ends = FrozenSet.Create(
        StringComparer.Ordinal,
        "<|im_end|>", "<|eot_id|>", "<|eom_id|>", "<|end|>", "<|return|>", "<|call|>", "<|calls|>", "<|flush|>", "<|end_of_text|>", "<|endoftext|>",
        "<end_of_turn>", "<turn|>", "<|tool_response>", "<eos>", "</s>", "<EOT>", "<|EOT|>", "_<EOT>", "[EOT]", "[EOS]", "<end_of_utterance>", "[e~[",
        "<|END_OF_TURN_TOKEN|>", "<｜end▁of▁sentence｜>", "<|fim_pad|>", "<fim_pad>", "<fim-pad>", "<|fim_repo|>", "<|repo_name|>", "<fim-repo>",
        "<reponame>", "<REPO>", "<|file_sep|>");

    // Some vocabularies have tokens for the tags of web pages; these are text.
    private static readonly FrozenSet<string> Tags = FrozenSet.Create(
        StringComparer.Ordinal,
        "table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "strong", "em", "b", "i", "u",
        "sub", "sup", "code", "p", "br", "div", "span", "ul", "ol", "li", "a", "pre", "html", "head", "body", "title", "img");

    /// <summary>Whether a user-defined token is treated as a marker: text that a user types must not be able to spell it.</summary>
    public static bool IsMarker(string piece) => piece switch
    {
        ['[', .., ']'] => true,
        ['<', '/', .., '>'] => !Tags.Contains(piece[2..^1]),
        ['<', .., '>'] => !Tags.Contains(piece[1..^1]),
        _ => false,
    };
}
