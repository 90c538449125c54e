namespace DePin.Sdk.Tools.SbpfLinker.Elf;

/// <summary>A symbol of an object file.</summary>
/// <param name="Name">Its name; empty for the symbol of a section.</param>
/// <param name="Binding">Local, global or weak.</param>
/// <param name="Section">The section that defines it; null when it is defined elsewhere.</param>
/// <param name="Value">Its place in the section, in bytes; never past the section's end.</param>
/// <param name="IsSpecial">Whether it has an absolute value or is common storage, neither of which a program can have.</param>
internal sealed record ElfSymbol(string Name, byte Binding, ElfSection? Section, ulong Value, bool IsSpecial)
{
    public bool IsGlobal => Binding is ElfConstants.BindingGlobal or ElfConstants.BindingWeak;

    public bool IsWeak => Binding == ElfConstants.BindingWeak;
}
