using System.Runtime.CompilerServices;
using DePin.Sdk.Compute.Gguf;

namespace DePin.Sdk.Compute.Inference.Kernels;

/// <summary>Q4_K: four bits, with a scale and a minimum of six bits for each 32 columns.</summary>
internal readonly unsafe struct Q4KPanel : ISuperblockFormat
{
    public static int UnitColumns => 256;

    public static int FileBytes => 144;

    public static int PackedBytes => HeaderBytes + (8 * BlockBytes);

    public static int Bits => 4;

    public static bool HasMinimums => true;

    public static int HeaderBytes => 64;

    public static int BlockBytes => 288;

    public static int ScalesAt => 256;

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
            PackedNibbles.Put(source + 16 + (b / 2 * 32), 4 * (b & 1), row, block);
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
            target[i] = (scale * PackedNibbles.Get(block, row, i % 32)) - minimum;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Load<TOps, TV>(byte* block, int step, out TV low, out TV high)
        where TOps : struct, ILaneOps<TV>
        where TV : struct
    {
        var both = TOps.Load(block + (step * 64));
        var mask = TOps.Create(0x0F0F0F0F);
        low = TOps.And(both, mask);
        high = TOps.And(TOps.ShiftRight(both, 4), mask);
    }
}
