namespace DePin.Sdk.Tools.SbpfLinker.Elf;

/// <summary>Reads the table of sections.</summary>
internal static class ElfSectionReader
{
    // What a section of a program asks for; an address is good for no more.
    private const ulong MaxAlignment = 4096;

    /// <summary>Reads all sections, whose bytes then are known to lie in the file.</summary>
    public static IReadOnlyList<ElfSection> Read(ElfBytes bytes)
    {
        ulong table = bytes.ReadUInt64(40, "the header");
        ushort entrySize = bytes.ReadUInt16(58, "the header");
        ushort count = bytes.ReadUInt16(60, "the header");
        ushort namesIndex = bytes.ReadUInt16(62, "the header");
        if (entrySize != ElfConstants.SectionHeaderSize || count == 0 || namesIndex >= count)
        {
            throw bytes.Fault(58, $"{count} sections with headers of {entrySize} bytes, their names in section {namesIndex}: an object has at least one, headers of 64 bytes, and names");
        }

        bytes.Slice(table, (ulong)count * ElfConstants.SectionHeaderSize, "the table of sections");
        var nameless = Enumerable.Range(0, count).Select(i => ReadHeader(bytes, table + ((ulong)i * ElfConstants.SectionHeaderSize), i)).ToArray();
        var names = nameless[namesIndex];
        if (names.Type != ElfConstants.StringTable)
        {
            throw bytes.Fault(62, $"the sections' names are to be in section {namesIndex}, which holds no names");
        }

        return Array.ConvertAll(nameless, s => s with { Name = bytes.ReadName(names, bytes.ReadUInt32(table + ((ulong)s.Index * ElfConstants.SectionHeaderSize), "a section"), "a section's name") });
    }

    private static ElfSection ReadHeader(ElfBytes bytes, ulong offset, int index)
    {
        const string What = "a section's header";
        uint type = bytes.ReadUInt32(offset + 4, What);
        ulong start = bytes.ReadUInt64(offset + 24, What);
        ulong size = bytes.ReadUInt64(offset + 32, What);
        ulong alignment = bytes.ReadUInt64(offset + 48, What);
        if (alignment > MaxAlignment || (alignment & (alignment - 1)) != 0)
        {
            throw bytes.Fault(offset + 48, $"a section is aligned to {alignment}; powers of two up to {MaxAlignment} can be");
        }

        bool hasBytes = type is not (0 or ElfConstants.NoBits);
        return new ElfSection
        {
            Index = index,
            Name = string.Empty,
            Type = type,
            Flags = bytes.ReadUInt64(offset + 8, What),
            FileOffset = hasBytes ? start : 0,
            Size = type == 0 ? 0 : size,
            Link = bytes.ReadUInt32(offset + 40, What),
            Info = bytes.ReadUInt32(offset + 44, What),
            Alignment = (int)Math.Max(alignment, 1),
            EntrySize = bytes.ReadUInt64(offset + 56, What),
            Data = hasBytes ? bytes.Slice(start, size, "a section") : default,
        };
    }
}
