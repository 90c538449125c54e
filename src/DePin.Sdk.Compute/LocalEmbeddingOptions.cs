namespace DePin.Sdk.Compute;

/// <summary>How a local model makes vectors of texts.</summary>
public sealed class LocalEmbeddingOptions
{
    /// <summary>How the states of the tokens become one vector.</summary>
    /// <value>The default is null: as the model's file says, else the mean.</value>
    public EmbeddingPooling? Pooling { get; set; }

    /// <summary>Whether vectors are scaled to length 1, so that their dot product is the cosine.</summary>
    /// <value>The default is true.</value>
    public bool IsNormalized { get; set; } = true;

    /// <summary>Whether the end of a text that is longer than the context is left out.</summary>
    /// <value>The default is false: such a text is refused with <see cref="InferenceErrorCode.ContextOverflow"/>.</value>
    public bool TruncatesInput { get; set; }
}
