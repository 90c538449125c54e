using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace DePin.Sdk.Compute.Gguf;

/// <summary>Turns stored weights of every type into single precision, one block after the other; for reading, not for speed.</summary>
internal static class Dequantizer
{
    private const int Block = 32;
    private const int SuperBlock = 256;

    /// <summary>Converts whole blocks.</summary>
    /// <param name="type">How the weights are stored.</param>
    /// <param name="source">The blocks, exactly as many as <paramref name="target"/> has room for.</param>
    /// <param name="target">Room for a whole number of blocks.</param>
    public static void Read(GgufTensorType type, ReadOnlySpan<byte> source, Span<float> target)
    {
        GgufTensorTypeLayout.TryGetBlock(type, out int elements, out int bytes);
        switch (type)
        {
            case GgufTensorType.F32:
                source.CopyTo(MemoryMarshal.AsBytes(target));
                return;
            case GgufTensorType.F16:
                TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<byte, Half>(source), target);
                return;
            case GgufTensorType.BF16:
                ReadBFloat16(MemoryMarshal.Cast<byte, ushort>(source), target);
                return;
            default:
                for (int i = 0; i < target.Length / elements; i++)
                {
                    ReadBlock(type, source.Slice(i * bytes, bytes), target.Slice(i * elements, elements));
                }

                return;
        }
    }

    private static void ReadBlock(GgufTensorType type, ReadOnlySpan<byte> block, Span<float> target)
    {
        switch (type)
        {
            case GgufTensorType.Q8_0:
                ReadQ8(block, target);
                break;
            case GgufTensorType.Q5_0:
                ReadQ5(block, target);
                break;
            case GgufTensorType.Q4_0:
                ReadQ4(block, target);
                break;
            case GgufTensorType.Q4_K:
                ReadQ4K(block, target);
                break;
            case GgufTensorType.Q5_K:
                ReadQ5K(block, target);
                break;
            case GgufTensorType.Q6_K:
                ReadQ6K(block, target);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(type));
        }
    }

    private static void ReadBFloat16(ReadOnlySpan<ushort> source, Span<float> target)
    {
        for (int i = 0; i < target.Length; i++)
        {
            target[i] = BitConverter.UInt32BitsToSingle((uint)source[i] << 16);
        }
    }

    private static void ReadQ8(ReadOnlySpan<byte> block, Span<float> target)
    {
        float scale = HalfAt(block, 0);
        for (int i = 0; i < Block; i++)
        {
            target[i] = scale * (sbyte)block[2 + i];
        }
    }

    // Bit i of the four bytes behind the scale is the fifth bit of element i.
    private static void ReadQ5(ReadOnlySpan<byte> block, Span<float> target)
    {
        float scale = HalfAt(block, 0);
        uint high = BitConverter.ToUInt32(block[2..]);
        for (int i = 0; i < Block; i++)
        {
            int low = i < Block / 2 ? block[6 + i] & 15 : block[6 + i - (Block / 2)] >> 4;
            target[i] = scale * ((low | (int)(((high >> i) & 1) << 4)) - 16);
        }
    }

    private static void ReadQ4(ReadOnlySpan<byte> block, Span<float> target)
    {
        float scale = HalfAt(block, 0);
        for (int i = 0; i < Block / 2; i++)
        {
            target[i] = scale * ((block[2 + i] & 15) - 8);
            target[i + (Block / 2)] = scale * ((block[2 + i] >> 4) - 8);
        }
    }

    // Eight groups of 32, each with a 6-bit scale and a 6-bit minimum; two groups share 32 bytes of nibbles.
    private static void ReadQ4K(ReadOnlySpan<byte> block, Span<float> target)
    {
        float scale = HalfAt(block, 0);
        float minimum = HalfAt(block, 2);
        var scales = block.Slice(4, 12);
        var quants = block[16..];
        for (int group = 0; group < SuperBlock / Block; group++)
        {
            var (s, m) = GroupScale(scales, group);
            float groupScale = scale * s;
            float groupMinimum = minimum * m;
            for (int i = 0; i < Block; i++)
            {
                int quant = (quants[(group / 2 * Block) + i] >> (4 * (group & 1))) & 15;
                target[(group * Block) + i] = (groupScale * quant) - groupMinimum;
            }
        }
    }

    // As Q4_K, with the fifth bits of all groups in 32 bytes of their own: bit g of byte i belongs to element i of group g.
    private static void ReadQ5K(ReadOnlySpan<byte> block, Span<float> target)
    {
        float scale = HalfAt(block, 0);
        float minimum = HalfAt(block, 2);
        var scales = block.Slice(4, 12);
        var high = block.Slice(16, 32);
        var quants = block[48..];
        for (int group = 0; group < SuperBlock / Block; group++)
        {
            var (s, m) = GroupScale(scales, group);
            float groupScale = scale * s;
            float groupMinimum = minimum * m;
            for (int i = 0; i < Block; i++)
            {
                int quant = (quants[(group / 2 * Block) + i] >> (4 * (group & 1))) & 15;
                quant |= ((high[i] >> group) & 1) << 4;
                target[(group * Block) + i] = (groupScale * quant) - groupMinimum;
            }
        }
    }

    // Sixteen groups of 16 with a signed scale each. Each half of 128 elements has 64 bytes of low nibbles and 32 bytes of high pairs.
    private static void ReadQ6K(ReadOnlySpan<byte> block, Span<float> target)
    {
        float scale = HalfAt(block, 208);
        for (int i = 0; i < SuperBlock; i++)
        {
            int half = i / 128;
            int quarter = i / Block % 4;
            int column = i % Block;
            int low = (block[(half * 64) + ((quarter & 1) * Block) + column] >> (4 * (quarter >> 1))) & 15;
            int high = (block[128 + (half * 32) + column] >> (2 * quarter)) & 3;
            float groupScale = scale * (sbyte)block[192 + (i / 16)];
            target[i] = groupScale * ((low | (high << 4)) - 32);
        }
    }

    // Twelve bytes hold eight scales and eight minima: the lower six bits of bytes 0 to 7 are those of groups 0 to 3; groups 4 to 7 have
    // their lower four bits in bytes 8 to 11, their upper two in what is left of bytes 0 to 7.
    internal static (int Scale, int Minimum) GroupScale(ReadOnlySpan<byte> scales, int group) => group < 4
        ? (scales[group] & 63, scales[group + 4] & 63)
        : ((scales[group + 4] & 15) | (scales[group - 4] >> 6 << 4), (scales[group + 4] >> 4) | (scales[group] >> 6 << 4));

    private static float HalfAt(ReadOnlySpan<byte> block, int offset) => (float)MemoryMarshal.Read<Half>(block[offset..]);
}
