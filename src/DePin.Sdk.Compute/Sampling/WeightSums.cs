using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace DePin.Sdk.Compute.Sampling;

/// <summary>Sums of weights, bit for bit the same on every machine.</summary>
internal static class WeightSums
{
    /// <summary>The sum of the weights that are at least as large as one.</summary>
    /// <remarks>Eight running sums whatever the machine's vectors hold: with as many as fit, sums would depend on the machine.</remarks>
    public static double SumAtLeast(ReadOnlySpan<float> weights, float least)
    {
        var low = Vector256<double>.Zero;
        var high = Vector256<double>.Zero;
        var threshold = Vector256.Create(least);
        ref float first = ref MemoryMarshal.GetReference(weights);
        int i = 0;
        for (; i <= weights.Length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            var values = Vector256.LoadUnsafe(ref first, (nuint)i);
            values = Vector256.ConditionalSelect(Vector256.GreaterThanOrEqual(values, threshold), values, Vector256<float>.Zero);
            var (lower, upper) = Vector256.Widen(values);
            low += lower;
            high += upper;
        }

        low += high;
        double sum = low[0] + low[1] + (low[2] + low[3]);
        for (; i < weights.Length; i++)
        {
            sum += weights[i] >= least ? weights[i] : 0;
        }

        return sum;
    }

    /// <summary>Moves the largest values to the end, in any order.</summary>
    public static void MoveLargestToEnd(Span<float> values, int count)
    {
        int split = values.Length - count;
        int from = 0;
        int to = values.Length - 1;
        while (from < to)
        {
            float pivot = Median(values[from], values[from + ((to - from) / 2)], values[to]);
            int i = from;
            int j = to;
            while (i <= j)
            {
                while (values[i] < pivot)
                {
                    i++;
                }

                while (values[j] > pivot)
                {
                    j--;
                }

                if (i <= j)
                {
                    (values[i], values[j]) = (values[j], values[i]);
                    i++;
                    j--;
                }
            }

            if (split <= j)
            {
                to = j;
            }
            else if (split >= i)
            {
                from = i;
            }
            else
            {
                return;
            }
        }
    }

    private static float Median(float a, float b, float c) => Math.Max(Math.Min(a, b), Math.Min(Math.Max(a, b), c));
}
