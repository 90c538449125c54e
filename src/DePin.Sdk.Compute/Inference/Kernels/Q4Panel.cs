using System.Runtime.CompilerServices;

namespace DePin.Sdk.Compute.Inference.Kernels;

/// <summary>Q4_0: four bits, of which 8 is subtracted; a byte holds a column of the first half and one of the second.</summary>
internal readonly unsafe struct Q4Panel : IBlockFormat
{
    public static int UnitColumns => 32;

    public static int FileBytes => 18;

    public static int PackedBytes => 288;

    public static int OffsetBits => 3;

    public static bool IsWide => false;

    public static int ScalesAt => 256;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Pack(byte* source, int row, byte* unit)
    {
        uint* target = (uint*)unit + row;
        for (int i = 0; i < 4; i++)
        {
            target[i * 16] = Unsafe.ReadUnaligned<uint>(source + 2 + (i * 4));
        }

        ((ushort*)(unit + ScalesAt))[row] = Unsafe.ReadUnaligned<ushort>(source);
    }

    public static void Read(byte* unit, int row, float* target)
    {
        float scale = HalfNumber.Read((ushort*)(unit + ScalesAt) + row);
        for (int i = 0; i < 16; i++)
        {
            byte both = unit[(i / 4 * 64) + (row * 4) + (i % 4)];
            target[i] = scale * ((both & 15) - 8);
            target[i + 16] = scale * ((both >> 4) - 8);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Load<TOps, TV>(byte* unit, int step, out TV low, out TV high)
        where TOps : struct, ILaneOps<TV>
        where TV : struct
    {
        var both = TOps.Load(unit + (step * 64));
        var mask = TOps.Create(0x0F0F0F0F);
        low = TOps.And(both, mask);
        high = TOps.And(TOps.ShiftRight(both, 4), mask);
    }
}
