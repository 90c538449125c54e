using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using DePin.Sdk.Compute.Inference;
using DePin.Sdk.Compute.Models;

namespace DePin.Sdk.Compute.Generation;

/// <summary>Tells models and adapters apart whose saved states must not be mixed up: hashes over their description and samples of their weights.</summary>
internal static class StateFingerprint
{
    private const int SampleBytes = 1024;

    /// <param name="file">The model.</param>
    /// <param name="contextLength">The runner's, on which the rotation of some models depends.</param>
    public static byte[] Of(ModelFile file, int contextLength)
    {
        // The weights must not be unmapped meanwhile.
        file.AddReference();
        try
        {
            return Compute(file, contextLength);
        }
        finally
        {
            file.Release();
        }
    }

    /// <summary>The fingerprint of an adapter; zeros for none.</summary>
    public static byte[] Of(LoraAdapter? adapter)
    {
        if (adapter is null)
        {
            return new byte[SHA256.HashSizeInBytes];
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (name, pair) in adapter.Pairs.OrderBy(p => p.Key, StringComparer.Ordinal))
        {
            Add(hash, FormattableString.Invariant($"{name}/{pair.Rank}/{pair.Rows}/{pair.Columns}"));
            hash.AppendData(MemoryMarshal.AsBytes(pair.A.AsSpan(0, Math.Min(pair.A.Length, SampleBytes))));
            hash.AppendData(MemoryMarshal.AsBytes(pair.B.AsSpan(0, Math.Min(pair.B.Length, SampleBytes))));
        }

        return hash.GetHashAndReset();
    }

    private static unsafe byte[] Compute(ModelFile file, int contextLength)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var config = file.Config;
        Add(hash, FormattableString.Invariant(
            $"{config.Architecture}/{config.BlockCount}/{config.KeyValueHeadCount}/{config.HeadLength}/{contextLength > config.LongRopeFrom}"));
        foreach (var tensor in file.Tensors.Values.OrderBy(t => t.Name, StringComparer.Ordinal))
        {
            Add(hash, FormattableString.Invariant($"{tensor.Name}/{tensor.Type}/{tensor.Rows}/{tensor.Columns}"));
            long length = tensor.ByteLength;
            int sample = (int)Math.Min(length, SampleBytes);
            foreach (long at in (ReadOnlySpan<long>)[0, (length - sample) / 2, length - sample])
            {
                hash.AppendData(new ReadOnlySpan<byte>(tensor.Data + at, sample));
            }
        }

        return hash.GetHashAndReset();
    }

    private static void Add(IncrementalHash hash, string text) => hash.AppendData(Encoding.UTF8.GetBytes(text + "\n"));
}
