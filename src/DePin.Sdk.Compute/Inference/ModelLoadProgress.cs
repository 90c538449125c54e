namespace DePin.Sdk.Compute.Inference;

/// <summary>How far the opening of a model has come.</summary>
/// <param name="Stage">What is being done.</param>
/// <param name="BytesDone">Bytes of weights that are laid out; never fewer than in the report before.</param>
/// <param name="BytesTotal">Bytes of all weights; 0 before they are known.</param>
/// <param name="TensorName">The tensor of which a part has just been laid out; null in stages without one.</param>
public readonly record struct ModelLoadProgress(ModelLoadStage Stage, long BytesDone, long BytesTotal, string? TensorName)
{
    /// <summary>The part of the weights that is done, 0 to 1.</summary>
    public double Fraction => BytesTotal == 0 ? 0 : (double)BytesDone / BytesTotal;
}
