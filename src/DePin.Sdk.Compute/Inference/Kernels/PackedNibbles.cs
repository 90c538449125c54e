using System.Runtime.CompilerServices;

namespace DePin.Sdk.Compute.Inference.Kernels;

/// <summary>The four lower bits of a block's weights: columns 4 * step and on in the lower halves of bytes, 16 + 4 * step and on in the upper.</summary>
internal static unsafe class PackedNibbles
{
    /// <summary>Packs a row's 32 nibbles that lie in as many bytes, above <paramref name="shift"/> others.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Put(byte* source, int shift, int row, byte* block)
    {
        uint* target = (uint*)block + row;
        for (int step = 0; step < 4; step++)
        {
            uint low = (Unsafe.ReadUnaligned<uint>(source + (4 * step)) >> shift) & 0x0F0F0F0F;
            uint high = (Unsafe.ReadUnaligned<uint>(source + 16 + (4 * step)) >> shift) & 0x0F0F0F0F;
            target[step * 16] = low | (high << 4);
        }
    }

    public static int Get(byte* block, int row, int column) =>
        (block[(column % 16 / 4 * 64) + (row * 4) + (column % 4)] >> (column / 16 * 4)) & 15;
}
