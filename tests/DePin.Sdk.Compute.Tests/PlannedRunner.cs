using DePin.Sdk.Compute.Inference;
using DePin.Sdk.Compute.Models;

namespace DePin.Sdk.Compute.Tests;

/// <summary>A runner whose sequences all say what was planned, whatever they are asked.</summary>
internal sealed class PlannedRunner(IModelRunner inner, Func<int[]> plan) : IModelRunner
{
    private readonly Dictionary<SequenceHandle, int> _starts = [];

    public ModelConfig Config => inner.Config;

    public int ContextLength => inner.ContextLength;

    public int MaxSequences => inner.MaxSequences;

    public int MaxBatchTokens => inner.MaxBatchTokens;

    public SequenceHandle OpenSequence(int maxTokens, LoraAdapter? adapter = null) => Forget(inner.OpenSequence(maxTokens, adapter));

    public SequenceHandle Fork(SequenceHandle source, int length, int maxTokens) => Forget(inner.Fork(source, length, maxTokens));

    public void Resize(SequenceHandle sequence, int maxTokens) => inner.Resize(sequence, maxTokens);

    public void Save(SequenceHandle sequence, Stream destination) => inner.Save(sequence, destination);

    public SequenceHandle Restore(Stream source, int maxTokens, LoraAdapter? adapter = null) => Forget(inner.Restore(source, maxTokens, adapter));

    public int GetLength(SequenceHandle sequence) => inner.GetLength(sequence);

    public void Truncate(SequenceHandle sequence, int length) => inner.Truncate(sequence, length);

    public void CloseSequence(SequenceHandle sequence) => inner.CloseSequence(sequence);

    public void Forward(ReadOnlySpan<TokenInput> batch, Span<float> logits, Span<float> hidden = default)
    {
        inner.Forward(batch, logits, hidden);
        int[] planned = plan();
        int row = 0;
        foreach (var input in batch)
        {
            if (!input.WantsLogits)
            {
                continue;
            }

            int start = _starts.TryGetValue(input.Sequence, out int known) ? known : _starts[input.Sequence] = input.Position;
            var own = logits.Slice(row++ * Config.VocabularySize, Config.VocabularySize);
            own.Fill(-20);
            own[planned[Math.Min(input.Position - start, planned.Length - 1)]] = 20;
        }
    }

    public void Dispose() => inner.Dispose();

    private SequenceHandle Forget(SequenceHandle sequence)
    {
        _starts.Remove(sequence);
        return sequence;
    }
}
