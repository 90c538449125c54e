using System.Runtime.CompilerServices;
using DePin.Sdk.Compute.Gguf;

namespace DePin.Sdk.Compute.Inference.Kernels;

/// <summary>Q5_K: as Q4_K, with a fifth bit for each weight in 64 bytes of their own a block.</summary>
internal readonly unsafe struct Q5KPanel : ISuperblockFormat
{
    public static int UnitColumns => 256;

    public static int FileBytes => 176;

    public static int PackedBytes => HeaderBytes + (8 * BlockBytes);

    public static int Bits => 5;

    public static bool HasMinimums => true;

    public static int HeaderBytes => 64;

    public static int BlockBytes => 352;

    public static int ScalesAt => 320;

    // Runs only while a model is loaded, too short a time for the runtime to optimize it by itself.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Pack(byte* source, int row, byte* unit)
    {
        ((ushort*)unit)[row] = Unsafe.ReadUnaligned<ushort>(source);
        ((ushort*)unit)[16 + row] = (ushort)(Unsafe.ReadUnaligned<ushort>(source + 2) ^ 0x8000);
        var scales = new ReadOnlySpan<byte>(source + 4, 12);
        for (int b = 0; b < 8; b++)
        {
            byte* block = unit + HeaderBytes + (b * BlockBytes);
            (int scale, int minimum) = Dequantizer.GroupScale(scales, b);
            block[ScalesAt + row] = (byte)scale;
            block[ScalesAt + 16 + row] = (byte)minimum;
            PackedNibbles.Put(source + 48 + (b / 2 * 32), 4 * (b & 1), row, block);
            PackHighBits(source + 16, b, (uint*)(block + 256) + row);
        }
    }

    public static void Read(byte* unit, int row, float* target)
    {
        float factor = HalfNumber.Read((ushort*)unit + row);
        float minimumFactor = -HalfNumber.Read((ushort*)unit + 16 + row);
        for (int i = 0; i < 256; i++)
        {
            byte* block = unit + HeaderBytes + (i / 32 * BlockBytes);
            float scale = factor * block[ScalesAt + row];
            float minimum = minimumFactor * block[ScalesAt + 16 + row];
            target[i] = (scale * (PackedNibbles.Get(block, row, i % 32) | (HighBit(block, row, i % 32) << 4))) - minimum;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Load<TOps, TV>(byte* block, int step, out TV low, out TV high)
        where TOps : struct, ILaneOps<TV>
        where TV : struct
    {
        var both = TOps.Load(block + (step * 64));
        var mask = TOps.Create(0x0F0F0F0F);
        var fifth = TOps.ShiftRight(TOps.Load(block + 256), step);
        low = TOps.Or(TOps.And(both, mask), TOps.ShiftLeft(TOps.And(fifth, TOps.Create(0x01010101)), 4));
        high = TOps.Or(TOps.And(TOps.ShiftRight(both, 4), mask), TOps.And(fifth, TOps.Create(0x10101010)));
    }

    // Bit s of a byte belongs to the low nibble of step s, bit 4 + s to the high one.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void PackHighBits(byte* source, int b, uint* target)
    {
        uint bits = 0;
        for (int step = 0; step < 4; step++)
        {
            bits |= ((Unsafe.ReadUnaligned<uint>(source + (4 * step)) >> b) & 0x01010101) << step;
            bits |= ((Unsafe.ReadUnaligned<uint>(source + 16 + (4 * step)) >> b) & 0x01010101) << (4 + step);
        }

        *target = bits;
    }

    private static int HighBit(byte* block, int row, int column) =>
        (block[256 + (row * 4) + (column % 4)] >> ((column % 16 / 4) + (column / 16 * 4))) & 1;
}
