namespace DePin.Sdk.Tools.SbpfLinker.Linking;

/// <summary>A program whose addresses are all known.</summary>
/// <param name="Code">The instructions, which begin at <see cref="ProgramLayout.CodeStart"/> in the file.</param>
/// <param name="ReadOnlyData">What follows them: constants and tables; a multiple of 8 bytes.</param>
/// <param name="Entry">Where the entry point lies in the file.</param>
/// <param name="Syscalls">The calls that the loader binds, by place.</param>
internal sealed record LinkedProgram(ReadOnlyMemory<byte> Code, ReadOnlyMemory<byte> ReadOnlyData, int Entry, IReadOnlyList<SyscallSite> Syscalls)
{
    /// <summary>The runtime's functions that it calls, in alphabetical order.</summary>
    public IEnumerable<string> SyscallNames => Syscalls.Select(static s => s.Name).Distinct().Order(StringComparer.Ordinal);
}
