using DePin.Sdk.Compute.Models;

namespace DePin.Sdk.Compute.Inference;

/// <summary>Runs a language model on some hardware: tokens in, logits and, on request, hidden states out.</summary>
/// <remarks>
/// A runner keeps the attention state of its open sequences, within a bound of memory that it is created with. It is used by one
/// thread at a time. For the same tokens at the same positions it gives the same numbers, bit for bit, however they were cut into
/// batches and whatever else ran beside them; a runner whose library cannot promise that says what it promises instead.
/// </remarks>
public interface IModelRunner : IDisposable
{
    /// <summary>The description of the model.</summary>
    ModelConfig Config { get; }

    /// <summary>The longest sequence that this runner holds, in tokens; at most the model's own context length.</summary>
    int ContextLength { get; }

    /// <summary>How many requests this runner is meant to serve at once; sequences that only keep state for later do not count.</summary>
    int MaxSequences { get; }

    /// <summary>The largest batch that <see cref="Forward"/> takes, in tokens.</summary>
    int MaxBatchTokens { get; }

    /// <summary>Opens an empty sequence and reserves the memory that it may come to need.</summary>
    /// <param name="maxTokens">The most tokens that the sequence will hold, 1 to <see cref="ContextLength"/>.</param>
    /// <param name="adapter">An adapter of the weights for all tokens of this sequence, or null for the model as it is.</param>
    /// <returns>The handle; close it with <see cref="CloseSequence"/>.</returns>
    /// <exception cref="InferenceException">The memory is spoken for.</exception>
    /// <exception cref="ArgumentException">The adapter was made for another model.</exception>
    SequenceHandle OpenSequence(int maxTokens, LoraAdapter? adapter = null);

    /// <summary>Opens a sequence that begins with the first tokens of another, sharing its memory where that is possible.</summary>
    /// <param name="source">An open sequence; it may be closed before the new one.</param>
    /// <param name="length">How many tokens to take over; at most those it holds.</param>
    /// <param name="maxTokens">The most tokens that the new sequence will hold, <paramref name="length"/> included.</param>
    /// <returns>The handle of a sequence with the same adapter.</returns>
    /// <exception cref="InferenceException">The memory is spoken for.</exception>
    SequenceHandle Fork(SequenceHandle source, int length, int maxTokens);

    /// <summary>Changes how many tokens a sequence may come to hold, and so the memory that is kept for it.</summary>
    /// <param name="sequence">An open sequence.</param>
    /// <param name="maxTokens">At least the tokens that it holds.</param>
    /// <exception cref="InferenceException">The memory is spoken for; the sequence is as it was.</exception>
    void Resize(SequenceHandle sequence, int maxTokens);

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

    /// <summary>Writes the attention state of a sequence, in a form that a runner of the same kind and model restores bit for bit.</summary>
    /// <param name="sequence">An open sequence.</param>
    /// <param name="destination">Where to write.</param>
    void Save(SequenceHandle sequence, Stream destination);

    /// <summary>Opens a sequence from what <see cref="Save"/> wrote.</summary>
    /// <param name="source">Where to read; exactly what was written is read.</param>
    /// <param name="maxTokens">The most tokens that the sequence will hold, those restored included.</param>
    /// <param name="adapter">The adapter that the sequence ran with, or null.</param>
    /// <returns>The handle.</returns>
    /// <exception cref="ModelFormatException">The state is damaged, or of another model or kind of runner.</exception>
    /// <exception cref="InferenceException">The memory is spoken for.</exception>
    /// <exception cref="ArgumentException">The adapter was made for another model.</exception>
    SequenceHandle Restore(Stream source, int maxTokens, LoraAdapter? adapter = null);

    /// <summary>Runs tokens of any open sequences through the model and appends them to their sequences.</summary>
    /// <param name="batch">
    /// 1 to <see cref="MaxBatchTokens"/> tokens. Those of one sequence come in order, each at the position after the one before.
    /// </param>
    /// <param name="logits">
    /// Receives one row of <see cref="ModelConfig.VocabularySize"/> numbers for each token that wants logits, in the order of the batch.
    /// </param>
    /// <param name="hidden">
    /// Receives one row of <see cref="ModelConfig.EmbeddingLength"/> numbers for each token that wants its hidden state, in that order.
    /// </param>
    /// <exception cref="ArgumentException">A token, a position or the room for results does not fit; nothing was run.</exception>
    void Forward(ReadOnlySpan<TokenInput> batch, Span<float> logits, Span<float> hidden = default);
}
