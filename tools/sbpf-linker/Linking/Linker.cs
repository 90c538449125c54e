using DePin.Sdk.Tools.SbpfLinker.Elf;

namespace DePin.Sdk.Tools.SbpfLinker.Linking;

/// <summary>Makes one program of the objects that clang compiled for BPF.</summary>
internal static class Linker
{
    public const string DefaultEntry = "entrypoint";

    /// <summary>Links objects in the order in which they are given; the same objects in the same order give the same program.</summary>
    /// <param name="objects">Each with its name, which only messages show.</param>
    /// <param name="entry">The function that the runtime calls.</param>
    /// <exception cref="LinkException">They do not make a program.</exception>
    public static LinkedProgram Link(IEnumerable<(string File, ReadOnlyMemory<byte> Bytes)> objects, string entry = DefaultEntry)
    {
        var files = objects.Select(static o => ElfObject.Read(o.File, o.Bytes)).ToArray();
        var layout = ProgramLayout.Create(files);
        var symbols = new SymbolResolver(layout, files);
        var relocator = new Relocator(layout, symbols);
        foreach (var file in files)
        {
            relocator.Apply(file);
        }

        new InstructionVerifier(layout, relocator.ResolvedCalls).Verify();
        string last = files.Length == 0 ? "no objects" : files[^1].File;
        if (symbols.FindGlobal(entry) is not { Section.IsCode: true } place)
        {
            throw new LinkException(last, null, $"no object defines the function '{entry}', which the runtime calls");
        }

        int start = place.At(0)!.Value;
        if ((start - ProgramLayout.CodeStart) % Sbpf.InstructionSize != 0 || start == ProgramLayout.CodeStart + layout.CodeLength)
        {
            throw new LinkException(last, null, $"'{entry}' is no place where an instruction begins");
        }

        return new LinkedProgram(layout.Content.AsMemory(0, layout.CodeLength), layout.Content.AsMemory(layout.CodeLength), start, [.. relocator.Syscalls.OrderBy(static s => s.FileOffset)]);
    }
}
