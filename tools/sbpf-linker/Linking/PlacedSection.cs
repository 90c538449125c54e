using DePin.Sdk.Tools.SbpfLinker.Elf;

namespace DePin.Sdk.Tools.SbpfLinker.Linking;

/// <summary>A section at its place in the program.</summary>
/// <param name="Object">The object that it comes from.</param>
/// <param name="Section">The section.</param>
/// <param name="FileOffset">Where it lies in the program's file, which is also its distance from <see cref="Sbpf.ProgramStart"/>.</param>
internal sealed record PlacedSection(ElfObject Object, ElfSection Section, int FileOffset)
{
    public int Size => (int)Section.Size;

    public bool IsCode => Section.IsCode;
}
