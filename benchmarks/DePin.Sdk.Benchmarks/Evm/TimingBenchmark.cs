using System.Diagnostics;
using System.Security.Cryptography;
using DePin.Sdk.Benchmarks.Inference;
using DePin.Sdk.Chains.Cryptography;

namespace DePin.Sdk.Benchmarks.Evm;

/// <summary>
/// Statistical evidence on the timing of signing, after Reparaz, Balasch and Verbauwhede, "Dude, is my code constant time?" (2017): the time of an operation is measured with a fixed
/// secret and with random ones, in random order, and Welch's t-test says whether the two means differ. Slow outliers, which the machine makes, are cut off at several thresholds.
/// A leaky control must be found, or the run shows nothing.
/// </summary>
internal static class TimingBenchmark
{
    /// <summary>Above this, a difference is beyond chance (TVLA).</summary>
    internal const double Threshold = 4.5;

    internal static readonly double[] Crops = [0.5, 0.75, 0.9, 0.99, 1];

    private static ulong _sink; // or the compiler would leave the control's work out

    internal delegate void Operation(ReadOnlySpan<byte> key, ReadOnlySpan<byte> digest);

    public static int Run(int samples)
    {
        Console.WriteLine($"{Machine.Describe()}; {samples:N0} samples a row; |t| above {Threshold} means that the time depends on the key");
        PrintHead();
        var one = new byte[32];
        one[31] = 1;
        var high = Convert.FromHexString("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364140");
        var usual = new byte[32];
        RandomNumberGenerator.Fill(usual);
        double sign = 0;
        foreach (var (name, key) in new[] { ("1", one), ("n-1", high), ("one random key", usual) })
        {
            sign = Math.Max(sign, Measure($"sign, {name} against random keys", Sign, key, samples));
            sign = Math.Max(sign, Measure($"public key, {name} against random keys", GetPublicKey, key, samples));
        }

        double leaky = Measure("control: sign, and a product for each bit set", LeakySign, one, samples);
        return Conclude(sign, leaky);
    }

    /// <summary>Says what the largest |t| of the operations and of the control show; 0 when it is what was hoped for.</summary>
    internal static int Conclude(double sign, double leaky)
    {
        Console.WriteLine(leaky <= Threshold
            ? "The control was not found: this machine is too noisy for the number of samples. Nothing is shown."
            : sign <= Threshold ? "No dependence on the key was found; the control was." : "The time may depend on the key: repeat with more samples on a quiet machine.");
        return leaky > Threshold && sign <= Threshold ? 0 : 1;
    }

    internal static void PrintHead() =>
            Console.WriteLine($"{"",-48}{"fixed",11}{"random",11}{string.Concat(Crops.Select(crop => $"{$"t of {crop:P0}",12}"))}");

    /// <summary>Prints a row and returns the largest |t| of it.</summary>
    internal static double Measure(string name, Operation operation, byte[] fixedKey, int samples)
    {
        // All inputs are made beforehand and read from one array, so that the classes differ in nothing but the keys.
        var keys = new byte[32 * samples];
        var digests = new byte[32 * samples];
        var isFixed = new bool[samples];
        RandomNumberGenerator.Fill(keys);
        RandomNumberGenerator.Fill(digests);
        for (int i = 0; i < samples; i++)
        {
            keys[32 * i] &= 0x7F; // below n
            if (isFixed[i] = (digests[32 * i] & 1) == 0)
            {
                fixedKey.CopyTo(keys, 32 * i);
            }
        }

        var times = new long[samples];
        for (int i = -2_000; i < samples; i++)
        {
            int at = i < 0 ? i + 2_000 : i;
            ReadOnlySpan<byte> key = keys.AsSpan(32 * at, 32), digest = digests.AsSpan(32 * at, 32);
            long start = Stopwatch.GetTimestamp();
            operation(key, digest);
            times[at] = Stopwatch.GetTimestamp() - start;
        }

        var sorted = (long[])times.Clone();
        Array.Sort(sorted);
        var ts = Crops.Select(crop => Welch(times, isFixed, sorted[(int)Math.Min(samples - 1, crop * samples)])).ToArray();
        double unit = 1e6 / Stopwatch.Frequency;
        Console.WriteLine($"{name,-48}{Median(times, isFixed, true) * unit,8:N2} µs{Median(times, isFixed, false) * unit,8:N2} µs{string.Concat(ts.Select(t => $"{t,12:N2}"))}");
        return ts.Max(Math.Abs);
    }

    private static double Welch(long[] times, bool[] isFixed, long limit)
    {
        double n0 = 0, m0 = 0, s0 = 0, n1 = 0, m1 = 0, s1 = 0;
        for (int i = 0; i < times.Length; i++)
        {
            if (times[i] > limit)
            {
                continue;
            }

            if (isFixed[i])
            {
                Add(times[i], ref n0, ref m0, ref s0);
            }
            else
            {
                Add(times[i], ref n1, ref m1, ref s1);
            }
        }

        return (m0 - m1) / Math.Sqrt((s0 / (n0 - 1) / n0) + (s1 / (n1 - 1) / n1));
    }

    // Welford's running mean and sum of squares.
    private static void Add(double value, ref double count, ref double mean, ref double squares)
    {
        count++;
        double delta = value - mean;
        mean += delta / count;
        squares += delta * (value - mean);
    }

    private static double Median(long[] times, bool[] isFixed, bool which) => new Percentiles(times.Where((_, i) => isFixed[i] == which).Select(time => (double)time)).P50;

    private static void Sign(ReadOnlySpan<byte> key, ReadOnlySpan<byte> digest)
    {
        Span<byte> signature = stackalloc byte[64];
        Secp256k1.Sign(key, digest, signature);
    }

    private static void GetPublicKey(ReadOnlySpan<byte> key, ReadOnlySpan<byte> digest) => Secp256k1.GetPublicKey(key);

    /// <summary>A mistake of the usual kind: work for the set bits of the key alone.</summary>
    private static void LeakySign(ReadOnlySpan<byte> key, ReadOnlySpan<byte> digest)
    {
        Span<byte> signature = stackalloc byte[64];
        Secp256k1.Sign(key, digest, signature);
        Leak(key);
    }

    internal static void Leak(ReadOnlySpan<byte> key)
    {
        ulong product = 3;
        foreach (var part in key)
        {
            for (int bit = 0; bit < 8; bit++)
            {
                if ((part >> bit & 1) != 0)
                {
                    product = (product * product) + 1;
                }
            }
        }

        Volatile.Write(ref _sink, product);
    }
}
