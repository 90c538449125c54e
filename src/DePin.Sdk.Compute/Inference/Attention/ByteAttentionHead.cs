using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace DePin.Sdk.Compute.Inference.Attention;

/// <summary>
/// Keys and values as signed bytes with a scale for each block of 32 elements of a position: keys[element][slot], their
/// scales[block][slot], values[slot][element], their scales[slot][block].
/// </summary>
internal sealed unsafe class ByteAttentionHead(int length) : AttentionHead(length)
{
    private const int Slots = KeyValuePool.PageTokens;
    private const int Block = 32;

    private readonly int _blocks = (length + Block - 1) / Block;

    private int BlockedLength => _blocks * Block;

    public override int PageBytes => (((2 * Slots * BlockedLength) + (2 * Slots * _blocks * sizeof(float))) + 63) & ~63;

    public override void Store(byte* page, int slot, float* key, float* value)
    {
        for (int b = 0; b < _blocks; b++)
        {
            int first = b * Block;
            int count = Math.Min(Block, Length - first);
            KeyScales(page)[(b * Slots) + slot] = Quantize(key + first, count, (sbyte*)page + ((long)first * Slots) + slot, Slots);
            sbyte* values = Values(page) + ((long)slot * BlockedLength) + first;
            ValueScales(page)[(slot * _blocks) + b] = Quantize(value + first, count, values, 1);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Score(byte* page, float** queries, float scale, float* scores, long stride)
    {
        for (int half = 0; half < Slots; half += 16)
        {
            var s0 = Vector512<float>.Zero;
            var s1 = s0;
            var s2 = s0;
            var s3 = s0;
            sbyte* keys = (sbyte*)page + half;
            for (int b = 0; b < _blocks; b++)
            {
                var a0 = Vector512<float>.Zero;
                var a1 = a0;
                var a2 = a0;
                var a3 = a0;
                int end = Math.Min(Length, (b + 1) * Block);
                for (int i = b * Block; i < end; i++, keys += Slots)
                {
                    var k = Widen(keys);
                    a0 = Vector512.FusedMultiplyAdd(Vector512.Create(queries[0][i]), k, a0);
                    a1 = Vector512.FusedMultiplyAdd(Vector512.Create(queries[1][i]), k, a1);
                    a2 = Vector512.FusedMultiplyAdd(Vector512.Create(queries[2][i]), k, a2);
                    a3 = Vector512.FusedMultiplyAdd(Vector512.Create(queries[3][i]), k, a3);
                }

                var d = Vector512.Load(KeyScales(page) + (b * Slots) + half);
                s0 = Vector512.FusedMultiplyAdd(a0, d, s0);
                s1 = Vector512.FusedMultiplyAdd(a1, d, s1);
                s2 = Vector512.FusedMultiplyAdd(a2, d, s2);
                s3 = Vector512.FusedMultiplyAdd(a3, d, s3);
            }

            (s0 * scale).Store(scores + half);
            (s1 * scale).Store(scores + stride + half);
            (s2 * scale).Store(scores + (2 * stride) + half);
            (s3 * scale).Store(scores + (3 * stride) + half);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Accumulate(byte* page, float* weights, long stride, int slots, float* outputs)
    {
        int padded = PaddedLength;
        for (int i = 0; i < padded; i += 16)
        {
            sbyte* values = Values(page) + i;
            float* scales = ValueScales(page) + (i / Block);
            float* o = outputs + i;
            var a0 = Vector512.Load(o);
            var a1 = Vector512.Load(o + padded);
            var a2 = Vector512.Load(o + (2 * padded));
            var a3 = Vector512.Load(o + (3 * padded));
            for (int s = 0; s < slots; s++, values += BlockedLength, scales += _blocks)
            {
                var v = Widen(values) * scales[0];
                a0 = Vector512.FusedMultiplyAdd(Vector512.Create(weights[s]), v, a0);
                a1 = Vector512.FusedMultiplyAdd(Vector512.Create(weights[s + stride]), v, a1);
                a2 = Vector512.FusedMultiplyAdd(Vector512.Create(weights[s + (2 * stride)]), v, a2);
                a3 = Vector512.FusedMultiplyAdd(Vector512.Create(weights[s + (3 * stride)]), v, a3);
            }

            a0.Store(o);
            a1.Store(o + padded);
            a2.Store(o + (2 * padded));
            a3.Store(o + (3 * padded));
        }
    }

    public override void Copy(byte* source, byte* target, int slots)
    {
        NativeMemory.Clear(target, (nuint)PageBytes);
        for (int i = 0; i < BlockedLength; i++)
        {
            NativeMemory.Copy(source + ((long)i * Slots), target + ((long)i * Slots), (nuint)slots);
        }

        for (int b = 0; b < _blocks; b++)
        {
            NativeMemory.Copy(KeyScales(source) + (b * Slots), KeyScales(target) + (b * Slots), (nuint)(slots * sizeof(float)));
        }

        NativeMemory.Copy(Values(source), Values(target), (nuint)(slots * BlockedLength));
        NativeMemory.Copy(ValueScales(source), ValueScales(target), (nuint)(slots * _blocks * sizeof(float)));
    }

    private static Vector512<float> Widen(sbyte* source) =>
        Vector512.ConvertToSingle(Vector512.WidenLower(Vector256.WidenLower(Vector128.Load(source).ToVector256Unsafe()).ToVector512Unsafe()));

    private static float Quantize(float* source, int count, sbyte* target, int step)
    {
        float largest = 0;
        for (int i = 0; i < count; i++)
        {
            largest = MathF.Max(largest, MathF.Abs(source[i]));
        }

        float inverse = largest > 0 ? 127 / largest : 0;
        for (int i = 0; i < count; i++)
        {
            target[(long)i * step] = (sbyte)Math.Clamp(MathF.Round(source[i] * inverse), -127, 127);
        }

        return largest / 127;
    }

    private float* KeyScales(byte* page) => (float*)(page + ((long)Slots * BlockedLength));

    private sbyte* Values(byte* page) => (sbyte*)(KeyScales(page) + (Slots * _blocks));

    private float* ValueScales(byte* page) => (float*)(Values(page) + ((long)Slots * BlockedLength));
}
