using System.Runtime.CompilerServices;

namespace DePin.Sdk.Compute.Inference.Kernels;

/// <summary>Q5_0, packed as <see cref="Q8Panel"/>: it only stands in for K-quants in the rows that they do not divide, so its kernel is not worth one of its own.</summary>
internal readonly unsafe struct Q5Panel : IBlockFormat
{
    public static int UnitColumns => Q8Panel.UnitColumns;

    public static int FileBytes => 22;

    public static int PackedBytes => Q8Panel.PackedBytes;

    public static int OffsetBits => Q8Panel.OffsetBits;

    public static bool IsWide => Q8Panel.IsWide;

    public static int ScalesAt => Q8Panel.ScalesAt;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Pack(byte* source, int row, byte* unit)
    {
        uint high = Unsafe.ReadUnaligned<uint>(source + 2);
        for (int i = 0; i < 16; i++)
        {
            byte* target = unit + (i / 4 * 64) + (row * 4) + (i % 4);
            target[0] = (byte)(((source[6 + i] & 15) | (int)(((high >> i) & 1) << 4)) + 112);
            target[256] = (byte)(((source[6 + i] >> 4) | (int)(((high >> (i + 16)) & 1) << 4)) + 112);
        }

        ((ushort*)(unit + ScalesAt))[row] = Unsafe.ReadUnaligned<ushort>(source);
    }

    public static void Read(byte* unit, int row, float* target) => Q8Panel.Read(unit, row, target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Load<TOps, TV>(byte* unit, int step, out TV low, out TV high)
        where TOps : struct, ILaneOps<TV>
        where TV : struct => Q8Panel.Load<TOps, TV>(unit, step, out low, out high);
}
