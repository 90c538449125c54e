namespace DePin.Sdk.Compute.Inference;

/// <summary>What a runner keeps of one sequence.</summary>
internal sealed class SequenceState(int maxTokens)
{
    public int MaxTokens { get; set; } = maxTokens;

    public int ReservedPages => KeyValuePool.PagesFor(MaxTokens);

    public List<NativeBuffer> Pages { get; } = [];

    public int Length { get; set; }
}
