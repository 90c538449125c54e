using System.Runtime.CompilerServices;

namespace DePin.Sdk.Compute.Inference.Kernels;

/// <summary>Q8_0: signed bytes, stored 128 higher.</summary>
internal readonly unsafe struct Q8Panel : IBlockFormat
{
    public static int UnitColumns => 32;

    public static int FileBytes => 34;

    public static int PackedBytes => 544;

    public static int OffsetBits => 7;

    public static bool IsWide => true;

    public static int ScalesAt => 512;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Pack(byte* source, int row, byte* unit)
    {
        uint* target = (uint*)unit + row;
        for (int i = 0; i < 8; i++)
        {
            target[i * 16] = Unsafe.ReadUnaligned<uint>(source + 2 + (i * 4)) ^ 0x80808080;
        }

        ((ushort*)(unit + ScalesAt))[row] = Unsafe.ReadUnaligned<ushort>(source);
    }

    public static void Read(byte* unit, int row, float* target)
    {
        float scale = HalfNumber.Read((ushort*)(unit + ScalesAt) + row);
        for (int i = 0; i < 32; i++)
        {
            target[i] = scale * (unit[(i / 4 * 64) + (row * 4) + (i % 4)] - 128);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Load<TOps, TV>(byte* unit, int step, out TV low, out TV high)
        where TOps : struct, ILaneOps<TV>
        where TV : struct
    {
        low = TOps.Load(unit + (step * 64));
        high = TOps.Load(unit + 256 + (step * 64));
    }
}
