using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace DePin.Sdk.Compute.Inference.Attention;

/// <summary>Keys and values in single precision: keys[element][slot], then values[slot][element].</summary>
internal sealed unsafe class SingleAttentionHead(int length) : AttentionHead(length)
{
    private const int Slots = KeyValuePool.PageTokens;

    public override int PageBytes => Slots * (Length + PaddedLength) * sizeof(float);

    public override void Store(byte* page, int slot, float* key, float* value)
    {
        float* keys = (float*)page + slot;
        for (int i = 0; i < Length; i++)
        {
            keys[i * Slots] = key[i];
        }

        float* values = Values(page) + ((long)slot * PaddedLength);
        new ReadOnlySpan<float>(value, Length).CopyTo(new Span<float>(values, Length));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Score(byte* page, float** queries, float scale, float* scores, long stride)
    {
        float* keys = (float*)page;
        float* q0 = queries[0];
        float* q1 = queries[1];
        float* q2 = queries[2];
        float* q3 = queries[3];
        var a0 = Vector512<float>.Zero;
        var a1 = a0;
        var a2 = a0;
        var a3 = a0;
        var b0 = a0;
        var b1 = a0;
        var b2 = a0;
        var b3 = a0;
        int length = Length;
        for (int i = 0; i < length; i++, keys += Slots)
        {
            var a = Vector512.Load(keys);
            var b = Vector512.Load(keys + 16);
            var q = Vector512.Create(q0[i]);
            a0 = Vector512.FusedMultiplyAdd(q, a, a0);
            b0 = Vector512.FusedMultiplyAdd(q, b, b0);
            q = Vector512.Create(q1[i]);
            a1 = Vector512.FusedMultiplyAdd(q, a, a1);
            b1 = Vector512.FusedMultiplyAdd(q, b, b1);
            q = Vector512.Create(q2[i]);
            a2 = Vector512.FusedMultiplyAdd(q, a, a2);
            b2 = Vector512.FusedMultiplyAdd(q, b, b2);
            q = Vector512.Create(q3[i]);
            a3 = Vector512.FusedMultiplyAdd(q, a, a3);
            b3 = Vector512.FusedMultiplyAdd(q, b, b3);
        }

        (a0 * scale).Store(scores);
        (b0 * scale).Store(scores + 16);
        (a1 * scale).Store(scores + stride);
        (b1 * scale).Store(scores + stride + 16);
        (a2 * scale).Store(scores + (2 * stride));
        (b2 * scale).Store(scores + (2 * stride) + 16);
        (a3 * scale).Store(scores + (3 * stride));
        (b3 * scale).Store(scores + (3 * stride) + 16);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Accumulate(byte* page, float* weights, long stride, int slots, float* outputs)
    {
        int padded = PaddedLength;
        int i = 0;
        for (; i + 32 <= padded; i += 32)
        {
            float* values = Values(page) + i;
            float* o = outputs + i;
            var a0 = Vector512.Load(o);
            var b0 = Vector512.Load(o + 16);
            var a1 = Vector512.Load(o + padded);
            var b1 = Vector512.Load(o + padded + 16);
            var a2 = Vector512.Load(o + (2 * padded));
            var b2 = Vector512.Load(o + (2 * padded) + 16);
            var a3 = Vector512.Load(o + (3 * padded));
            var b3 = Vector512.Load(o + (3 * padded) + 16);
            for (int s = 0; s < slots; s++, values += padded)
            {
                var a = Vector512.Load(values);
                var b = Vector512.Load(values + 16);
                var w = Vector512.Create(weights[s]);
                a0 = Vector512.FusedMultiplyAdd(w, a, a0);
                b0 = Vector512.FusedMultiplyAdd(w, b, b0);
                w = Vector512.Create(weights[s + stride]);
                a1 = Vector512.FusedMultiplyAdd(w, a, a1);
                b1 = Vector512.FusedMultiplyAdd(w, b, b1);
                w = Vector512.Create(weights[s + (2 * stride)]);
                a2 = Vector512.FusedMultiplyAdd(w, a, a2);
                b2 = Vector512.FusedMultiplyAdd(w, b, b2);
                w = Vector512.Create(weights[s + (3 * stride)]);
                a3 = Vector512.FusedMultiplyAdd(w, a, a3);
                b3 = Vector512.FusedMultiplyAdd(w, b, b3);
            }

            a0.Store(o);
            b0.Store(o + 16);
            a1.Store(o + padded);
            b1.Store(o + padded + 16);
            a2.Store(o + (2 * padded));
            b2.Store(o + (2 * padded) + 16);
            a3.Store(o + (3 * padded));
            b3.Store(o + (3 * padded) + 16);
        }

        for (; i < padded; i += 16)
        {
            for (int q = 0; q < Queries; q++)
            {
                float* values = Values(page) + i;
                float* o = outputs + (q * padded) + i;
                var sum = Vector512.Load(o);
                for (int s = 0; s < slots; s++, values += padded)
                {
                    sum = Vector512.FusedMultiplyAdd(Vector512.Create(weights[s + (q * stride)]), Vector512.Load(values), sum);
                }

                sum.Store(o);
            }
        }
    }

    public override void Copy(byte* source, byte* target, int slots)
    {
        NativeMemory.Clear(target, (nuint)PageBytes);
        for (int i = 0; i < Length; i++)
        {
            long at = (long)i * Slots;
            new ReadOnlySpan<float>((float*)source + at, slots).CopyTo(new Span<float>((float*)target + at, slots));
        }

        new ReadOnlySpan<float>(Values(source), slots * PaddedLength).CopyTo(new Span<float>(Values(target), slots * PaddedLength));
    }

    private float* Values(byte* page) => (float*)page + ((long)Slots * Length);
}
