using System.Runtime.CompilerServices;

namespace DePin.Sdk.Compute.Inference.Kernels;

/// <summary>Q6_K: six bits, of which 32 is subtracted, with a signed scale for each 16 columns; the upper two bits lie in 128 bytes of their own a block.</summary>
internal readonly unsafe struct Q6KPanel : ISuperblockFormat
{
    public static int UnitColumns => 256;

    public static int FileBytes => 210;

    public static int PackedBytes => HeaderBytes + (8 * BlockBytes);

    public static int Bits => 6;

    public static bool HasMinimums => false;

    public static int HeaderBytes => 32;

    public static int BlockBytes => 416;

    public static int ScalesAt => 384;

    // Runs only while a model is loaded, too short a time for the runtime to optimize it by itself.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Pack(byte* source, int row, byte* unit)
    {
        ((ushort*)unit)[row] = Unsafe.ReadUnaligned<ushort>(source + 208);
        for (int b = 0; b < 8; b++)
        {
            byte* block = unit + HeaderBytes + (b * BlockBytes);
            block[ScalesAt + row] = source[192 + (2 * b)];
            block[ScalesAt + 16 + row] = source[193 + (2 * b)];
            PackedNibbles.Put(source + (b / 4 * 64) + (b % 2 * 32), 4 * (b / 2 % 2), row, block);
            byte* high = source + 128 + (b / 4 * 32);
            ((uint*)(block + 256))[row] = PackHighBits(high, 2 * (b % 4));
            ((uint*)(block + 320))[row] = PackHighBits(high + 16, 2 * (b % 4));
        }
    }

    public static void Read(byte* unit, int row, float* target)
    {
        float factor = HalfNumber.Read((ushort*)unit + row);
        for (int i = 0; i < 256; i++)
        {
            byte* block = unit + HeaderBytes + (i / 32 * BlockBytes);
            float scale = factor * (sbyte)block[ScalesAt + (i % 32 / 16 * 16) + row];
            target[i] = scale * ((PackedNibbles.Get(block, row, i % 32) | (HighBits(block, row, i % 32) << 4)) - 32);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Load<TOps, TV>(byte* block, int step, out TV low, out TV high)
        where TOps : struct, ILaneOps<TV>
        where TV : struct
    {
        var both = TOps.Load(block + (step * 64));
        var mask = TOps.Create(0x0F0F0F0F);
        var three = TOps.Create(0x03030303);
        low = TOps.Or(TOps.And(both, mask), TOps.ShiftLeft(TOps.And(TOps.ShiftRight(TOps.Load(block + 256), 2 * step), three), 4));
        high = TOps.Or(TOps.And(TOps.ShiftRight(both, 4), mask), TOps.ShiftLeft(TOps.And(TOps.ShiftRight(TOps.Load(block + 320), 2 * step), three), 4));
    }

    // Bits 2 * s and 2 * s + 1 of a byte belong to step s.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint PackHighBits(byte* source, int shift)
    {
        uint bits = 0;
        for (int step = 0; step < 4; step++)
        {
            bits |= ((Unsafe.ReadUnaligned<uint>(source + (4 * step)) >> shift) & 0x03030303) << (2 * step);
        }

        return bits;
    }

    private static int HighBits(byte* block, int row, int column) =>
        (block[256 + (column / 16 * 64) + (row * 4) + (column % 4)] >> (column % 16 / 4 * 2)) & 3;
}
