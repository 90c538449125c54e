namespace DePin.Sdk.Compute.Inference.Kernels;

/// <summary>How quantized weights lie in a file, and how they lie packed: panels of 16 rows, cut into units of consecutive columns.</summary>
/// <remarks>
/// In a packed unit, 64 bytes hold four columns of each of the 16 rows, row after row, so that a lane of a vector belongs to one
/// row and nothing is shuffled or summed across lanes.
/// </remarks>
internal unsafe interface IPanelFormat
{
    /// <summary>Columns of a unit.</summary>
    static abstract int UnitColumns { get; }

    /// <summary>Bytes of a unit of one row in the file. All zero bytes are zero weights.</summary>
    static abstract int FileBytes { get; }

    /// <summary>Bytes of a packed unit of 16 rows.</summary>
    static abstract int PackedBytes { get; }

    /// <summary>Puts a row's unit from the file to its places in the packed unit.</summary>
    static abstract void Pack(byte* source, int row, byte* unit);

    /// <summary>Reads a row's unit back as numbers.</summary>
    static abstract void Read(byte* unit, int row, float* target);
}
