using System.Runtime.Intrinsics;
using DePin.Sdk.Compute.Gguf;

namespace DePin.Sdk.Compute.Inference.Kernels;

/// <summary>Multiplies rows of stored weights with float32 activations.</summary>
/// <remarks>
/// The result for one row and one token does not depend on how many rows or tokens are computed together: every path adds the
/// products in the same order. So a prompt gives bit for bit the same logits in one batch, in several, or token by token.
/// </remarks>
internal abstract unsafe class MatrixKernel
{
    /// <summary>The kernel for a format at the widest vectors that this machine accelerates.</summary>
    public static MatrixKernel For(GgufTensorType type) => For(type, VectorWidths.Best);

    public static MatrixKernel For(GgufTensorType type, VectorWidth width) => type switch
    {
        GgufTensorType.F32 => ForFormat<F32Format>(width),
        GgufTensorType.F16 => ForFormat<F16Format>(width),
        GgufTensorType.BF16 => ForFormat<BF16Format>(width),
        GgufTensorType.Q8_0 => ForFormat<Q8Format>(width),
        GgufTensorType.Q4_0 => ForFormat<Q4Format>(width),
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };

    /// <summary>Converts one row to single precision.</summary>
    public abstract void ReadRow(byte* row, int columns, float* target);

    /// <summary>y[t * yStride + r] = weights[r] . x[t * xStride ..] for each token t below <paramref name="tokens"/> and row r in the range.</summary>
    public abstract void Multiply(
        byte* weights, long rowBytes, int columns, int firstRow, int endRow, float* x, int xStride, int tokens, float* y, int yStride);

    private static MatrixKernel ForFormat<TFormat>(VectorWidth width)
        where TFormat : struct, IWeightFormat => width switch
        {
            VectorWidth.Bits512 => MatrixKernel<Vector512Ops, Vector512<float>, TFormat>.Instance,
            VectorWidth.Bits256 => MatrixKernel<Vector256Ops, Vector256<float>, TFormat>.Instance,
            VectorWidth.Bits128 => MatrixKernel<Vector128Ops, Vector128<float>, TFormat>.Instance,
            _ => MatrixKernel<ScalarOps, float, TFormat>.Instance,
        };
}
