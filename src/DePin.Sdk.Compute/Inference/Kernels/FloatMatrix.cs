using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using DePin.Sdk.Compute.Models;

namespace DePin.Sdk.Compute.Inference.Kernels;

/// <summary>Packed rows in a floating-point format: the 16 weights of a column of a panel lie together.</summary>
internal sealed unsafe class FloatMatrix<TFormat>(ModelTensor tensor, int firstRow, int rows, KernelPath path)
    : PackedMatrix(tensor, firstRow, rows, (long)tensor.Columns * PanelKernel.Rows * TFormat.Bytes)
    where TFormat : struct, IFloatFormat
{
    private readonly FloatPanelKernel _kernel = path switch
    {
        KernelPath.Avx512 => new FloatKernel<TFormat, Avx512Ops, Vector512<int>>(),
        KernelPath.AvxVnni or KernelPath.Avx2 => new FloatKernel<TFormat, Avx2Ops, Vector256<int>>(),
        KernelPath.Vector128 => new FloatKernel<TFormat, Portable128Ops, Vector128<int>>(),
        _ => new FloatKernel<TFormat, SingleLaneOps, int>(),
    };

    public override bool TakesFloats => true;

    public override void Pack(int firstGroup, int endGroup)
    {
        for (int group = firstGroup; group < endGroup; group++)
        {
            byte* panel = Panels + (group * GroupBytes);
            int filled = Math.Min(GroupRows, Rows - (group * GroupRows));
            if (filled < GroupRows)
            {
                new Span<byte>(panel, checked((int)GroupBytes)).Clear();
            }

            PackPanel(panel, Source + ((long)group * GroupRows * SourceRowBytes), filled);
        }
    }

    public override void ReadRow(int row, float* target)
    {
        byte* source = Panels + (row / GroupRows * GroupBytes) + (row % GroupRows * TFormat.Bytes);
        for (int i = 0; i < Columns; i++, source += GroupRows * TFormat.Bytes)
        {
            target[i] = BitConverter.Int32BitsToSingle(TFormat.Load<SingleLaneOps, int>(source));
        }
    }

    public override void Multiply(
        QuantizedActivations q, float* x, long xStride, int firstToken, int endToken, int firstGroup, int endGroup, float* y, long yStride) =>
        _kernel.Multiply(Panels, GroupBytes, Rows, Columns, x, xStride, firstToken, endToken, firstGroup, endGroup, y, yStride);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void PackPanel(byte* panel, byte* source, int rows)
    {
        // A strip of columns at a time, so that the lines of the panel that are being filled stay in the first-level cache.
        const int Strip = 64;
        for (int first = 0; first < Columns; first += Strip)
        {
            int end = Math.Min(Columns, first + Strip);
            for (int row = 0; row < rows; row++)
            {
                byte* from = source + (row * SourceRowBytes);
                if (TFormat.Bytes == 4)
                {
                    uint* target = (uint*)panel + row;
                    for (int i = first; i < end; i++)
                    {
                        target[i * GroupRows] = Unsafe.ReadUnaligned<uint>(from + ((long)i * 4));
                    }
                }
                else
                {
                    ushort* target = (ushort*)panel + row;
                    for (int i = first; i < end; i++)
                    {
                        target[i * GroupRows] = Unsafe.ReadUnaligned<ushort>(from + ((long)i * 2));
                    }
                }
            }
        }
    }
}
