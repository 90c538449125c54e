namespace DePin.Sdk.Compute.Gguf;

/// <summary>Reads the header, the metadata and the tensor table of a GGUF file, version 2 or 3, trusting nothing in it.</summary>
internal static unsafe class GgufReader
{
    public const int MaximumKeyBytes = 65535;
    public const int MaximumTensorNameBytes = 64;
    public const int MaximumDimensions = 4;
    public const int MaximumArrayDepth = 4;
    private const uint Magic = 0x46554747;
    private const uint DefaultAlignment = 32;
    private const uint MaximumAlignment = 1 << 20;

    // Key length, type and one byte of value; name length, dimension count, one extent, type and offset.
    private const int MinimumEntryBytes = 13;
    private const int MinimumTensorBytes = 32;

    public static uint Read(FileBytes bytes, Dictionary<string, GgufValue> metadata, Dictionary<string, GgufTensor> tensors)
    {
        var cursor = new GgufCursor(bytes.Pointer, bytes.Length);
        if (cursor.ReadUInt32() != Magic)
        {
            throw cursor.Error("This is not a GGUF file: it does not begin with the letters GGUF.", 0);
        }

        uint version = cursor.ReadUInt32();
        if (version is not (2 or 3))
        {
            string hint = (version & 0xFFFF) == 0 ? " (a big-endian file?)" : "";
            throw cursor.Error($"GGUF version {version} is not supported{hint}; versions 2 and 3 are.", 4);
        }

        long tensorCount = cursor.ReadCount("tensors", MinimumTensorBytes);
        long entryCount = cursor.ReadCount("metadata entries", MinimumEntryBytes);
        for (long i = 0; i < entryCount; i++)
        {
            ReadEntry(ref cursor, metadata);
        }

        uint alignment = ReadAlignment(ref cursor, bytes, metadata);
        var pending = new List<PendingTensor>();
        for (long i = 0; i < tensorCount; i++)
        {
            pending.Add(ReadTensor(ref cursor, alignment));
        }

        cursor.Subject = null;
        long dataStart = (cursor.Position + alignment - 1) / alignment * alignment;
        foreach (var tensor in pending)
        {
            AddTensor(tensor, dataStart, bytes.Length, tensors);
        }

        CheckOverlaps(tensors);
        return version;
    }

    // Tensors that share data would let a small file claim any amount of memory once its weights are laid out.
    private static void CheckOverlaps(Dictionary<string, GgufTensor> tensors)
    {
        long end = 0;
        foreach (var tensor in tensors.Values.OrderBy(static t => t.FileOffset))
        {
            if (tensor.FileOffset < end)
            {
                throw new ModelFormatException("The tensor's data overlaps that of another.", tensor.EntryOffset, tensor.Name);
            }

            end = tensor.FileOffset + tensor.ByteLength;
        }
    }

    private static void ReadEntry(ref GgufCursor cursor, Dictionary<string, GgufValue> metadata)
    {
        cursor.Subject = null;
        long at = cursor.Position;
        string key = cursor.ReadString(MaximumKeyBytes);
        cursor.Subject = key;
        if (key.Length == 0)
        {
            throw cursor.Error("A metadata key is empty.", at);
        }

        var type = (GgufValueType)cursor.ReadUInt32();
        GgufValue value;
        if (type == GgufValueType.Array)
        {
            var (elementType, count) = ReadArrayHead(ref cursor);
            value = new GgufValue(type, cursor.Position, elementType, count);
            SkipElements(ref cursor, elementType, count, depth: 1);
        }
        else
        {
            value = new GgufValue(type, cursor.Position, default, 0);
            SkipElements(ref cursor, type, 1, depth: 0);
        }

        if (!metadata.TryAdd(key, value))
        {
            throw cursor.Error("The metadata key appears twice.", at);
        }
    }

    private static (GgufValueType ElementType, long Count) ReadArrayHead(ref GgufCursor cursor)
    {
        long at = cursor.Position;
        var elementType = (GgufValueType)cursor.ReadUInt32();
        int minimum = elementType switch
        {
            GgufValueType.String => 8,
            GgufValueType.Array => 12,
            _ => ScalarBytes(elementType),
        };
        if (minimum == 0)
        {
            throw cursor.Error($"The array's element type {(uint)elementType} is unknown.", at);
        }

        return (elementType, cursor.ReadCount("array elements", minimum));
    }

    private static void SkipElements(ref GgufCursor cursor, GgufValueType type, long count, int depth)
    {
        switch (type)
        {
            case GgufValueType.String:
                for (long i = 0; i < count; i++)
                {
                    cursor.SkipString();
                }

                break;
            case GgufValueType.Array when depth >= MaximumArrayDepth:
                throw cursor.Error($"Arrays are nested deeper than {MaximumArrayDepth} levels.", cursor.Position);
            case GgufValueType.Array:
                for (long i = 0; i < count; i++)
                {
                    var (elementType, inner) = ReadArrayHead(ref cursor);
                    SkipElements(ref cursor, elementType, inner, depth + 1);
                }

                break;
            case GgufValueType.Bool:
                for (long i = 0; i < count; i++)
                {
                    long at = cursor.Position;
                    if (cursor.Take(1)[0] > 1)
                    {
                        throw cursor.Error("A boolean is neither 0 nor 1.", at);
                    }
                }

                break;
            default:
                int size = ScalarBytes(type);
                if (size == 0)
                {
                    throw cursor.Error($"The value type {(uint)type} is unknown.", cursor.Position);
                }

                // No overflow: the count of an array was checked against the bytes that are left.
                cursor.Skip(count * size);
                break;
        }
    }

    private static int ScalarBytes(GgufValueType type) => type switch
    {
        GgufValueType.UInt8 or GgufValueType.Int8 or GgufValueType.Bool => 1,
        GgufValueType.UInt16 or GgufValueType.Int16 => 2,
        GgufValueType.UInt32 or GgufValueType.Int32 or GgufValueType.Float32 => 4,
        GgufValueType.UInt64 or GgufValueType.Int64 or GgufValueType.Float64 => 8,
        _ => 0,
    };

    private static uint ReadAlignment(ref GgufCursor cursor, FileBytes bytes, Dictionary<string, GgufValue> metadata)
    {
        if (!metadata.TryGetValue("general.alignment", out var value))
        {
            return DefaultAlignment;
        }

        cursor.Subject = "general.alignment";
        if (value.Type != GgufValueType.UInt32)
        {
            throw cursor.Error("The alignment must be an unsigned 32-bit number.", value.Offset);
        }

        uint alignment = new GgufCursor(bytes.Pointer, bytes.Length, value.Offset).ReadUInt32();
        if (alignment is < 8 or > MaximumAlignment || !System.Numerics.BitOperations.IsPow2(alignment))
        {
            throw cursor.Error($"The alignment {alignment} is not a power of two between 8 and {MaximumAlignment}.", value.Offset);
        }

        return alignment;
    }

    private static PendingTensor ReadTensor(ref GgufCursor cursor, uint alignment)
    {
        cursor.Subject = null;
        long at = cursor.Position;
        string name = cursor.ReadString(MaximumTensorNameBytes);
        cursor.Subject = name;
        if (name.Length == 0)
        {
            throw cursor.Error("A tensor has an empty name.", at);
        }

        uint dimensions = cursor.ReadUInt32();
        if (dimensions is 0 or > MaximumDimensions)
        {
            throw cursor.Error($"The tensor has {dimensions} dimensions; 1 to {MaximumDimensions} are allowed.", at);
        }

        var shape = new long[dimensions];
        UInt128 elements = 1;
        for (int i = 0; i < shape.Length; i++)
        {
            ulong extent = cursor.ReadUInt64();
            if (extent is 0 or > int.MaxValue)
            {
                throw cursor.Error($"The tensor's extent {extent} in dimension {i} is not between 1 and {int.MaxValue}.", at);
            }

            shape[i] = (long)extent;
            elements *= extent;
        }

        uint typeNumber = cursor.ReadUInt32();
        if (!GgufTensorTypeLayout.TryGetBlock((GgufTensorType)typeNumber, out int blockElements, out int blockBytes))
        {
            throw cursor.Error(
                $"The tensor type {GgufTensorTypeLayout.Name(typeNumber)} is not supported; use a file in F32, F16, BF16, Q8_0, Q5_0, Q4_0, Q4_K, Q5_K or Q6_K.", at);
        }

        if (shape[0] % blockElements != 0)
        {
            throw cursor.Error($"A row of {shape[0]} elements does not divide into blocks of {blockElements}.", at);
        }

        ulong offset = cursor.ReadUInt64();
        if (offset % alignment != 0)
        {
            throw cursor.Error($"The tensor's data offset {offset} is not a multiple of the alignment {alignment}.", at);
        }

        // Four extents below 2^31 multiply to less than 2^124, so 128 bits hold the size in bytes.
        return new PendingTensor(name, (GgufTensorType)typeNumber, shape, offset, elements / (uint)blockElements * (uint)blockBytes, at);
    }

    private static void AddTensor(in PendingTensor tensor, long dataStart, long fileLength, Dictionary<string, GgufTensor> tensors)
    {
        if (dataStart > fileLength || tensor.Bytes + tensor.Offset > (ulong)(fileLength - dataStart))
        {
            throw new ModelFormatException(
                $"The tensor needs {tensor.Bytes} bytes at data offset {tensor.Offset}, beyond the end of the file.", tensor.EntryOffset, tensor.Name);
        }

        long at = dataStart + (long)tensor.Offset;
        if (!tensors.TryAdd(tensor.Name, new GgufTensor(tensor.Name, tensor.Type, tensor.Shape, at, (long)tensor.Bytes, tensor.EntryOffset)))
        {
            throw new ModelFormatException("The tensor name appears twice.", tensor.EntryOffset, tensor.Name);
        }
    }

    private readonly record struct PendingTensor(
        string Name, GgufTensorType Type, long[] Shape, ulong Offset, UInt128 Bytes, long EntryOffset);
}
