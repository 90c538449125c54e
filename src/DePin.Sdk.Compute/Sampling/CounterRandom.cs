namespace DePin.Sdk.Compute.Sampling;

/// <summary>Random numbers by position: the number for a step depends on the seed and on the step's position alone.</summary>
/// <remarks>
/// A generator with state would depend on how many numbers this process has drawn, so a continuation on another machine would draw
/// others than the uninterrupted run. The function is SplitMix64 (Steele, Lea, Flood 2014) used as a counter-based generator.
/// </remarks>
internal static class CounterRandom
{
    private const ulong Gamma = 0x9E3779B97F4A7C15;

    /// <summary>A number from 0 up to but not including 1.</summary>
    /// <param name="seed">The seed of the run.</param>
    /// <param name="position">How many tokens stand in the context before the one that is sampled.</param>
    public static double Next(long seed, int position) =>
        (Mix(Mix(unchecked((ulong)seed)) + (((ulong)position + 1) * Gamma)) >> 11) * (1.0 / (1UL << 53));

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
