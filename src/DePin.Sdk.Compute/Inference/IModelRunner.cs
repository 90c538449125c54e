namespace DePin.Sdk.Compute.Inference;

/// <summary>Runs a language model on some hardware: tokens in, logits out.</summary>
/// <remarks>
/// A runner keeps the attention state of its open sequences, within a bound that it is created with. It is used by one thread at a
/// time. For the same tokens at the same positions it gives the same logits, however they were cut into batches.
/// </remarks>
public interface IModelRunner : IDisposable
{
    /// <summary>The hyper-parameters of the model.</summary>
    ModelConfig Config { get; }

    /// <summary>The longest sequence that this runner holds, in tokens; at most the model's own context length.</summary>
    int ContextLength { get; }

    /// <summary>How many sequences may be open at once.</summary>
    int MaxSequences { get; }

    /// <summary>The largest batch that <see cref="Forward"/> takes, in tokens.</summary>
    int MaxBatchTokens { get; }

    /// <summary>Opens an empty sequence and reserves the memory that it may come to need.</summary>
    /// <param name="maxTokens">The most tokens that the sequence will hold, 1 to <see cref="ContextLength"/>.</param>
    /// <returns>The handle; close it with <see cref="CloseSequence"/>.</returns>
    /// <exception cref="InferenceException">Too many sequences are open, or their memory is spoken for.</exception>
    SequenceHandle OpenSequence(int maxTokens);

    /// <summary>Number of tokens that a sequence holds.</summary>
    /// <param name="sequence">An open sequence.</param>
    /// <returns>The number of tokens.</returns>
    int GetLength(SequenceHandle sequence);

    /// <summary>Drops the last tokens of a sequence, as if they had never been run.</summary>
    /// <param name="sequence">An open sequence.</param>
    /// <param name="length">How many tokens to keep; at most those it holds.</param>
    void Truncate(SequenceHandle sequence, int length);

    /// <summary>Closes a sequence and gives its memory back. Closing twice is harmless.</summary>
    /// <param name="sequence">A sequence of this runner.</param>
    void CloseSequence(SequenceHandle sequence);

    /// <summary>Runs tokens of any open sequences through the model and appends them to their sequences.</summary>
    /// <param name="batch">
    /// 1 to <see cref="MaxBatchTokens"/> tokens. Those of one sequence come in order, each at the position after the one before.
    /// </param>
    /// <param name="logits">
    /// Receives one row of <see cref="ModelConfig.VocabularySize"/> numbers for each token that wants logits, in the order of the batch.
    /// </param>
    /// <exception cref="ArgumentException">A token, a position or the room for logits does not fit; nothing was run.</exception>
    void Forward(ReadOnlySpan<TokenInput> batch, Span<float> logits);
}
