using System.Buffers.Binary;
using System.Security.Cryptography;

namespace DePin.Sdk.Jobs;

/// <summary>Hashes the outputs of a job as they pass: SHA-256 over each output with its 32-bit big-endian length before it. Both sides run one and compare.</summary>
public sealed class OutputHasher : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>Adds the next output.</summary>
    public void Append(ReadOnlySpan<byte> output)
    {
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, output.Length);
        _hash.AppendData(length);
        _hash.AppendData(output);
    }

    /// <summary>The hash of everything appended so far; 32 bytes. More may be appended afterwards.</summary>
    public byte[] GetCurrentHash() => _hash.GetCurrentHash();

    /// <inheritdoc/>
    public void Dispose() => _hash.Dispose();
}
