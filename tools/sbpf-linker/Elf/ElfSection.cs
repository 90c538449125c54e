namespace DePin.Sdk.Tools.SbpfLinker.Elf;

/// <summary>A section of an object file; its bytes are known to lie in the file.</summary>
internal sealed record ElfSection
{
    public required int Index { get; init; }

    public required string Name { get; init; }

    public required uint Type { get; init; }

    public required ulong Flags { get; init; }

    /// <summary>Where its bytes begin in the file.</summary>
    public required ulong FileOffset { get; init; }

    public required ulong Size { get; init; }

    /// <summary>Another section's index, by type; a symbol table's names, a relocation table's symbols.</summary>
    public required uint Link { get; init; }

    /// <summary>By type; the section that a relocation table changes.</summary>
    public required uint Info { get; init; }

    /// <summary>A power of two.</summary>
    public required int Alignment { get; init; }

    public required ulong EntrySize { get; init; }

    /// <summary>Its bytes; none for a section that only reserves memory.</summary>
    public required ReadOnlyMemory<byte> Data { get; init; }

    /// <summary>Whether it is part of what runs: unwind tables are not, for nothing here unwinds.</summary>
    public bool IsLoaded => (Flags & ElfConstants.Allocate) != 0 && Size != 0 && Name != ".eh_frame";

    public bool IsCode => (Flags & ElfConstants.Execute) != 0;

    public bool IsWritable => (Flags & ElfConstants.Write) != 0;
}
