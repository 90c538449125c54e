using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace DePin.Sdk.Compute.Gguf;

/// <summary>The key-value part of a GGUF file; values are decoded each time they are asked for.</summary>
/// <remarks>A missing key gives false; a key of another type throws <see cref="ModelFormatException"/>. Safe for concurrent use.</remarks>
public sealed unsafe class GgufMetadata
{
    private readonly FileBytes _bytes;
    private readonly Dictionary<string, GgufValue> _values;

    internal GgufMetadata(FileBytes bytes, Dictionary<string, GgufValue> values)
    {
        _bytes = bytes;
        _values = values;
    }

    /// <summary>All keys, in the order of the file.</summary>
    public IReadOnlyCollection<string> Keys => _values.Keys;

    /// <summary>Whether the key is present.</summary>
    /// <param name="key">The metadata key.</param>
    /// <returns>True when the file has the key, of whatever type.</returns>
    public bool Contains(string key) => _values.ContainsKey(key);

    /// <summary>Reads a text value.</summary>
    /// <param name="key">The metadata key.</param>
    /// <param name="value">The text.</param>
    /// <returns>False when the key is missing.</returns>
    /// <exception cref="ModelFormatException">The value is not a text.</exception>
    public bool TryGetString(string key, [NotNullWhen(true)] out string? value)
    {
        value = null;
        if (!_values.TryGetValue(key, out var entry))
        {
            return false;
        }

        if (entry.Type != GgufValueType.String)
        {
            throw Mismatch(key, entry, "a text");
        }

        value = At(entry).ReadString();
        return true;
    }

    /// <summary>Reads an integer of any width.</summary>
    /// <param name="key">The metadata key.</param>
    /// <param name="value">The number.</param>
    /// <returns>False when the key is missing.</returns>
    /// <exception cref="ModelFormatException">The value is not an integer, or exceeds 63 bits.</exception>
    public bool TryGetInteger(string key, out long value)
    {
        value = 0;
        if (!_values.TryGetValue(key, out var entry))
        {
            return false;
        }

        value = ReadInteger(key, entry, At(entry), entry.Type);
        return true;
    }

    /// <summary>Reads a floating-point number of either width.</summary>
    /// <param name="key">The metadata key.</param>
    /// <param name="value">The number.</param>
    /// <returns>False when the key is missing.</returns>
    /// <exception cref="ModelFormatException">The value is not a floating-point number.</exception>
    public bool TryGetNumber(string key, out double value)
    {
        value = 0;
        if (!_values.TryGetValue(key, out var entry))
        {
            return false;
        }

        var cursor = At(entry);
        value = entry.Type switch
        {
            GgufValueType.Float32 => BinaryPrimitives.ReadSingleLittleEndian(cursor.Take(4)),
            GgufValueType.Float64 => BinaryPrimitives.ReadDoubleLittleEndian(cursor.Take(8)),
            _ => throw Mismatch(key, entry, "a floating-point number"),
        };
        return true;
    }

    /// <summary>Reads a truth value.</summary>
    /// <param name="key">The metadata key.</param>
    /// <param name="value">The truth value.</param>
    /// <returns>False when the key is missing.</returns>
    /// <exception cref="ModelFormatException">The value is not a truth value.</exception>
    public bool TryGetBoolean(string key, out bool value)
    {
        value = false;
        if (!_values.TryGetValue(key, out var entry))
        {
            return false;
        }

        if (entry.Type != GgufValueType.Bool)
        {
            throw Mismatch(key, entry, "a truth value");
        }

        value = At(entry).Take(1)[0] != 0;
        return true;
    }

    /// <summary>Reads an array of texts.</summary>
    /// <param name="key">The metadata key.</param>
    /// <param name="values">The texts.</param>
    /// <returns>False when the key is missing.</returns>
    /// <exception cref="ModelFormatException">The value is not an array of texts.</exception>
    public bool TryGetStrings(string key, [NotNullWhen(true)] out string[]? values)
    {
        values = null;
        if (!TryGetArray(key, GgufValueType.String, "an array of texts", out var entry))
        {
            return false;
        }

        values = new string[entry.Count];
        var cursor = At(entry);
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = cursor.ReadString();
        }

        return true;
    }

    /// <summary>Reads an array of single-precision numbers.</summary>
    /// <param name="key">The metadata key.</param>
    /// <param name="values">The numbers.</param>
    /// <returns>False when the key is missing.</returns>
    /// <exception cref="ModelFormatException">The value is not an array of single-precision numbers.</exception>
    public bool TryGetNumbers(string key, [NotNullWhen(true)] out float[]? values)
    {
        values = null;
        if (!TryGetArray(key, GgufValueType.Float32, "an array of single-precision numbers", out var entry))
        {
            return false;
        }

        values = new float[entry.Count];
        var cursor = At(entry);
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = BinaryPrimitives.ReadSingleLittleEndian(cursor.Take(4));
        }

        return true;
    }

    /// <summary>Reads an array of integers of any width.</summary>
    /// <param name="key">The metadata key.</param>
    /// <param name="values">The numbers.</param>
    /// <returns>False when the key is missing.</returns>
    /// <exception cref="ModelFormatException">The value is not an array of integers.</exception>
    public bool TryGetIntegers(string key, [NotNullWhen(true)] out long[]? values)
    {
        values = null;
        if (!TryGetArray(key, null, "an array of integers", out var entry))
        {
            return false;
        }

        values = new long[entry.Count];
        var cursor = At(entry);
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = ReadInteger(key, entry, cursor, entry.ElementType);
            cursor.Skip(IntegerBytes(entry.ElementType));
        }

        return true;
    }

    /// <summary>Reads an array of truth values, or of integers that are 0 or not.</summary>
    /// <param name="key">The metadata key.</param>
    /// <param name="values">The truth values.</param>
    /// <returns>False when the key is missing.</returns>
    /// <exception cref="ModelFormatException">The value is not an array of truth values.</exception>
    public bool TryGetBooleans(string key, [NotNullWhen(true)] out bool[]? values)
    {
        values = null;
        if (!TryGetArray(key, null, "an array of truth values", out var entry))
        {
            return false;
        }

        if (entry.ElementType == GgufValueType.Bool)
        {
            var cursor = At(entry);
            values = new bool[entry.Count];
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = cursor.Take(1)[0] != 0;
            }

            return true;
        }

        TryGetIntegers(key, out long[]? numbers);
        values = Array.ConvertAll(numbers!, static n => n != 0);
        return true;
    }

    /// <summary>Whether the key is there and has an array.</summary>
    internal bool IsArray(string key) => _values.TryGetValue(key, out var entry) && entry.Type == GgufValueType.Array;

    /// <summary>Where the value of a key lies in the file, for messages; -1 when the key is missing.</summary>
    internal long OffsetOf(string key) => _values.TryGetValue(key, out var entry) ? entry.Offset : -1;

    private static int IntegerBytes(GgufValueType type) => type switch
    {
        GgufValueType.UInt8 or GgufValueType.Int8 => 1,
        GgufValueType.UInt16 or GgufValueType.Int16 => 2,
        GgufValueType.UInt32 or GgufValueType.Int32 => 4,
        _ => 8,
    };

    private static long ReadInteger(string key, in GgufValue entry, GgufCursor cursor, GgufValueType type)
    {
        switch (type)
        {
            case GgufValueType.UInt8:
                return cursor.Take(1)[0];
            case GgufValueType.Int8:
                return (sbyte)cursor.Take(1)[0];
            case GgufValueType.UInt16:
                return BinaryPrimitives.ReadUInt16LittleEndian(cursor.Take(2));
            case GgufValueType.Int16:
                return BinaryPrimitives.ReadInt16LittleEndian(cursor.Take(2));
            case GgufValueType.UInt32:
                return cursor.ReadUInt32();
            case GgufValueType.Int32:
                return BinaryPrimitives.ReadInt32LittleEndian(cursor.Take(4));
            case GgufValueType.Int64:
                return BinaryPrimitives.ReadInt64LittleEndian(cursor.Take(8));
            case GgufValueType.UInt64:
                ulong value = cursor.ReadUInt64();
                return value <= long.MaxValue
                    ? (long)value
                    : throw new ModelFormatException($"The number {value} is too large.", entry.Offset, key);
            default:
                throw Mismatch(key, entry, "an integer");
        }
    }

    private static ModelFormatException Mismatch(string key, in GgufValue entry, string wanted) =>
        new($"The value should be {wanted}, but has type {entry.Type}.", entry.Offset, key);

    private bool TryGetArray(string key, GgufValueType? elementType, string wanted, out GgufValue entry)
    {
        if (!_values.TryGetValue(key, out entry))
        {
            return false;
        }

        // An array can only be as long as the runtime's arrays; the reader already knows that the file holds its elements.
        if (entry.Type != GgufValueType.Array || (elementType is { } type && entry.ElementType != type) || entry.Count > Array.MaxLength)
        {
            throw Mismatch(key, entry, wanted);
        }

        return true;
    }

    private GgufCursor At(in GgufValue entry)
    {
        ObjectDisposedException.ThrowIf(_bytes.Pointer is null, typeof(GgufFile));
        return new GgufCursor(_bytes.Pointer, _bytes.Length, entry.Offset);
    }
}
