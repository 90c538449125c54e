using DePin.Sdk.Compute.Gguf;

namespace DePin.Sdk.Compute.Models;

/// <summary>A matrix or vector of weights as it lies in a mapped model file.</summary>
/// <param name="Name">The name that GGUF gives it, such as <c>blk.0.attn_q.weight</c>, whatever the file's format.</param>
/// <param name="Type">How the elements are stored.</param>
/// <param name="Rows">Number of rows; 1 for a vector.</param>
/// <param name="Columns">Elements in a row.</param>
/// <param name="File">Path of the file that holds it, for messages; empty for one in memory.</param>
/// <param name="FileOffset">Offset of the first byte in that file.</param>
public sealed unsafe record ModelTensor(string Name, GgufTensorType Type, int Rows, int Columns, string File, long FileOffset)
{
    private readonly nint _data;

    /// <summary>The first byte; the rows follow each other without gaps. Valid while the model file is referenced.</summary>
    internal byte* Data
    {
        get => (byte*)_data;
        init => _data = (nint)value;
    }

    /// <summary>Whether the data lies in a mapped file, which can give its pages back, and not in memory.</summary>
    internal bool IsMapped { get; init; }

    /// <summary>Added to each element when a vector is read: 1 for the norms of Gemma in safetensors files.</summary>
    internal float Bias { get; init; }

    /// <summary>Bytes of one row.</summary>
    public long RowBytes => GgufTensorTypeLayout.RowBytes(Type, Columns);

    /// <summary>Bytes of all rows.</summary>
    public long ByteLength => Rows * RowBytes;

    /// <summary>Converts one row to single precision.</summary>
    /// <param name="row">Index of the row.</param>
    /// <param name="destination">Room for <see cref="Columns"/> elements.</param>
    /// <exception cref="ArgumentOutOfRangeException">The tensor has no such row.</exception>
    /// <exception cref="ArgumentException">The room is not one row long.</exception>
    public void ReadRow(int row, Span<float> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, Rows);
        if (destination.Length != Columns)
        {
            throw new ArgumentException($"The room must be {Columns} elements long.", nameof(destination));
        }

        Dequantizer.Read(Type, new ReadOnlySpan<byte>(Data + (row * RowBytes), checked((int)RowBytes)), destination);
        if (Bias != 0)
        {
            foreach (ref float value in destination)
            {
                value += Bias;
            }
        }
    }

    /// <summary>The stored bytes of some rows, as <see cref="Type"/> lays them out. Valid while the model file is open.</summary>
    /// <param name="firstRow">Index of the first row.</param>
    /// <param name="rows">Number of rows; at most 2 GiB of them.</param>
    /// <returns>The bytes, without a copy.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The tensor has no such rows.</exception>
    public ReadOnlySpan<byte> GetBytes(int firstRow, int rows)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(firstRow);
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rows, Rows - firstRow);
        return new ReadOnlySpan<byte>(Data + (firstRow * RowBytes), checked((int)(rows * RowBytes)));
    }

    /// <summary>Tells the operating system that some rows are not needed for now: a mapped file's are read again when touched.</summary>
    /// <param name="firstRow">Index of the first row.</param>
    /// <param name="rows">Number of rows.</param>
    /// <exception cref="ArgumentOutOfRangeException">The tensor has no such rows.</exception>
    public void ReleaseMemory(int firstRow, int rows)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(firstRow);
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rows, Rows - firstRow);
        if (IsMapped)
        {
            Inference.MappedMemory.Release(Data + (firstRow * RowBytes), rows * RowBytes);
        }
    }

    internal ModelFormatException Error(string message) => new(message, FileOffset, Name, System.IO.Path.GetFileName(File));
}
