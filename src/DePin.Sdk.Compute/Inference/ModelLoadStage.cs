namespace DePin.Sdk.Compute.Inference;

/// <summary>What is being done to open a model.</summary>
public enum ModelLoadStage
{
    /// <summary>The vocabulary and the chat template are read.</summary>
    Tokenizer,

    /// <summary>The weights are read and laid out for the processor; by far the longest part.</summary>
    Weights,
}
