using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace DePin.Sdk.Compute.Inference.Kernels;

/// <summary>The choice of a path for this machine.</summary>
internal static class KernelPaths
{
    /// <summary>The fastest path that the machine can run.</summary>
    public static KernelPath Best =>
        IsSupported(KernelPath.Avx512) ? KernelPath.Avx512
        : IsSupported(KernelPath.AvxVnni) ? KernelPath.AvxVnni
        : IsSupported(KernelPath.Avx2) ? KernelPath.Avx2
        : IsSupported(KernelPath.Vector128) ? KernelPath.Vector128
        : KernelPath.Scalar;

    /// <summary>Whether there are 32 vector registers, not 16.</summary>
    public static bool HasManyRegisters => !X86Base.IsSupported || Avx512F.IsSupported;

    /// <summary>Whether the machine can run a path.</summary>
    public static bool IsSupported(KernelPath path) => path switch
    {
        KernelPath.Avx512 => Avx512BW.IsSupported,
        KernelPath.AvxVnni => AvxVnni.IsSupported && Fma.IsSupported,
        KernelPath.Avx2 => Avx2.IsSupported && Fma.IsSupported,
        KernelPath.Vector128 => Vector128.IsHardwareAccelerated,
        _ => true,
    };
}
