namespace DePin.Sdk.Compute.Models;

/// <summary>How the heads of a layer are rotated by the position (RoFormer, arXiv:2104.09864), scaling included.</summary>
/// <remarks>
/// Every scaling that models ship with (linear, the one of Llama 3, YaRN, LongRoPE) comes down to one frequency for each pair and one
/// magnitude, so a runner needs to know nothing of them.
/// </remarks>
public sealed class RopeConfig
{
    /// <summary>For each rotated pair the angle in radians from one position to the next.</summary>
    public required IReadOnlyList<double> Frequencies { get; init; }

    /// <summary>True when element i is rotated with element i + (number of pairs), false when neighbours are.</summary>
    public required bool RotatesHalves { get; init; }

    /// <summary>Multiplies cosine and sine (the attention factor of YaRN and LongRoPE).</summary>
    /// <value>The default is 1.</value>
    public float Magnitude { get; init; } = 1;

    /// <summary>Number of elements of a head that are rotated; those behind them are left alone.</summary>
    public int Length => 2 * Frequencies.Count;

    /// <summary>Frequencies without scaling: base^(-2i / length) for pair i.</summary>
    /// <param name="frequencyBase">The base, 10000 in most models.</param>
    /// <param name="length">Number of rotated elements; even.</param>
    /// <returns>One frequency for each pair.</returns>
    public static double[] Unscaled(double frequencyBase, int length)
    {
        var frequencies = new double[length / 2];
        for (int i = 0; i < frequencies.Length; i++)
        {
            frequencies[i] = Math.Pow(frequencyBase, -2.0 * i / length);
        }

        return frequencies;
    }
}
