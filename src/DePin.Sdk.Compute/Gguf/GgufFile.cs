namespace DePin.Sdk.Compute.Gguf;

/// <summary>An open, memory-mapped GGUF model file (version 2 or 3).</summary>
/// <remarks>
/// Opening checks the whole header: every length, count, type and extent against the bytes that are there. Reading is safe for
/// concurrent use. The file must not be truncated or rewritten while it is open.
/// </remarks>
public sealed unsafe class GgufFile : IDisposable
{
    private readonly Dictionary<string, GgufTensor> _tensors = new(StringComparer.Ordinal);
    private int _disposed;

    private GgufFile(FileBytes bytes)
    {
        if (!BitConverter.IsLittleEndian)
        {
            throw new PlatformNotSupportedException("GGUF files are read on little-endian machines only.");
        }

        Bytes = bytes;
        var values = new Dictionary<string, GgufValue>(StringComparer.Ordinal);
        Version = (int)GgufReader.Read(bytes, values, _tensors);
        Metadata = new GgufMetadata(bytes, values);
    }

    /// <summary>The version of the format: 2 or 3.</summary>
    public int Version { get; }

    /// <summary>The key-value part.</summary>
    public GgufMetadata Metadata { get; }

    /// <summary>All tensors by name.</summary>
    public IReadOnlyDictionary<string, GgufTensor> Tensors => _tensors;

    internal FileBytes Bytes { get; }

    /// <summary>Opens and checks a file.</summary>
    /// <param name="path">Path of the file.</param>
    /// <returns>The open file; dispose it when no engine uses it any more.</returns>
    /// <exception cref="ModelFormatException">The file is damaged or uses something unsupported.</exception>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    public static GgufFile Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Create(FileBytes.Map(path));
    }

    /// <summary>Reads a file that is already in memory; the bytes are copied.</summary>
    /// <param name="content">The whole file.</param>
    /// <returns>The open file.</returns>
    /// <exception cref="ModelFormatException">The file is damaged or uses something unsupported.</exception>
    public static GgufFile Parse(ReadOnlySpan<byte> content) => Create(FileBytes.Copy(content));

    /// <summary>Converts rows of a tensor to single precision.</summary>
    /// <param name="tensor">A tensor of this file.</param>
    /// <param name="firstRow">Index of the first row.</param>
    /// <param name="destination">Room for a whole number of rows of <see cref="GgufTensor.Columns"/> elements each; all of it is written.</param>
    /// <exception cref="ArgumentException">The rows are not within the tensor, or the room is not a whole number of rows.</exception>
    public void ReadRows(GgufTensor tensor, long firstRow, Span<float> destination)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        if (!_tensors.TryGetValue(tensor.Name, out var own) || !ReferenceEquals(own, tensor))
        {
            throw new ArgumentException("The tensor belongs to another file.", nameof(tensor));
        }

        long rows = destination.Length / tensor.Columns;
        if (rows * tensor.Columns != destination.Length || firstRow < 0 || firstRow > tensor.Rows - rows)
        {
            throw new ArgumentException("The destination must hold a whole number of rows that the tensor has.", nameof(destination));
        }

        long rowBytes = tensor.ByteLength / tensor.Rows;
        int columns = (int)tensor.Columns;
        for (int i = 0; i < rows; i++)
        {
            byte* row = Bytes.Pointer + tensor.FileOffset + ((firstRow + i) * rowBytes);
            Dequantizer.Read(tensor.Type, new ReadOnlySpan<byte>(row, checked((int)rowBytes)), destination.Slice(i * columns, columns));
        }
    }

    /// <summary>Closes the file; the mapping stays until the last engine that uses it is disposed.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            Bytes.Release();
        }
    }

    internal static GgufFile Create(FileBytes bytes)
    {
        try
        {
            return new GgufFile(bytes);
        }
        catch
        {
            bytes.Release();
            throw;
        }
    }
}
