using System.Buffers.Binary;
using System.Text.Json;
using DePin.Sdk.Compute.Gguf;

namespace DePin.Sdk.Compute.Safetensors;

/// <summary>Reads the table of a safetensors file, trusting nothing in it.</summary>
internal static class SafetensorsReader
{
    // The length that other readers of the format accept.
    public const int MaximumHeaderBytes = 100_000_000;
    public const int MaximumNameBytes = 512;
    public const int MaximumDimensions = 8;
    private const int LengthBytes = 8;

    private static readonly JsonReaderOptions Options = new() { MaxDepth = 4 };

    public static unsafe void Read(FileBytes bytes, Dictionary<string, SafetensorsTensor> tensors)
    {
        if (bytes.Length < LengthBytes)
        {
            throw new ModelFormatException("The file is too short for a safetensors file.", 0, null);
        }

        ulong headerLength = BinaryPrimitives.ReadUInt64LittleEndian(new ReadOnlySpan<byte>(bytes.Pointer, LengthBytes));
        if (headerLength > MaximumHeaderBytes || headerLength > (ulong)(bytes.Length - LengthBytes))
        {
            throw new ModelFormatException(
                $"The file claims a header of {headerLength} bytes; it has {bytes.Length - LengthBytes} more bytes, and at most {MaximumHeaderBytes} are allowed.", 0, null);
        }

        var header = new ReadOnlySpan<byte>(bytes.Pointer + LengthBytes, (int)headerLength);
        long dataStart = LengthBytes + (long)headerLength;
        var reader = new Utf8JsonReader(header, Options);
        string? name = null;
        try
        {
            Expect(ref reader, JsonTokenType.StartObject, null);
            while (Next(ref reader) == JsonTokenType.PropertyName)
            {
                long at = LengthBytes + reader.TokenStartIndex;
                name = ReadName(ref reader, at);
                if (name == "__metadata__")
                {
                    reader.Read();
                    reader.Skip();
                    continue;
                }

                var tensor = ReadTensor(ref reader, name, at, dataStart, bytes.Length);
                if (!tensors.TryAdd(name, tensor))
                {
                    throw new ModelFormatException("The tensor name appears twice.", at, name);
                }
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new ModelFormatException("The table of tensors is not valid JSON.", LengthBytes + reader.BytesConsumed, name, e);
        }

        CheckOverlaps(tensors);
    }

    private static SafetensorsTensor ReadTensor(ref Utf8JsonReader reader, string name, long at, long dataStart, long fileLength)
    {
        string? type = null;
        long[]? shape = null;
        long[]? range = null;
        Expect(ref reader, JsonTokenType.StartObject, name);
        while (Next(ref reader) == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("dtype"u8) && type is null)
            {
                Expect(ref reader, JsonTokenType.String, name);
                type = ReadName(ref reader, at);
            }
            else if (reader.ValueTextEquals("shape"u8) && shape is null)
            {
                shape = ReadNumbers(ref reader, MaximumDimensions, name);
            }
            else if (reader.ValueTextEquals("data_offsets"u8) && range is null)
            {
                range = ReadNumbers(ref reader, 2, name);
            }
            else
            {
                throw new ModelFormatException(
                    "The entry of a tensor has dtype, shape and data_offsets, each once, and nothing else.", LengthBytes + reader.TokenStartIndex, name);
            }
        }

        if (type is null || shape is null || range is not [var start, var end])
        {
            throw new ModelFormatException("The entry of the tensor lacks dtype, shape or data_offsets.", at, name);
        }

        if (start > end || end > fileLength - dataStart)
        {
            throw new ModelFormatException($"The tensor lies at {start} to {end}, beyond the {fileLength - dataStart} bytes of data.", at, name);
        }

        CheckLength(type, shape, end - start, name, at);
        return new SafetensorsTensor(name, type, shape, dataStart + start, end - start, at);
    }

    private static void CheckLength(string type, long[] shape, long length, string name, long at)
    {
        int elementBytes = ElementBytes(type);
        if (elementBytes == 0)
        {
            return;
        }

        UInt128 bytes = (UInt128)elementBytes;
        foreach (long extent in shape)
        {
            // Each factor is below 2^63, so what is below 2^64 before cannot overflow 128 bits.
            bytes *= (ulong)extent;
            if (bytes > long.MaxValue)
            {
                break;
            }
        }

        if (bytes != (UInt128)length)
        {
            throw new ModelFormatException($"The tensor has {length} bytes of data; {type} [{string.Join(", ", shape)}] needs {bytes}.", at, name);
        }
    }

    private static int ElementBytes(string type) => type switch
    {
        "BOOL" or "U8" or "I8" or "F8_E4M3" or "F8_E5M2" => 1,
        "U16" or "I16" or "F16" or "BF16" => 2,
        "U32" or "I32" or "F32" => 4,
        "U64" or "I64" or "F64" => 8,
        _ => 0,
    };

    private static long[] ReadNumbers(ref Utf8JsonReader reader, int maximumCount, string name)
    {
        Expect(ref reader, JsonTokenType.StartArray, name);
        Span<long> numbers = stackalloc long[MaximumDimensions];
        int count = 0;
        while (Next(ref reader) == JsonTokenType.Number)
        {
            if (count == maximumCount || !reader.TryGetInt64(out long number) || number < 0)
            {
                throw new ModelFormatException(
                    $"At most {maximumCount} numbers from 0 on can stand here.", LengthBytes + reader.TokenStartIndex, name);
            }

            numbers[count++] = number;
        }

        return reader.TokenType == JsonTokenType.EndArray
            ? numbers[..count].ToArray()
            : throw new ModelFormatException("Only numbers can stand here.", LengthBytes + reader.TokenStartIndex, name);
    }

    private static string ReadName(ref Utf8JsonReader reader, long at) => reader.ValueSpan.Length is > 0 and <= MaximumNameBytes
        ? reader.GetString()!
        : throw new ModelFormatException($"A name must have 1 to {MaximumNameBytes} bytes.", at, null);

    private static JsonTokenType Next(ref Utf8JsonReader reader) => reader.Read() ? reader.TokenType : JsonTokenType.None;

    private static void Expect(ref Utf8JsonReader reader, JsonTokenType type, string? name)
    {
        if (Next(ref reader) != type)
        {
            throw new ModelFormatException($"The table of tensors has {reader.TokenType} where {type} is wanted.", LengthBytes + reader.TokenStartIndex, name);
        }
    }

    private static void CheckOverlaps(Dictionary<string, SafetensorsTensor> tensors)
    {
        long end = 0;
        foreach (var tensor in tensors.Values.OrderBy(static t => t.FileOffset))
        {
            if (tensor.FileOffset < end && tensor.ByteLength > 0)
            {
                throw new ModelFormatException("The tensor's data overlaps that of another.", tensor.EntryOffset, tensor.Name);
            }

            end = Math.Max(end, tensor.FileOffset + tensor.ByteLength);
        }
    }
}
