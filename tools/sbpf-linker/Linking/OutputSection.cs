namespace DePin.Sdk.Tools.SbpfLinker.Linking;

/// <summary>A section of the program that is written.</summary>
/// <param name="name">Its name.</param>
/// <param name="type">What it holds.</param>
/// <param name="flags">Whether it is loaded, and for what.</param>
/// <param name="start">Where it lies in the file, and in memory if it is loaded.</param>
/// <param name="size">Its length in bytes.</param>
internal sealed class OutputSection(string name, uint type, ulong flags, int start, int size)
{
    public string Name { get; } = name;

    /// <summary>Its length in bytes.</summary>
    public int Size { get; set; } = size;

    /// <summary>Where its name begins among the names of sections.</summary>
    public int NameOffset { get; set; }

    public int Link { get; init; }

    public int Info { get; init; }

    public int Alignment { get; init; }

    public int EntrySize { get; init; }

    /// <summary>Whether it has an address.</summary>
    public bool IsMapped { get; init; } = true;

    public void Write(OutputBuffer output)
    {
        output.AddUInt32((uint)NameOffset);
        output.AddUInt32(type);
        output.AddUInt64(flags);
        output.AddUInt64(IsMapped ? (ulong)start : 0);
        output.AddUInt64((ulong)start);
        output.AddUInt64((ulong)Size);
        output.AddUInt32((uint)Link);
        output.AddUInt32((uint)Info);
        output.AddUInt64((ulong)Alignment);
        output.AddUInt64((ulong)EntrySize);
    }
}
