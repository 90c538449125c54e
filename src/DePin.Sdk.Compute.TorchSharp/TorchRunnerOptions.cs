namespace DePin.Sdk.Compute.TorchSharp;

/// <summary>Where and how a <see cref="TorchModelRunner"/> computes.</summary>
public sealed class TorchRunnerOptions
{
    /// <summary>The device: <c>auto</c>, <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c> for the GPU with that number.</summary>
    /// <value>The default is <c>auto</c>: the first GPU, or the processor where there is none.</value>
    public string Device { get; set; } = "auto";

    /// <summary>The number format of weights, keys and values.</summary>
    /// <value>The default is <see cref="TorchDataType.Automatic"/>: bf16 on a GPU, single precision on the processor.</value>
    public TorchDataType DType { get; set; }

    /// <summary>The part of a GPU's memory that weights, keys and values, and working buffers together may take, above 0 and at most 1.</summary>
    /// <value>The default is 0.9. On the processor only the bounds of the model runner's options hold.</value>
    public double MemoryFraction { get; set; } = 0.9;

    /// <summary>Checks all options.</summary>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    internal void Validate()
    {
        Internal.TorchDevice.CheckName(Device);
        if (!Enum.IsDefined(DType))
        {
            throw new ArgumentException($"{nameof(TorchRunnerOptions)}.{nameof(DType)} must be one of the defined formats.");
        }

        if (MemoryFraction is not (> 0 and <= 1))
        {
            throw new ArgumentException($"{nameof(TorchRunnerOptions)}.{nameof(MemoryFraction)} must be above 0 and at most 1.");
        }
    }
}
