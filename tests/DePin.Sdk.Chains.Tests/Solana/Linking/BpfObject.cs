using System.Buffers.Binary;

namespace DePin.Sdk.Chains.Tests.Solana.Linking;

/// <summary>Relocatable objects made by hand, as a compiler would write them or as none ever would.</summary>
internal sealed class BpfObject
{
    public const ulong Write = 1;
    public const ulong Allocate = 2;
    public const ulong Execute = 4;

    private readonly List<Section> _sections = [new("", 0, 0, [], 0)];
    private readonly List<(string Name, byte Info, ushort Section, ulong Value)> _symbols = [("", 0, 0, 0)];
    private readonly List<(int Section, ulong Offset, uint Type, int Symbol)> _relocations = [];

    /// <summary>The machine that the header names.</summary>
    public ushort Machine { get; init; } = 247;

    /// <summary>The type of file that the header names.</summary>
    public ushort Type { get; init; } = 1;

    /// <summary>Adds a section and returns its index.</summary>
    public int AddSection(string name, ulong flags, byte[] data, ulong alignment = 8, uint type = 1, ulong? size = null)
    {
        _sections.Add(new Section(name, type, flags, data, alignment) { Size = size ?? (ulong)data.Length });
        return _sections.Count - 1;
    }

    /// <summary>Adds code of 8 bytes an instruction and returns the section's index.</summary>
    public int AddCode(params ulong[] instructions) => AddSection(".text", Allocate | Execute, ToBytes(instructions));

    /// <summary>Adds a symbol and returns its index; no section: defined elsewhere.</summary>
    public int AddSymbol(string name, int section = 0, ulong value = 0, byte binding = 1)
    {
        _symbols.Add((name, (byte)(binding << 4), (ushort)section, value));
        return _symbols.Count - 1;
    }

    public BpfObject AddRelocation(int section, ulong offset, uint type, int symbol)
    {
        _relocations.Add((section, offset, type, symbol));
        return this;
    }

    public static byte[] ToBytes(params ulong[] words)
    {
        byte[] bytes = new byte[words.Length * 8];
        for (int i = 0; i < words.Length; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(i * 8), words[i]);
        }

        return bytes;
    }

    public byte[] Build()
    {
        var sections = new List<Section>(_sections);
        var names = new MemoryStream();
        names.WriteByte(0);
        var symbols = new MemoryStream();
        foreach (var (name, info, section, value) in _symbols)
        {
            byte[] entry = new byte[24];
            BinaryPrimitives.WriteUInt32LittleEndian(entry, (uint)names.Length);
            entry[4] = info;
            BinaryPrimitives.WriteUInt16LittleEndian(entry.AsSpan(6), section);
            BinaryPrimitives.WriteUInt64LittleEndian(entry.AsSpan(8), value);
            symbols.Write(entry);
            names.Write(System.Text.Encoding.ASCII.GetBytes(name + '\0'));
        }

        uint symbolTable = (uint)sections.Count;
        sections.Add(new(".symtab", 2, 0, symbols.ToArray(), 8) { Link = symbolTable + 1, EntrySize = 24 });
        sections.Add(new(".strtab", 3, 0, names.ToArray(), 1));
        foreach (var group in _relocations.GroupBy(static r => r.Section))
        {
            byte[] table = [.. group.SelectMany(static r => ToBytes(r.Offset, ((ulong)r.Symbol << 32) | r.Type))];
            sections.Add(new(".rel" + sections[group.Key].Name, 9, 0x40, table, 8) { Link = symbolTable, Info = (uint)group.Key, EntrySize = 16 });
        }

        return Assemble(sections);
    }

    private byte[] Assemble(List<Section> sections)
    {
        var names = new MemoryStream();
        uint[] nameOffsets = new uint[sections.Count + 1];
        sections.Add(new(".shstrtab", 3, 0, [], 1));
        for (int i = 0; i < sections.Count; i++)
        {
            nameOffsets[i] = (uint)names.Length;
            names.Write(System.Text.Encoding.ASCII.GetBytes(sections[i].Name + '\0'));
        }

        sections[^1] = new(".shstrtab", 3, 0, names.ToArray(), 1);
        var output = new MemoryStream();
        output.Write(new byte[64]);
        var headers = new MemoryStream();
        for (int i = 0; i < sections.Count; i++)
        {
            var section = sections[i];
            output.SetLength(output.Length + (-output.Length & 7));
            output.Position = output.Length;
            headers.Write(ToBytes(nameOffsets[i] | ((ulong)section.Type << 32), section.Flags, 0, (ulong)output.Length, section.Size, section.Link | ((ulong)section.Info << 32), section.Alignment, section.EntrySize));
            output.Write(section.Data);
        }

        ulong table = (ulong)output.Length;
        headers.WriteTo(output);
        byte[] bytes = output.ToArray();
        ToBytes(0x00010102_464c457f).CopyTo(bytes, 0);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(16), Type);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(18), Machine);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(20), 1);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(40), table);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(52), 64);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(58), 64);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(60), (ushort)sections.Count);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(62), (ushort)(sections.Count - 1));
        return bytes;
    }

    private sealed record Section(string Name, uint Type, ulong Flags, byte[] Data, ulong Alignment)
    {
        public ulong Size { get; init; } = (ulong)Data.Length;

        public uint Link { get; init; }

        public uint Info { get; init; }

        public ulong EntrySize { get; init; }
    }
}
