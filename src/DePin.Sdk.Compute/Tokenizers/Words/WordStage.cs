namespace DePin.Sdk.Compute.Tokenizers.Words;

/// <summary>A step of a pre-tokenizer, which cuts the words of the step before.</summary>
internal abstract class WordStage
{
    /// <summary>Cuts all words.</summary>
    public abstract void Apply(PreTokens tokens);
}
