namespace DePin.Sdk.Tools.SbpfLinker.Elf;

/// <summary>A place in a section that needs the address of a symbol.</summary>
/// <param name="Target">The section that is changed.</param>
/// <param name="Offset">The place in it, in bytes.</param>
/// <param name="Type">What is written there, and how.</param>
/// <param name="Symbol">Whose address.</param>
/// <param name="FileOffset">Where the object file says so, for messages.</param>
internal sealed record ElfRelocation(ElfSection Target, ulong Offset, uint Type, ElfSymbol Symbol, ulong FileOffset);
