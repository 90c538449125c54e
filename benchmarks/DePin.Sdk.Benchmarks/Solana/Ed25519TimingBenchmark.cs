using System.Security.Cryptography;
using DePin.Sdk.Benchmarks.Evm;
using DePin.Sdk.Benchmarks.Inference;
using DePin.Sdk.Chains.Cryptography;

namespace DePin.Sdk.Benchmarks.Solana;

/// <summary>Statistical evidence on the timing of Ed25519 signing, as <see cref="TimingBenchmark"/> gives it for the other curve: with keys of zeros and of ones, whose hashes are the secret numbers, and one random key, against random keys.</summary>
internal static class Ed25519TimingBenchmark
{
    public static int Run(int samples)
    {
        Console.WriteLine($"{Machine.Describe()}; {samples:N0} samples a row; |t| above {TimingBenchmark.Threshold} means that the time depends on the key");
        TimingBenchmark.PrintHead();
        byte[] zeros = new byte[32], ones = new byte[32], usual = new byte[32];
        ones.AsSpan().Fill(255);
        RandomNumberGenerator.Fill(usual);
        double sign = 0;
        foreach (var (name, key) in new[] { ("zeros", zeros), ("ones", ones), ("one random key", usual) })
        {
            sign = Math.Max(sign, TimingBenchmark.Measure($"Ed25519 sign, {name} against random keys", Sign, key, samples));
            sign = Math.Max(sign, TimingBenchmark.Measure($"Ed25519 public key, {name} against random keys", GetPublicKey, key, samples));
        }

        double leaky = TimingBenchmark.Measure("control: sign, and a product for each bit set", LeakySign, zeros, samples);
        return TimingBenchmark.Conclude(sign, leaky);
    }

    private static void Sign(ReadOnlySpan<byte> key, ReadOnlySpan<byte> message)
    {
        Span<byte> signature = stackalloc byte[64];
        Ed25519.Sign(key, message, signature);
    }

    private static void GetPublicKey(ReadOnlySpan<byte> key, ReadOnlySpan<byte> message)
    {
        Span<byte> publicKey = stackalloc byte[32];
        Ed25519.GetPublicKey(key, publicKey);
    }

    private static void LeakySign(ReadOnlySpan<byte> key, ReadOnlySpan<byte> message)
    {
        Sign(key, message);
        TimingBenchmark.Leak(key);
    }
}
