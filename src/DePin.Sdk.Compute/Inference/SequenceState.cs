namespace DePin.Sdk.Compute.Inference;

/// <summary>What a runner keeps of one sequence.</summary>
internal sealed class SequenceState(int maxTokens)
{
    public int MaxTokens => maxTokens;

    public int ReservedPages => KeyValuePool.PagesFor(maxTokens);

    public List<NativeBuffer> Pages { get; } = [];

    public int Length { get; set; }
}
