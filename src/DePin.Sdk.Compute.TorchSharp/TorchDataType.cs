namespace DePin.Sdk.Compute.TorchSharp;

/// <summary>The number format of weights, keys and values on the device.</summary>
public enum TorchDataType
{
    /// <summary><see cref="BFloat16"/> on a GPU, <see cref="Float32"/> on the processor.</summary>
    Automatic,

    /// <summary>16 bits with the range of single precision; wants a GPU of the Ampere generation or later.</summary>
    BFloat16,

    /// <summary>16 bits of half precision, for older GPUs; models that were made for bf16 may leave its range.</summary>
    Float16,

    /// <summary>32 bits: twice the memory and the closest to the CPU engine.</summary>
    Float32,
}
