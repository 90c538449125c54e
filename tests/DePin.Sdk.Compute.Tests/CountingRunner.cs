using DePin.Sdk.Compute.Inference;
using DePin.Sdk.Compute.Models;

namespace DePin.Sdk.Compute.Tests;

/// <summary>A runner that counts the tokens that it was given.</summary>
internal sealed class CountingRunner : IModelRunner
{
    private readonly IModelRunner _inner;

    public CountingRunner(IModelRunner inner)
    {
        _inner = inner;
        LastTokens = 0;
    }

    public static int LastTokens { get; private set; }

    public ModelConfig Config => _inner.Config;

    public int ContextLength => _inner.ContextLength;

    public int MaxSequences => _inner.MaxSequences;

    public int MaxBatchTokens => _inner.MaxBatchTokens;

    public SequenceHandle OpenSequence(int maxTokens, LoraAdapter? adapter = null) => _inner.OpenSequence(maxTokens, adapter);

    public SequenceHandle Fork(SequenceHandle source, int length, int maxTokens) => _inner.Fork(source, length, maxTokens);

    public void Resize(SequenceHandle sequence, int maxTokens) => _inner.Resize(sequence, maxTokens);

    public void Save(SequenceHandle sequence, Stream destination) => _inner.Save(sequence, destination);

    public SequenceHandle Restore(Stream source, int maxTokens, LoraAdapter? adapter = null) => _inner.Restore(source, maxTokens, adapter);

    public int GetLength(SequenceHandle sequence) => _inner.GetLength(sequence);

    public void Truncate(SequenceHandle sequence, int length) => _inner.Truncate(sequence, length);

    public void CloseSequence(SequenceHandle sequence) => _inner.CloseSequence(sequence);

    public void Forward(ReadOnlySpan<TokenInput> batch, Span<float> logits, Span<float> hidden = default)
    {
        LastTokens += batch.Length;
        _inner.Forward(batch, logits, hidden);
    }

    public void Dispose() => _inner.Dispose();
}
