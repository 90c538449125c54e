using System.Buffers.Binary;
using System.Security.Cryptography;

namespace DePin.Sdk.Compute.Generation;

/// <summary>The format of saved states: which model they belong to, their tokens, and what the runner wrote; all little-endian.</summary>
/// <remarks>
/// Letters DPKV, version (4 bytes), fingerprints of model and adapter (32 each), number of tokens (4), length of the runner's part (8),
/// the tokens (4 each), the runner's part, SHA-256 of all before it. The hash finds damage; it does not prove who wrote the file.
/// </remarks>
internal static class StateFile
{
    public const int Version = 1;

    private const int HeaderBytes = 84;

    private static ReadOnlySpan<byte> Magic => "DPKV"u8;

    public static async Task WriteAsync(
        Stream destination, byte[] model, byte[] adapter, ReadOnlyMemory<int> tokens, SegmentedBuffer state, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] header = new byte[HeaderBytes + (sizeof(int) * tokens.Length)];
        Magic.CopyTo(header);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(4), Version);
        model.CopyTo(header.AsSpan(8));
        adapter.CopyTo(header.AsSpan(40));
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(72), tokens.Length);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(76), state.Length);
        for (int i = 0; i < tokens.Length; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(HeaderBytes + (sizeof(int) * i)), tokens.Span[i]);
        }

        hash.AppendData(header);
        await destination.WriteAsync(header, cancellationToken).ConfigureAwait(false);
        foreach (var segment in state.Segments)
        {
            hash.AppendData(segment.Span);
            await destination.WriteAsync(segment, cancellationToken).ConfigureAwait(false);
        }

        await destination.WriteAsync(hash.GetHashAndReset(), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads a state, and not one byte beyond it.</summary>
    /// <param name="source">Where to read.</param>
    /// <param name="model">The fingerprint of the model that is to take it.</param>
    /// <param name="adapter">The fingerprint of its adapter.</param>
    /// <param name="limits">What is reasonable.</param>
    /// <param name="state">Takes the runner's part.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The tokens.</returns>
    /// <exception cref="ModelFormatException">It is damaged, or of another model.</exception>
    public static async Task<int[]> ReadAsync(
        Stream source, byte[] model, byte[] adapter, StateLimits limits, SegmentedBuffer state, CancellationToken cancellationToken)
    {
        try
        {
            byte[] header = new byte[HeaderBytes];
            await source.ReadExactlyAsync(header, cancellationToken).ConfigureAwait(false);
            var (count, length) = CheckHeader(header, model, adapter, limits);
            byte[] bytes = new byte[sizeof(int) * count];
            await source.ReadExactlyAsync(bytes, cancellationToken).ConfigureAwait(false);
            await state.AppendAsync(source, length, cancellationToken).ConfigureAwait(false);
            byte[] expected = new byte[SHA256.HashSizeInBytes];
            await source.ReadExactlyAsync(expected, cancellationToken).ConfigureAwait(false);

            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            hash.AppendData(header);
            hash.AppendData(bytes);
            foreach (var segment in state.Segments)
            {
                hash.AppendData(segment.Span);
            }

            if (!hash.GetHashAndReset().AsSpan().SequenceEqual(expected))
            {
                throw new ModelFormatException("The saved state is damaged: its checksum does not fit.");
            }

            return ReadTokens(bytes, limits);
        }
        catch (EndOfStreamException e)
        {
            throw new ModelFormatException("The saved state breaks off.", e);
        }
    }

    private static (int Tokens, long StateBytes) CheckHeader(ReadOnlySpan<byte> header, byte[] model, byte[] adapter, StateLimits limits)
    {
        if (!header.StartsWith(Magic))
        {
            throw new ModelFormatException("This is not a saved state: it does not begin with the letters DPKV.", 0, null);
        }

        int version = BinaryPrimitives.ReadInt32LittleEndian(header[4..]);
        if (version != Version)
        {
            throw new ModelFormatException($"The saved state has version {version}; {Version} is supported.", 4, null);
        }

        if (!header.Slice(8, 32).SequenceEqual(model))
        {
            throw new ModelFormatException("The saved state belongs to another model.", 8, null);
        }

        if (!header.Slice(40, 32).SequenceEqual(adapter))
        {
            throw new ModelFormatException("The saved state belongs to another adapter of the model, or to the model without one.", 40, null);
        }

        int tokens = BinaryPrimitives.ReadInt32LittleEndian(header[72..]);
        if (tokens < 0 || tokens > limits.Tokens)
        {
            throw new ModelFormatException($"The saved state has {tokens} tokens; the context holds {limits.Tokens}.", 72, null);
        }

        long bytes = BinaryPrimitives.ReadInt64LittleEndian(header[76..]);
        if (bytes < 0 || bytes > limits.Bytes)
        {
            throw new ModelFormatException($"The saved state has {bytes} bytes; {limits.Bytes} are allowed.", 76, null);
        }

        return (tokens, bytes);
    }

    private static int[] ReadTokens(byte[] bytes, StateLimits limits)
    {
        int[] tokens = new int[bytes.Length / sizeof(int)];
        for (int i = 0; i < tokens.Length; i++)
        {
            tokens[i] = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(i * sizeof(int)));
            if ((uint)tokens[i] >= (uint)limits.VocabularySize)
            {
                throw new ModelFormatException($"Token {tokens[i]} is not in the vocabulary.", HeaderBytes + (i * sizeof(int)), null);
            }
        }

        return tokens;
    }
}
