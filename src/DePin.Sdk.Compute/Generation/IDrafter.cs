namespace DePin.Sdk.Compute.Generation;

/// <summary>Guesses the next tokens of answers. Used by the scheduler's thread alone.</summary>
internal interface IDrafter : IDisposable
{
    /// <summary>Fills in the drafts of sequences, each at most as many as it wants.</summary>
    void Draft(List<GenerationSequence> sequences);

    /// <summary>Lets go of what is kept for a sequence that has ended.</summary>
    void Forget(GenerationSequence sequence);
}
