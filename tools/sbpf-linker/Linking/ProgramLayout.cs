using DePin.Sdk.Tools.SbpfLinker.Elf;

namespace DePin.Sdk.Tools.SbpfLinker.Linking;

/// <summary>The loaded sections of all objects, in the order in which they were given: the code, then what is only read.</summary>
internal sealed class ProgramLayout
{
    private readonly Dictionary<(ElfObject Object, int Section), PlacedSection> _places = [];

    private ProgramLayout()
    {
    }

    /// <summary>Where the code begins in the file.</summary>
    public const int CodeStart = ElfConstants.HeaderSize + (3 * ElfConstants.ProgramHeaderSize);

    /// <summary>Code and read-only data as they will lie in the file, from <see cref="CodeStart"/> on.</summary>
    public byte[] Content { get; private set; } = [];

    /// <summary>The length of the code; what is only read follows.</summary>
    public int CodeLength { get; private set; }

    public Span<byte> Code => Content.AsSpan(0, CodeLength);

    /// <summary>The sections with code, by place.</summary>
    public IEnumerable<PlacedSection> CodeSections => _places.Values.Where(static p => p.IsCode).OrderBy(static p => p.FileOffset);

    public PlacedSection? Find(ElfObject @object, ElfSection section) => _places.GetValueOrDefault((@object, section.Index));

    /// <summary>Gives every section its place.</summary>
    /// <exception cref="LinkException">A section cannot be in a program, or they are too large together.</exception>
    public static ProgramLayout Create(IReadOnlyList<ElfObject> objects)
    {
        var layout = new ProgramLayout();
        var loaded = objects.SelectMany(static o => o.Sections.Where(static s => s.IsLoaded).Select(s => (Object: o, Section: s))).ToArray();
        int end = CodeStart;
        foreach (var (file, section) in loaded.Where(static l => l.Section.IsCode))
        {
            if (section.Size % Sbpf.InstructionSize != 0 || section.Type != ElfConstants.ProgramBits)
            {
                throw file.Bytes.Fault(section.FileOffset, $"{section.Name} holds {section.Size} bytes, which are no instructions: they have 8 each");
            }

            end = layout.Place(file, section, end);
        }

        layout.CodeLength = end - CodeStart;
        foreach (var (file, section) in loaded.Where(static l => !l.Section.IsCode))
        {
            CheckReadOnly(file, section);
            end = layout.Place(file, section, end);
        }

        layout.Content = new byte[AlignUp(end, Sbpf.InstructionSize) - CodeStart];
        foreach (var place in layout._places.Values)
        {
            place.Section.Data.CopyTo(layout.Content.AsMemory(place.FileOffset - CodeStart));
        }

        return layout;
    }

    private static void CheckReadOnly(ElfObject file, ElfSection section)
    {
        // Tables of addresses are only written to by a linker, which is this one.
        bool isRelocatedTable = section.Name.StartsWith(".data.rel.ro", StringComparison.Ordinal);
        if (section.Type == ElfConstants.NoBits || (section.IsWritable && !isRelocatedTable))
        {
            throw file.Bytes.Fault(section.FileOffset, $"{section.Name} holds {section.Size} bytes of variables, but a program on Solana has none: make them const, or keep them in accounts or on the heap");
        }
    }

    private int Place(ElfObject file, ElfSection section, int end)
    {
        int offset = AlignUp(end, section.IsCode ? Sbpf.InstructionSize : section.Alignment);
        if (section.Size > Sbpf.MaxProgramSize || offset + (int)section.Size > Sbpf.MaxProgramSize)
        {
            throw file.Bytes.Fault(section.FileOffset, $"with {section.Name} the program is larger than {Sbpf.MaxProgramSize} bytes");
        }

        _places.Add((file, section.Index), new PlacedSection(file, section, offset));
        return offset + (int)section.Size;
    }

    private static int AlignUp(int value, int alignment) => (value + alignment - 1) / alignment * alignment;
}
