using System.Runtime.Intrinsics;

namespace DePin.Sdk.Compute.Inference.Kernels;

/// <summary>The choice of a width for this machine.</summary>
internal static class VectorWidths
{
    /// <summary>The widest vectors that the hardware accelerates.</summary>
    public static VectorWidth Best =>
        Vector512.IsHardwareAccelerated ? VectorWidth.Bits512
        : Vector256.IsHardwareAccelerated ? VectorWidth.Bits256
        : Vector128.IsHardwareAccelerated ? VectorWidth.Bits128
        : VectorWidth.Scalar;
}
