namespace DePin.Sdk.Compute;

/// <summary>How the hidden states of the tokens of a text become one vector.</summary>
public enum EmbeddingPooling
{
    /// <summary>The mean over all tokens.</summary>
    Mean,

    /// <summary>The state of the last token, which in a causal model alone has seen the whole text.</summary>
    Last,

    /// <summary>The state of the first token, for models that were trained so.</summary>
    Cls,
}
