using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using DePin.Sdk.Compute.Models;

namespace DePin.Sdk.Compute.Inference.Kernels;

/// <summary>Packed rows in a quantized format.</summary>
internal sealed unsafe class QuantizedMatrix<TFormat> : PackedMatrix
    where TFormat : struct, IPanelFormat
{
    private readonly PanelKernel _kernel;

    private QuantizedMatrix(ModelTensor tensor, int firstRow, int rows, PanelKernel kernel)
        : base(tensor, firstRow, rows, (long)(tensor.Columns / TFormat.UnitColumns) * TFormat.PackedBytes) => _kernel = kernel;

    public override bool TakesFloats => false;

    private int Units => Columns / TFormat.UnitColumns;

    public static QuantizedMatrix<TFormat> OfBlocks<TBlock>(ModelTensor tensor, int firstRow, int rows, KernelPath path)
        where TBlock : struct, IBlockFormat => new(tensor, firstRow, rows, path switch
        {
            KernelPath.Avx512 when typeof(TBlock) == typeof(Q4Panel) => new WideBlockKernel(),
            KernelPath.Avx512 when KernelPaths.IsSupported(KernelPath.AvxVnni) => new BlockKernel<TBlock, AvxVnniOps<Floats512>, Vector256<int>>(),
            KernelPath.AvxVnni => new BlockKernel<TBlock, AvxVnniOps<Floats256>, Vector256<int>>(),
            KernelPath.Avx512 or KernelPath.Avx2 => new BlockKernel<TBlock, Avx2Ops, Vector256<int>>(),
            KernelPath.Vector128 => new BlockKernel<TBlock, Portable128Ops, Vector128<int>>(),
            _ => new BlockKernel<TBlock, SingleLaneOps, int>(),
        });

    public static QuantizedMatrix<TFormat> OfSuperblocks<TSuperblock>(ModelTensor tensor, int firstRow, int rows, KernelPath path)
        where TSuperblock : struct, ISuperblockFormat => new(tensor, firstRow, rows, path switch
        {
            KernelPath.Avx512 => new WideSuperblockKernel<TSuperblock>(),
            KernelPath.AvxVnni =>
                new SuperblockKernel<TSuperblock, AvxVnniOps<Floats256>, Vector256<int>>(),
            KernelPath.Avx2 => new SuperblockKernel<TSuperblock, Avx2Ops, Vector256<int>>(),
            KernelPath.Vector128 => new SuperblockKernel<TSuperblock, Portable128Ops, Vector128<int>>(),
            _ => new SuperblockKernel<TSuperblock, SingleLaneOps, int>(),
        });

    // Runs once for all weights, too short a time for the runtime to optimize it by itself.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Pack(int firstGroup, int endGroup)
    {
        int units = Units;
        byte* empty = stackalloc byte[TFormat.FileBytes];
        new Span<byte>(empty, TFormat.FileBytes).Clear();
        for (int group = firstGroup; group < endGroup; group++)
        {
            byte* panel = Panels + (group * GroupBytes);
            for (int row = 0; row < GroupRows; row++)
            {
                long index = ((long)group * GroupRows) + row;
                byte* source = index < Rows ? Source + (index * SourceRowBytes) : empty;
                int step = index < Rows ? TFormat.FileBytes : 0;
                byte* unit = panel;
                for (int i = 0; i < units; i++, unit += TFormat.PackedBytes, source += step)
                {
                    TFormat.Pack(source, row, unit);
                }
            }
        }
    }

    public override void ReadRow(int row, float* target)
    {
        byte* unit = Panels + (row / GroupRows * GroupBytes);
        for (int i = 0; i < Units; i++, unit += TFormat.PackedBytes, target += TFormat.UnitColumns)
        {
            TFormat.Read(unit, row % GroupRows, target);
        }
    }

    public override void Multiply(
        QuantizedActivations q, float* x, long xStride, int firstToken, int endToken, int firstGroup, int endGroup, float* y, long yStride) =>
        _kernel.Multiply(Panels, GroupBytes, Rows, Columns, q, firstToken, endToken, firstGroup, endGroup, y, yStride);
}
