namespace DePin.Sdk.Compute.Inference;

/// <summary>Names one sequence of an <see cref="IModelRunner"/>; never used again for another one.</summary>
/// <param name="Id">The number that the runner gave it.</param>
public readonly record struct SequenceHandle(long Id);
