namespace DePin.Sdk.Compute.Gguf;

/// <summary>The table entry of one tensor, checked against the bounds of its file.</summary>
public sealed class GgufTensor
{
    private readonly long[] _shape;

    internal GgufTensor(string name, GgufTensorType type, long[] shape, long fileOffset, long byteLength, long entryOffset)
    {
        Name = name;
        Type = type;
        _shape = shape;
        FileOffset = fileOffset;
        ByteLength = byteLength;
        EntryOffset = entryOffset;
    }

    /// <summary>The name, unique in its file.</summary>
    public string Name { get; }

    /// <summary>How the elements are stored.</summary>
    public GgufTensorType Type { get; }

    /// <summary>The extents, one to four; the first varies fastest, so <c>Shape[0]</c> is the length of a row.</summary>
    public IReadOnlyList<long> Shape => _shape;

    /// <summary>Elements in a row: the first extent.</summary>
    public long Columns => _shape[0];

    /// <summary>Number of rows: the product of all extents but the first.</summary>
    public long Rows
    {
        get
        {
            long rows = 1;
            for (int i = 1; i < _shape.Length; i++)
            {
                rows *= _shape[i];
            }

            return rows;
        }
    }

    /// <summary>Offset of the first byte in the file.</summary>
    public long FileOffset { get; }

    /// <summary>Length of the data in bytes.</summary>
    public long ByteLength { get; }

    /// <summary>Offset of the table entry, for error messages.</summary>
    internal long EntryOffset { get; }
}
