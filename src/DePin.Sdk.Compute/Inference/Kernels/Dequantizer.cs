using DePin.Sdk.Compute.Gguf;

namespace DePin.Sdk.Compute.Inference.Kernels;

/// <summary>Converts rows of a tensor as they lie in a file.</summary>
internal static unsafe class Dequantizer
{
    /// <summary>Converts one row to single precision.</summary>
    public static void ReadRow(GgufTensorType type, byte* row, int columns, float* target) => MatrixKernel.For(type).ReadRow(row, columns, target);
}
