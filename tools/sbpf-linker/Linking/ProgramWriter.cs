using System.Text;
using DePin.Sdk.Tools.SbpfLinker.Elf;

namespace DePin.Sdk.Tools.SbpfLinker.Linking;

/// <summary>
/// Writes a program as Solana's loaders take it: a shared object of sBPF version 0 whose addresses equal its file offsets, with a relocation for
/// each call of the runtime. Nothing but the program goes in: no path, no time, no name but those of the runtime's functions.
/// </summary>
internal sealed class ProgramWriter
{
    private const int PageSize = 0x1000;
    private const uint Readable = 4;
    private const uint ReadableExecutable = 5;
    private const uint ReadableWritable = 6;

    private readonly LinkedProgram _program;
    private readonly Dictionary<string, int> _symbolIndexes = [];
    private readonly OutputBuffer _names = new();
    private readonly OutputBuffer _symbols = new();
    private readonly List<OutputSection> _sections = [];

    private ProgramWriter(LinkedProgram program) => _program = program;

    /// <summary>The bytes of a program's file.</summary>
    public static byte[] Write(LinkedProgram program) => new ProgramWriter(program).Write();

    private byte[] Write()
    {
        int readOnlyStart = ProgramLayout.CodeStart + _program.Code.Length;
        int dynamicStart = readOnlyStart + _program.ReadOnlyData.Length;
        WriteSymbols();
        bool hasCalls = _program.Syscalls.Count != 0;
        int dynamicLength = (hasCalls ? 7 : 4) * ElfConstants.DynamicEntrySize;
        int symbolStart = dynamicStart + dynamicLength;
        int relocationStart = symbolStart + _symbols.Length;
        byte[] relocations = MakeRelocations();
        int nameStart = relocationStart + relocations.Length;
        int dynamicEnd = nameStart + _names.Length;
        byte[] dynamic = MakeDynamic(relocationStart, relocations.Length, symbolStart, nameStart);

        AddSection(new("", 0, 0, 0, 0));
        AddSection(new(".text", ElfConstants.ProgramBits, ElfConstants.Allocate | ElfConstants.Execute, ProgramLayout.CodeStart, _program.Code.Length) { Alignment = 8 });
        if (_program.ReadOnlyData.Length != 0)
        {
            AddSection(new(".rodata", ElfConstants.ProgramBits, ElfConstants.Allocate, readOnlyStart, _program.ReadOnlyData.Length) { Alignment = 8 });
        }

        int dynamicIndex = _sections.Count;
        int namesIndex = dynamicIndex + (hasCalls ? 3 : 2);
        AddSection(new(".dynamic", ElfConstants.Dynamic, ElfConstants.Allocate | ElfConstants.Write, dynamicStart, dynamicLength) { Link = namesIndex, Alignment = 8, EntrySize = ElfConstants.DynamicEntrySize });
        AddSection(new(".dynsym", ElfConstants.DynamicSymbols, ElfConstants.Allocate, symbolStart, _symbols.Length) { Link = namesIndex, Info = 1, Alignment = 8, EntrySize = ElfConstants.SymbolSize });
        if (hasCalls)
        {
            AddSection(new(".rel.dyn", ElfConstants.Relocations, ElfConstants.Allocate, relocationStart, relocations.Length) { Link = dynamicIndex + 1, Alignment = 8, EntrySize = ElfConstants.RelocationSize });
        }

        AddSection(new(".dynstr", ElfConstants.StringTable, ElfConstants.Allocate, nameStart, _names.Length) { Alignment = 1 });
        byte[] sectionNames = MakeSectionNames(dynamicEnd);
        int tableStart = AlignUp(dynamicEnd + sectionNames.Length);

        var output = new OutputBuffer();
        WriteHeader(output, tableStart);
        WriteSegment(output, 1, ReadableExecutable, ProgramLayout.CodeStart, dynamicStart - ProgramLayout.CodeStart, PageSize);
        WriteSegment(output, 1, Readable, dynamicStart, dynamicEnd - dynamicStart, PageSize);
        WriteSegment(output, 2, ReadableWritable, dynamicStart, dynamicLength, 8);
        output.Add(_program.Code.Span);
        output.Add(_program.ReadOnlyData.Span);
        output.Add(dynamic);
        output.Add(_symbols.Written);
        output.Add(relocations);
        output.Add(_names.Written);
        output.Add(sectionNames);
        output.AddZeros(tableStart - output.Length);
        foreach (var section in _sections)
        {
            section.Write(output);
        }

        return output.Written.ToArray();
    }

    private void WriteSymbols()
    {
        _names.AddZeros(1);
        _symbols.AddZeros(ElfConstants.SymbolSize);
        foreach (var call in _program.Syscalls)
        {
            if (!_symbolIndexes.TryAdd(call.Name, _symbols.Length / ElfConstants.SymbolSize))
            {
                continue;
            }

            _symbols.AddUInt32((uint)_names.Length);
            _symbols.AddByte(ElfConstants.BindingGlobal << 4);
            _symbols.AddZeros(ElfConstants.SymbolSize - 5);
            _names.Add(Encoding.ASCII.GetBytes(call.Name));
            _names.AddZeros(1);
        }
    }

    private byte[] MakeRelocations()
    {
        var output = new OutputBuffer();
        foreach (var call in _program.Syscalls)
        {
            output.AddUInt64((ulong)call.FileOffset);
            output.AddUInt64(((ulong)_symbolIndexes[call.Name] << 32) | ElfConstants.RelocationCall);
        }

        return output.Written.ToArray();
    }

    private byte[] MakeDynamic(int relocationStart, int relocationLength, int symbolStart, int nameStart)
    {
        var output = new OutputBuffer();
        void Add(ulong tag, int value)
        {
            output.AddUInt64(tag);
            output.AddUInt64((ulong)value);
        }

        if (relocationLength != 0)
        {
            Add(17, relocationStart); // DT_REL
            Add(18, relocationLength); // DT_RELSZ
            Add(19, ElfConstants.RelocationSize); // DT_RELENT
        }

        Add(6, symbolStart); // DT_SYMTAB
        Add(5, nameStart); // DT_STRTAB
        Add(10, _names.Length); // DT_STRSZ
        Add(0, 0);
        return output.Written.ToArray();
    }

    private byte[] MakeSectionNames(int start)
    {
        AddSection(new(".shstrtab", ElfConstants.StringTable, 0, start, 0) { Alignment = 1, IsMapped = false });
        var output = new OutputBuffer();
        foreach (var section in _sections)
        {
            section.NameOffset = output.Length;
            output.Add(Encoding.ASCII.GetBytes(section.Name));
            output.AddZeros(1);
        }

        _sections[^1].Size = output.Length;
        return output.Written.ToArray();
    }

    private void WriteHeader(OutputBuffer output, int tableStart)
    {
        output.Add("\u007fELF\u0002\u0001\u0001"u8);
        output.AddZeros(9);
        output.AddUInt16(ElfConstants.SharedObject);
        output.AddUInt16(ElfConstants.MachineBpf);
        output.AddUInt32(1);
        output.AddUInt64((ulong)_program.Entry);
        output.AddUInt64(ElfConstants.HeaderSize);
        output.AddUInt64((ulong)tableStart);
        output.AddUInt32(0); // sBPF version 0
        output.AddUInt16(ElfConstants.HeaderSize);
        output.AddUInt16(ElfConstants.ProgramHeaderSize);
        output.AddUInt16(3);
        output.AddUInt16(ElfConstants.SectionHeaderSize);
        output.AddUInt16((ushort)_sections.Count);
        output.AddUInt16((ushort)(_sections.Count - 1));
    }

    private static void WriteSegment(OutputBuffer output, uint type, uint flags, int start, int length, int alignment)
    {
        output.AddUInt32(type);
        output.AddUInt32(flags);
        output.AddUInt64((ulong)start);
        output.AddUInt64((ulong)start);
        output.AddUInt64((ulong)start);
        output.AddUInt64((ulong)length);
        output.AddUInt64((ulong)length);
        output.AddUInt64((ulong)alignment);
    }

    private void AddSection(OutputSection section) => _sections.Add(section);

    private static int AlignUp(int value) => (value + 7) & ~7;
}
