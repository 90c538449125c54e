using DePin.Sdk.Compute.Inference;
using DePin.Sdk.Compute.Models;

namespace DePin.Sdk.Compute.Tests.Generation;

/// <summary>A runner that notes each batch, counts its open sequences, and can be held up.</summary>
internal sealed class RecordingRunner(IModelRunner inner) : IModelRunner
{
    private readonly HashSet<SequenceHandle> _open = [];

    /// <summary>The batches so far; to be read when nothing runs.</summary>
    public List<TokenInput[]> Batches { get; } = [];

    public int Tokens => Batches.Sum(b => b.Length);

    public int OpenSequences => _open.Count;

    public bool Records { get; set; } = true;

    /// <summary>Called before each batch, on the engine's thread.</summary>
    public Action? BeforeForward { get; set; }

    public ModelConfig Config => inner.Config;

    public int ContextLength => inner.ContextLength;

    public int MaxSequences => inner.MaxSequences;

    public int MaxBatchTokens => inner.MaxBatchTokens;

    public SequenceHandle OpenSequence(int maxTokens, LoraAdapter? adapter = null) => Add(inner.OpenSequence(maxTokens, adapter));

    public SequenceHandle Fork(SequenceHandle source, int length, int maxTokens) => Add(inner.Fork(source, length, maxTokens));

    public void Resize(SequenceHandle sequence, int maxTokens) => inner.Resize(sequence, maxTokens);

    public void Save(SequenceHandle sequence, Stream destination) => inner.Save(sequence, destination);

    public SequenceHandle Restore(Stream source, int maxTokens, LoraAdapter? adapter = null) => Add(inner.Restore(source, maxTokens, adapter));

    public int GetLength(SequenceHandle sequence) => inner.GetLength(sequence);

    public void Truncate(SequenceHandle sequence, int length) => inner.Truncate(sequence, length);

    public void CloseSequence(SequenceHandle sequence)
    {
        Assert.True(_open.Remove(sequence), "A sequence was closed twice.");
        inner.CloseSequence(sequence);
    }

    public void Forward(ReadOnlySpan<TokenInput> batch, Span<float> logits, Span<float> hidden = default)
    {
        if (Records)
        {
            Batches.Add(batch.ToArray());
        }

        BeforeForward?.Invoke();
        inner.Forward(batch, logits, hidden);
    }

    public void Dispose() => inner.Dispose();

    private SequenceHandle Add(SequenceHandle sequence)
    {
        _open.Add(sequence);
        return sequence;
    }
}
