namespace DePin.Sdk.Tools.SbpfLinker.Elf;

/// <summary>A relocatable object as clang writes it for BPF; all its references to itself are checked.</summary>
internal sealed class ElfObject
{
    // Many tables may name the same bytes: a small file does not grow into a large list.
    private const int MaxRelocations = 1 << 20;

    private ElfObject(ElfBytes bytes, IReadOnlyList<ElfSection> sections, IReadOnlyList<ElfSymbol> symbols, IReadOnlyList<ElfRelocation> relocations)
    {
        Bytes = bytes;
        Sections = sections;
        Symbols = symbols;
        Relocations = relocations;
    }

    public ElfBytes Bytes { get; }

    public string File => Bytes.File;

    public IReadOnlyList<ElfSection> Sections { get; }

    public IReadOnlyList<ElfSymbol> Symbols { get; }

    /// <summary>What changes sections that are loaded.</summary>
    public IReadOnlyList<ElfRelocation> Relocations { get; }

    /// <summary>Reads an object file.</summary>
    /// <param name="file">Its name, for messages.</param>
    /// <param name="data">Its bytes, which may be anything.</param>
    /// <exception cref="LinkException">They are no such object.</exception>
    public static ElfObject Read(string file, ReadOnlyMemory<byte> data)
    {
        var bytes = new ElfBytes(file, data);
        CheckHeader(bytes);
        var sections = ElfSectionReader.Read(bytes);
        var table = FindSymbolTable(bytes, sections);
        List<ElfSymbol> symbols = table is null ? [] : ReadSymbols(bytes, sections, table);
        return new ElfObject(bytes, sections, symbols, ReadRelocations(bytes, sections, table, symbols));
    }

    private static void CheckHeader(ElfBytes bytes)
    {
        if (bytes.Length < ElfConstants.HeaderSize || !bytes.Slice(0, 4, "the file's mark").Span.SequenceEqual("\u007fELF"u8))
        {
            throw bytes.Fault(0, "this is no ELF file");
        }

        if (bytes.ReadByte(4, "the class") != 2 || bytes.ReadByte(5, "the byte order") != 1)
        {
            throw bytes.Fault(4, "this is no 64-bit little-endian ELF file; compile with -target bpf");
        }

        ushort type = bytes.ReadUInt16(16, "the file's type");
        ushort machine = bytes.ReadUInt16(18, "the machine");
        if (type != ElfConstants.Relocatable || machine != ElfConstants.MachineBpf)
        {
            throw bytes.Fault(16, $"this is of type {type} for machine {machine}; needed is a relocatable object (1) for BPF (247): compile with -target bpf -c");
        }
    }

    private static ElfSection? FindSymbolTable(ElfBytes bytes, IReadOnlyList<ElfSection> sections)
    {
        ElfSection? found = null;
        foreach (var section in sections.Where(static s => s.Type == ElfConstants.SymbolTable))
        {
            if (found is not null)
            {
                throw bytes.Fault(section.FileOffset, "there is a second symbol table");
            }

            found = section;
        }

        return found;
    }

    private static List<ElfSymbol> ReadSymbols(ElfBytes bytes, IReadOnlyList<ElfSection> sections, ElfSection table)
    {
        ulong count = CountEntries(bytes, table, ElfConstants.SymbolSize, "symbols");
        if (table.Link >= sections.Count || sections[(int)table.Link].Type != ElfConstants.StringTable)
        {
            throw bytes.Fault(table.FileOffset, $"the symbols' names are to be in section {table.Link}, which holds no names");
        }

        var names = sections[(int)table.Link];
        var symbols = new List<ElfSymbol>();
        for (ulong i = 0; i < count; i++)
        {
            ulong offset = table.FileOffset + (i * ElfConstants.SymbolSize);
            string name = bytes.ReadName(names, bytes.ReadUInt32(offset, "a symbol"), "a symbol's name");
            byte binding = (byte)(bytes.ReadByte(offset + 4, "a symbol") >> 4);
            ushort index = bytes.ReadUInt16(offset + 6, "a symbol");
            ulong value = bytes.ReadUInt64(offset + 8, "a symbol");
            bool isSpecial = index >= ElfConstants.SectionReserved;
            if (!isSpecial && index >= sections.Count)
            {
                throw bytes.Fault(offset, $"symbol '{name}' is in section {index}, but there are {sections.Count}");
            }

            var section = isSpecial || index == ElfConstants.SectionUndefined ? null : sections[index];
            if (section is not null && value > section.Size)
            {
                throw bytes.Fault(offset, $"symbol '{name}' lies at {value} of a section of {section.Size} bytes");
            }

            symbols.Add(new ElfSymbol(name, binding, section, value, isSpecial));
        }

        return symbols;
    }

    private static List<ElfRelocation> ReadRelocations(ElfBytes bytes, IReadOnlyList<ElfSection> sections, ElfSection? symbolTable, List<ElfSymbol> symbols)
    {
        var relocations = new List<ElfRelocation>();
        foreach (var table in sections.Where(static s => s.Type is ElfConstants.Relocations or ElfConstants.RelocationsWithAddends))
        {
            if (table.Info >= sections.Count)
            {
                throw bytes.Fault(table.FileOffset, $"relocations are for section {table.Info}, but there are {sections.Count}");
            }

            var target = sections[(int)table.Info];
            if (!target.IsLoaded)
            {
                continue;
            }

            if (table.Type == ElfConstants.RelocationsWithAddends)
            {
                throw bytes.Fault(table.FileOffset, "relocations carry addends, which clang does not write for BPF");
            }

            if (symbolTable is null || table.Link != symbolTable.Index)
            {
                throw bytes.Fault(table.FileOffset, $"relocations name symbols of section {table.Link}, which is not the symbol table");
            }

            ulong count = CountEntries(bytes, table, ElfConstants.RelocationSize, "relocations");
            if (count > (ulong)(MaxRelocations - relocations.Count))
            {
                throw bytes.Fault(table.FileOffset, $"there are more than {MaxRelocations} relocations");
            }

            for (ulong i = 0; i < count; i++)
            {
                ulong offset = table.FileOffset + (i * ElfConstants.RelocationSize);
                ulong info = bytes.ReadUInt64(offset + 8, "a relocation");
                if (info >> 32 >= (ulong)symbols.Count)
                {
                    throw bytes.Fault(offset, $"a relocation names symbol {info >> 32}, but there are {symbols.Count}");
                }

                relocations.Add(new ElfRelocation(target, bytes.ReadUInt64(offset, "a relocation"), (uint)info, symbols[(int)(info >> 32)], offset));
            }
        }

        return relocations;
    }

    private static ulong CountEntries(ElfBytes bytes, ElfSection table, int size, string what)
    {
        if (table.EntrySize != (ulong)size || table.Size % (ulong)size != 0)
        {
            throw bytes.Fault(table.FileOffset, $"{table.Size} bytes of {what} with {table.EntrySize} bytes each; each has {size}");
        }

        return table.Size / (ulong)size;
    }
}
