using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace DePin.Sdk.Compute.Inference.Kernels;

/// <summary>The two products of attention, over vectors of one head.</summary>
internal abstract unsafe class AttentionKernel
{
    /// <summary>The kernel for heads of a length: the widest vectors that the machine accelerates and a head fills.</summary>
    public static AttentionKernel ForHead(int length)
    {
        var width = VectorWidths.Best;
        while (width > VectorWidth.Bits128 && length % (2 << (int)width) != 0)
        {
            width--;
        }

        return For(width);
    }

    public static AttentionKernel For(VectorWidth width) => width switch
    {
        VectorWidth.Bits512 => AttentionKernel<Vector512Ops, Vector512<float>>.Instance,
        VectorWidth.Bits256 => AttentionKernel<Vector256Ops, Vector256<float>>.Instance,
        VectorWidth.Bits128 => AttentionKernel<Vector128Ops, Vector128<float>>.Instance,
        _ => AttentionKernel<ScalarOps, float>.Instance,
    };

    /// <summary>scores[p] = scale * query . keys[p * stride ..] for p below <paramref name="count"/>.</summary>
    public abstract void Score(float* query, float* keys, int stride, int size, int count, float scale, float* scores);

    /// <summary>output += sum over p of weights[p] * values[p * stride ..].</summary>
    public abstract void Accumulate(float* weights, float* values, int stride, int size, int count, float* output);
}

/// <summary>The products at one vector width.</summary>
internal sealed unsafe class AttentionKernel<TOps, TVector> : AttentionKernel
    where TOps : struct, IVectorOps<TVector>
    where TVector : struct
{
    public static readonly AttentionKernel<TOps, TVector> Instance = new();

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Score(float* query, float* keys, int stride, int size, int count, float scale, float* scores)
    {
        for (int p = 0; p < count; p++, keys += stride)
        {
            var sum = TOps.Zero;
            int i = 0;
            for (; i + TOps.Lanes <= size; i += TOps.Lanes)
            {
                sum = TOps.MultiplyAdd(TOps.Load(query + i), TOps.Load(keys + i), sum);
            }

            float total = TOps.Sum(sum);
            for (; i < size; i++)
            {
                total += query[i] * keys[i];
            }

            scores[p] = total * scale;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Accumulate(float* weights, float* values, int stride, int size, int count, float* output)
    {
        int i = 0;

        // A strip of the output stays in registers while all positions pass by.
        for (; i + (4 * TOps.Lanes) <= size; i += 4 * TOps.Lanes)
        {
            var a = TOps.Load(output + i);
            var b = TOps.Load(output + i + TOps.Lanes);
            var c = TOps.Load(output + i + (2 * TOps.Lanes));
            var d = TOps.Load(output + i + (3 * TOps.Lanes));
            float* v = values + i;
            for (int p = 0; p < count; p++, v += stride)
            {
                var w = TOps.Broadcast(weights[p]);
                a = TOps.MultiplyAdd(TOps.Load(v), w, a);
                b = TOps.MultiplyAdd(TOps.Load(v + TOps.Lanes), w, b);
                c = TOps.MultiplyAdd(TOps.Load(v + (2 * TOps.Lanes)), w, c);
                d = TOps.MultiplyAdd(TOps.Load(v + (3 * TOps.Lanes)), w, d);
            }

            TOps.Store(a, output + i);
            TOps.Store(b, output + i + TOps.Lanes);
            TOps.Store(c, output + i + (2 * TOps.Lanes));
            TOps.Store(d, output + i + (3 * TOps.Lanes));
        }

        for (; i + TOps.Lanes <= size; i += TOps.Lanes)
        {
            var a = TOps.Load(output + i);
            float* v = values + i;
            for (int p = 0; p < count; p++, v += stride)
            {
                a = TOps.MultiplyAdd(TOps.Load(v), TOps.Broadcast(weights[p]), a);
            }

            TOps.Store(a, output + i);
        }

        for (; i < size; i++)
        {
            float a = output[i];
            float* v = values + i;
            for (int p = 0; p < count; p++, v += stride)
            {
                a += *v * weights[p];
            }

            output[i] = a;
        }
    }
}
