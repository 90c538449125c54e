namespace DePin.Sdk.Compute;

/// <summary>How a model's next tokens are guessed, so that several can be run at once.</summary>
public enum SpeculationMode
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>What followed when the last few tokens stood in the context before; costs nothing, and helps where answers repeat their prompt.</summary>
    PromptLookup,

    /// <summary>What a much smaller model with the same tokenizer would say.</summary>
    DraftModel,
}
