namespace DePin.Sdk.Compute.Inference.Kernels;

/// <summary>Instruction sets that the matrix kernels exist for, from the plainest to the fastest. All give the same bits.</summary>
internal enum KernelPath
{
    /// <summary>One lane at a time: the reference that the others are tested against.</summary>
    Scalar,

    /// <summary>128-bit vectors on any machine; the integer dot products of ARM64 where there are some.</summary>
    Vector128,

    /// <summary>256-bit vectors without a dot product instruction.</summary>
    Avx2,

    /// <summary>256-bit vectors with one.</summary>
    AvxVnni,

    /// <summary>512-bit vectors where they are faster than the 256-bit ones, which serve the rest.</summary>
    Avx512,
}
