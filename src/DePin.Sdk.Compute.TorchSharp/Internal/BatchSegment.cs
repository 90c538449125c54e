namespace DePin.Sdk.Compute.TorchSharp.Internal;

/// <summary>Tokens of one sequence that follow each other in a batch.</summary>
/// <param name="Sequence">The sequence.</param>
/// <param name="First">Index of the first in the batch.</param>
/// <param name="Count">Number of tokens.</param>
/// <param name="Position">Position of the first.</param>
internal readonly record struct BatchSegment(TorchSequence Sequence, int First, int Count, int Position)
{
    /// <summary>Tokens that the last one sees.</summary>
    public int Visible => Position + Count;
}
