namespace DePin.Sdk.Tools.SbpfLinker.Elf;

/// <summary>Numbers of the ELF-64 object file format and of its supplement for BPF.</summary>
internal static class ElfConstants
{
    public const int HeaderSize = 64;
    public const int ProgramHeaderSize = 56;
    public const int SectionHeaderSize = 64;
    public const int SymbolSize = 24;
    public const int RelocationSize = 16;
    public const int DynamicEntrySize = 16;

    public const ushort Relocatable = 1;
    public const ushort SharedObject = 3;
    public const ushort MachineBpf = 247;

    public const uint ProgramBits = 1;
    public const uint SymbolTable = 2;
    public const uint StringTable = 3;
    public const uint RelocationsWithAddends = 4;
    public const uint Dynamic = 6;
    public const uint NoBits = 8;
    public const uint Relocations = 9;
    public const uint DynamicSymbols = 11;

    public const ulong Write = 1;
    public const ulong Allocate = 2;
    public const ulong Execute = 4;

    public const byte BindingGlobal = 1;
    public const byte BindingWeak = 2;

    public const ushort SectionUndefined = 0;
    public const ushort SectionReserved = 0xff00;

    /// <summary>R_BPF_64_64: an address in the two halves of a 64-bit load.</summary>
    public const uint RelocationAddress = 1;

    /// <summary>R_BPF_64_ABS64: an address in data.</summary>
    public const uint RelocationPointer = 2;

    /// <summary>R_BPF_64_32: the target of a call.</summary>
    public const uint RelocationCall = 10;
}
