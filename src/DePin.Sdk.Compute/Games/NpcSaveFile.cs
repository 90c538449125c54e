using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;
using DePin.Sdk.Compute.Generation;

namespace DePin.Sdk.Compute.Games;

/// <summary>The format of saved conversations; all little-endian.</summary>
/// <remarks>
/// Letters DPNC, version (4 bytes), length of the transcript (4), length of the model's state (8), the transcript as JSON in UTF-8,
/// SHA-256 of all before it, the state (<see cref="StateFile"/>, with a checksum of its own) or nothing.
/// </remarks>
internal static class NpcSaveFile
{
    public const int Version = 1;

    /// <summary>The longest transcript.</summary>
    public const int MaxTranscriptBytes = 8 << 20;

    private const int HeaderBytes = 20;
    private const int SkipBytes = 1 << 16;

    private static ReadOnlySpan<byte> Magic => "DPNC"u8;

    public static async Task WriteAsync(Stream destination, NpcSaveData data, SegmentedBuffer state, CancellationToken cancellationToken)
    {
        byte[] transcript = JsonSerializer.SerializeToUtf8Bytes(data, NpcSaveContext.Default.NpcSaveData);
        if (transcript.Length > MaxTranscriptBytes)
        {
            throw new InvalidOperationException($"The conversation takes {transcript.Length} bytes; a save may have {MaxTranscriptBytes}. Forget some of it.");
        }

        byte[] bytes = new byte[HeaderBytes + transcript.Length + SHA256.HashSizeInBytes];
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4), Version);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), transcript.Length);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(12), state.Length);
        transcript.CopyTo(bytes, HeaderBytes);
        SHA256.HashData(bytes.AsSpan(0, HeaderBytes + transcript.Length), bytes.AsSpan(HeaderBytes + transcript.Length));
        await destination.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
        foreach (var segment in state.Segments)
        {
            await destination.WriteAsync(segment, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Reads the transcript; the stream then stands where the state begins.</summary>
    /// <returns>The transcript, and the length of the state.</returns>
    /// <exception cref="ModelFormatException">It is damaged.</exception>
    public static async Task<(NpcSaveData Data, long StateBytes)> ReadAsync(Stream source, CancellationToken cancellationToken)
    {
        try
        {
            byte[] header = new byte[HeaderBytes];
            await source.ReadExactlyAsync(header, cancellationToken).ConfigureAwait(false);
            int length = CheckHeader(header);
            using var rest = new SegmentedBuffer();
            await rest.AppendAsync(source, length + SHA256.HashSizeInBytes, cancellationToken).ConfigureAwait(false);
            byte[] bytes = new byte[HeaderBytes + rest.Length];
            header.CopyTo(bytes, 0);
            rest.ReadExactly(bytes.AsSpan(HeaderBytes));
            if (!SHA256.HashData(bytes.AsSpan(0, HeaderBytes + length)).AsSpan().SequenceEqual(bytes.AsSpan(HeaderBytes + length)))
            {
                throw new ModelFormatException("The saved conversation is damaged: its checksum does not fit.");
            }

            return (Parse(bytes.AsSpan(HeaderBytes, length)), BinaryPrimitives.ReadInt64LittleEndian(header.AsSpan(12)));
        }
        catch (EndOfStreamException e)
        {
            throw new ModelFormatException("The saved conversation breaks off.", e);
        }
    }

    /// <summary>Takes the state out of the stream, or passes over it when it is larger than allowed.</summary>
    /// <returns>Whether it was taken.</returns>
    /// <exception cref="ModelFormatException">The stream ends before it does.</exception>
    public static async Task<bool> TakeStateAsync(Stream source, long length, long limit, SegmentedBuffer state, CancellationToken cancellationToken)
    {
        try
        {
            if (length <= limit)
            {
                await state.AppendAsync(source, length, cancellationToken).ConfigureAwait(false);
                return true;
            }

            byte[] buffer = new byte[SkipBytes];
            for (long left = length; left > 0; left -= Math.Min(left, SkipBytes))
            {
                await source.ReadExactlyAsync(buffer.AsMemory(0, (int)Math.Min(left, SkipBytes)), cancellationToken).ConfigureAwait(false);
            }

            return false;
        }
        catch (EndOfStreamException e)
        {
            throw new ModelFormatException("The saved conversation breaks off.", e);
        }
    }

    private static int CheckHeader(ReadOnlySpan<byte> header)
    {
        if (!header.StartsWith(Magic))
        {
            throw new ModelFormatException("This is not a saved conversation: it does not begin with the letters DPNC.", 0, null);
        }

        int version = BinaryPrimitives.ReadInt32LittleEndian(header[4..]);
        if (version != Version)
        {
            throw new ModelFormatException($"The saved conversation has version {version}; {Version} is supported.", 4, null);
        }

        int length = BinaryPrimitives.ReadInt32LittleEndian(header[8..]);
        if (length is < 0 or > MaxTranscriptBytes)
        {
            throw new ModelFormatException($"The transcript has {length} bytes; {MaxTranscriptBytes} are allowed.", 8, null);
        }

        return BinaryPrimitives.ReadInt64LittleEndian(header[12..]) >= 0
            ? length
            : throw new ModelFormatException("The length of the state is negative.", 12, null);
    }

    private static NpcSaveData Parse(ReadOnlySpan<byte> transcript)
    {
        try
        {
            var data = JsonSerializer.Deserialize(transcript, NpcSaveContext.Default.NpcSaveData);
            return data is { Facts: var facts, Forgotten: >= 0 } && facts.TrueForAll(static f => f is not null)
                && data.Examples.Concat(data.Lines).All(static l => l?.Text is not null)
                ? data
                : throw new ModelFormatException("The transcript of the saved conversation lacks something.", HeaderBytes, null);
        }
        catch (JsonException e)
        {
            throw new ModelFormatException("The transcript of the saved conversation is malformed.", HeaderBytes, null, e);
        }
    }
}
