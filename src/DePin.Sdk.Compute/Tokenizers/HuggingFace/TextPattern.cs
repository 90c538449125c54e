using DePin.Sdk.Compute.Tokenizers.Words;

namespace DePin.Sdk.Compute.Tokenizers.HuggingFace;

/// <summary>A text as it stands.</summary>
internal sealed class TextPattern(string content) : WordPattern
{
    /// <inheritdoc/>
    public override int Match(ReadOnlySpan<char> text, int at) => text[at..].StartsWith(content, StringComparison.Ordinal) ? content.Length : 0;
}
