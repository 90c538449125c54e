namespace DePin.Sdk.Compute.Tokenizers.Words;

/// <summary>What a name in <c>tokenizer.ggml.pre</c> stands for.</summary>
internal sealed record PreTokenizerFamily(PreTokenizer PreTokenizer)
{
    /// <summary>Whether a word that is itself a token is taken without merging.</summary>
    public bool PrefersWholeWords { get; init; }

    /// <summary>Whether prompts begin with the begin token where the file does not say.</summary>
    public bool AddsBosByDefault { get; init; }

    /// <summary>Whether tokens are made of characters, with <c>▁</c> for the space, and not of bytes.</summary>
    public bool IsCharacterLevel { get; init; }
}
