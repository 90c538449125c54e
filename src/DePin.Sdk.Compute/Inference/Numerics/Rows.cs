using System.Runtime.Intrinsics;
using DePin.Sdk.Compute.Models;

namespace DePin.Sdk.Compute.Inference.Numerics;

/// <summary>Functions over rows of numbers, the same bit for bit on every machine.</summary>
internal static unsafe class Rows
{
    /// <summary>target += source.</summary>
    public static void Add(float* target, float* source, int count)
    {
        for (int i = 0; i < count; i += Lanes.Count)
        {
            int rest = count - i;
            Lanes.Store(Lanes.Load(target + i, rest) + Lanes.Load(source + i, rest), target + i, rest);
        }
    }

    /// <summary>target *= factor.</summary>
    public static void Scale(float* target, float factor, int count)
    {
        for (int i = 0; i < count; i += Lanes.Count)
        {
            Lanes.Store(Lanes.Load(target + i, count - i) * factor, target + i, count - i);
        }
    }

    /// <summary>Root-mean-square normalization (arXiv:1910.07467): target = source / rms(source) * weight; both may be the same row.</summary>
    public static void Normalize(float* source, ReadOnlySpan<float> weight, float epsilon, float* target)
    {
        int count = weight.Length;
        var squares = Vector512<float>.Zero;
        for (int i = 0; i < count; i += Lanes.Count)
        {
            var v = Lanes.Load(source + i, count - i);
            squares = Vector512.FusedMultiplyAdd(v, v, squares);
        }

        float scale = 1 / MathF.Sqrt((Lanes.Sum(squares) / count) + epsilon);
        fixed (float* w = weight)
        {
            for (int i = 0; i < count; i += Lanes.Count)
            {
                int rest = count - i;
                Lanes.Store(Lanes.Load(source + i, rest) * scale * Lanes.Load(w + i, rest), target + i, rest);
            }
        }
    }

    /// <summary>The product of two rows, in sixteen chains.</summary>
    public static float Dot(float* a, float* b, int count)
    {
        var sum = Vector512<float>.Zero;
        for (int i = 0; i < count; i += Lanes.Count)
        {
            sum = Vector512.FusedMultiplyAdd(Lanes.Load(a + i, count - i), Lanes.Load(b + i, count - i), sum);
        }

        return Lanes.Sum(sum);
    }

    /// <summary>gate = activation(gate) * up.</summary>
    public static void Gate(FeedForwardActivation activation, float* gate, float* up, int count)
    {
        for (int i = 0; i < count; i += Lanes.Count)
        {
            int rest = count - i;
            var g = Lanes.Load(gate + i, rest);
            var active = activation == FeedForwardActivation.Silu ? Silu(g) : Gelu(g);
            Lanes.Store(active * Lanes.Load(up + i, rest), gate + i, rest);
        }
    }

    /// <summary>values = cap * tanh(values / cap).</summary>
    public static void SoftCap(float* values, float cap, int count)
    {
        float inverse = 1 / cap;
        for (int i = 0; i < count; i += Lanes.Count)
        {
            int rest = count - i;
            Lanes.Store(Lanes.Tanh(Lanes.Load(values + i, rest) * inverse) * cap, values + i, rest);
        }
    }

    /// <summary>Turns scores into weights relative to the largest, exp(score - largest), and returns their sum. The count is a multiple of 16.</summary>
    public static float Exponentiate(float* scores, int count)
    {
        var most = Vector512.Create(float.NegativeInfinity);
        for (int i = 0; i < count; i += Lanes.Count)
        {
            most = Vector512.Max(most, Vector512.Load(scores + i));
        }

        var largest = Vector512.Create(Lanes.Max(most));
        var sum = Vector512<float>.Zero;
        for (int i = 0; i < count; i += Lanes.Count)
        {
            var e = Lanes.Exp(Vector512.Load(scores + i) - largest);
            e.Store(scores + i);
            sum += e;
        }

        return Lanes.Sum(sum);
    }

    private static Vector512<float> Silu(Vector512<float> x) => x / (Lanes.Exp(-x) + Vector512<float>.One);

    private static Vector512<float> Gelu(Vector512<float> x)
    {
        var inner = Vector512.FusedMultiplyAdd(x * x * Vector512.Create(0.044715f), x, x) * Vector512.Create(0.7978845608f);
        return x * Vector512.Create(0.5f) * (Vector512<float>.One + Lanes.Tanh(inner));
    }
}
