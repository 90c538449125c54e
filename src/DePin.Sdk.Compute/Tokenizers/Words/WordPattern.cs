namespace DePin.Sdk.Compute.Tokenizers.Words;

/// <summary>A regular expression of a pre-tokenizer, as a scanner for what it matches at one place.</summary>
internal abstract class WordPattern
{
    /// <summary>Length of the match that begins at a place; 0 when none does.</summary>
    /// <remarks>The text is one piece of the stage before: what lies around a match ends where the piece does.</remarks>
    public abstract int Match(ReadOnlySpan<char> text, int at);
}
