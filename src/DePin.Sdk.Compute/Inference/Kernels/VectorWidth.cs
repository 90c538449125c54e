namespace DePin.Sdk.Compute.Inference.Kernels;

/// <summary>Widths that the kernels exist in.</summary>
internal enum VectorWidth
{
    Scalar,
    Bits128,
    Bits256,
    Bits512,
}
