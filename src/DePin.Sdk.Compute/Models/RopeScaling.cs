namespace DePin.Sdk.Compute.Models;

/// <summary>The ways in which models stretch their rotation over longer contexts, each as frequencies of the pairs.</summary>
internal static class RopeScaling
{
    /// <summary>Positions divided by a factor (arXiv:2306.15595).</summary>
    public static double[] Linear(double[] frequencies, double factor) => Array.ConvertAll(frequencies, f => f / factor);

    /// <summary>One divisor for each pair (LongRoPE, arXiv:2402.13753; and how GGUF stores the scaling of Llama 3).</summary>
    public static double[] Divide(double[] frequencies, ReadOnlySpan<float> divisors)
    {
        double[] scaled = new double[frequencies.Length];
        for (int i = 0; i < scaled.Length; i++)
        {
            scaled[i] = frequencies[i] / divisors[i];
        }

        return scaled;
    }

    /// <summary>The scaling of Llama 3.1: slow pairs are divided, fast ones kept, those between blended.</summary>
    public static double[] Llama3(double[] frequencies, double factor, double lowFactor, double highFactor, int originalContext) =>
        Array.ConvertAll(frequencies, frequency =>
        {
            double turns = originalContext * frequency / (2 * Math.PI);
            if (turns < lowFactor)
            {
                return frequency / factor;
            }

            if (turns > highFactor)
            {
                return frequency;
            }

            double smooth = (turns - lowFactor) / (highFactor - lowFactor);
            return ((1 - smooth) * frequency / factor) + (smooth * frequency);
        });

    /// <summary>YaRN (arXiv:2309.00071): pairs that turn often in the original context are kept, those that hardly do are divided.</summary>
    public static double[] Yarn(
        double[] frequencies, double frequencyBase, double factor, int originalContext, double betaFast, double betaSlow, double extrapolation)
    {
        int length = 2 * frequencies.Length;
        double PairOf(double turns) => length * Math.Log(originalContext / (turns * 2 * Math.PI)) / (2 * Math.Log(frequencyBase));
        double low = Math.Max(Math.Floor(PairOf(betaFast)), 0);
        double high = Math.Min(Math.Ceiling(PairOf(betaSlow)), length - 1);
        double[] scaled = new double[frequencies.Length];
        for (int i = 0; i < scaled.Length; i++)
        {
            double kept = extrapolation * (1 - Math.Clamp((i - low) / Math.Max(0.001, high - low), 0, 1));
            scaled[i] = (frequencies[i] / factor * (1 - kept)) + (frequencies[i] * kept);
        }

        return scaled;
    }

    /// <summary>How much YaRN magnifies queries and keys.</summary>
    public static double YarnMagnitude(double factor, double weight = 1) => factor <= 1 ? 1 : (0.1 * weight * Math.Log(factor)) + 1;

    /// <summary>How much LongRoPE magnifies queries and keys.</summary>
    public static double LongMagnitude(double factor, int originalContext) =>
        factor <= 1 ? 1 : Math.Sqrt(1 + (Math.Log(factor) / Math.Log(originalContext)));
}
