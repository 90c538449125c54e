using System.Buffers.Binary;
using DePin.Sdk.Tools.SbpfLinker.Elf;

namespace DePin.Sdk.Tools.SbpfLinker.Linking;

/// <summary>Writes addresses and distances where the objects ask for them.</summary>
internal sealed class Relocator(ProgramLayout layout, SymbolResolver symbols)
{
    private readonly HashSet<int> _calls = [];

    /// <summary>The calls of the runtime that were found.</summary>
    public List<SyscallSite> Syscalls { get; } = [];

    /// <summary>The file offsets of the calls that were resolved by name.</summary>
    public IReadOnlySet<int> ResolvedCalls => _calls;

    /// <exception cref="LinkException">What an object asks for cannot be had.</exception>
    public void Apply(ElfObject file)
    {
        foreach (var relocation in file.Relocations)
        {
            switch (relocation.Type)
            {
                case ElfConstants.RelocationAddress:
                    WriteAddress(file, relocation);
                    break;
                case ElfConstants.RelocationPointer:
                    WritePointer(file, relocation);
                    break;
                case ElfConstants.RelocationCall:
                    WriteCall(file, relocation);
                    break;
                default:
                    throw file.Bytes.Fault(relocation.FileOffset, $"{relocation.Target.Name} needs a relocation of type {relocation.Type}; known are 1, 2 and 10");
            }
        }
    }

    private void WriteAddress(ElfObject file, ElfRelocation relocation)
    {
        var instruction = Take(file, relocation, 2 * Sbpf.InstructionSize, out _);
        if (!relocation.Target.IsCode || relocation.Offset % Sbpf.InstructionSize != 0 || instruction[0] != Sbpf.LoadWide)
        {
            throw file.Bytes.Fault(relocation.FileOffset, $"the address of '{relocation.Symbol.Name}' goes where no 64-bit load is");
        }

        ulong address = AddressOf(file, relocation, BinaryPrimitives.ReadUInt32LittleEndian(instruction[4..]));
        BinaryPrimitives.WriteUInt32LittleEndian(instruction[4..], (uint)address);
        BinaryPrimitives.WriteUInt32LittleEndian(instruction[12..], (uint)(address >> 32));
    }

    private void WritePointer(ElfObject file, ElfRelocation relocation)
    {
        var pointer = Take(file, relocation, sizeof(ulong), out _);
        if (relocation.Target.IsCode)
        {
            throw file.Bytes.Fault(relocation.FileOffset, $"the address of '{relocation.Symbol.Name}' goes into code as if it were data");
        }

        BinaryPrimitives.WriteUInt64LittleEndian(pointer, AddressOf(file, relocation, BinaryPrimitives.ReadInt64LittleEndian(pointer)));
    }

    private void WriteCall(ElfObject file, ElfRelocation relocation)
    {
        var call = Take(file, relocation, Sbpf.InstructionSize, out int offset);
        if (!relocation.Target.IsCode || relocation.Offset % Sbpf.InstructionSize != 0 || call[0] != Sbpf.Call)
        {
            throw file.Bytes.Fault(relocation.FileOffset, $"'{relocation.Symbol.Name}' is to be called where no call is");
        }

        _calls.Add(offset);
        if (symbols.Resolve(file, relocation.Symbol, relocation.FileOffset) is not { } place)
        {
            WriteSyscall(file, relocation, call, offset);
            return;
        }

        // A call of a section's symbol holds the distance of the function from the section's start, in instructions and less one.
        long addend = (BinaryPrimitives.ReadInt32LittleEndian(call[4..]) + 1L) * Sbpf.InstructionSize;
        if (!place.Section.IsCode || place.At(addend) is not { } target || (target - ProgramLayout.CodeStart) % Sbpf.InstructionSize != 0)
        {
            throw file.Bytes.Fault(relocation.FileOffset, $"the call of '{relocation.Symbol.Name}' leads to no instruction");
        }

        int distance = ((target - offset) / Sbpf.InstructionSize) - 1;
        call[1] = Sbpf.CallsRelative << 4;
        BinaryPrimitives.WriteInt32LittleEndian(call[4..], distance);
    }

    private void WriteSyscall(ElfObject file, ElfRelocation relocation, Span<byte> call, int offset)
    {
        string name = relocation.Symbol.Name;
        if (!Linking.Syscalls.Contains(name))
        {
            throw file.Bytes.Fault(relocation.FileOffset, Linking.Syscalls.Explain(name));
        }

        call[1] = 0;
        BinaryPrimitives.WriteInt32LittleEndian(call[4..], Sbpf.SyscallMark);
        Syscalls.Add(new SyscallSite(offset, name));
    }

    private ulong AddressOf(ElfObject file, ElfRelocation relocation, long addend)
    {
        var place = symbols.Resolve(file, relocation.Symbol, relocation.FileOffset)
            ?? throw file.Bytes.Fault(relocation.FileOffset, $"'{relocation.Symbol.Name}' is defined by no object; syscalls can be called, but have no address");
        int target = place.At(addend)
            ?? throw file.Bytes.Fault(relocation.FileOffset, $"the place {addend} bytes past '{relocation.Symbol.Name}' is outside of its section");
        return Sbpf.ProgramStart + (ulong)target;
    }

    private Span<byte> Take(ElfObject file, ElfRelocation relocation, int length, out int fileOffset)
    {
        var section = layout.Find(file, relocation.Target)!;
        if (relocation.Offset > (ulong)section.Size || (ulong)length > (ulong)section.Size - relocation.Offset)
        {
            throw file.Bytes.Fault(relocation.FileOffset, $"a relocation is for byte {relocation.Offset} of {relocation.Target.Name}, which has {section.Size}");
        }

        fileOffset = section.FileOffset + (int)relocation.Offset;
        return layout.Content.AsSpan(fileOffset - ProgramLayout.CodeStart, length);
    }
}
