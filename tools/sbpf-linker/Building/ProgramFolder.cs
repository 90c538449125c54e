using DePin.Sdk.Tools.SbpfLinker.Linking;

namespace DePin.Sdk.Tools.SbpfLinker.Building;

/// <summary>The source of one program: a folder with C files.</summary>
/// <param name="root">The folder of all programs, with <c>include</c> for headers that they share and <c>programs</c> for what is built.</param>
/// <param name="name">The program's folder in it.</param>
internal sealed class ProgramFolder(string root, string name)
{
    private const string IncludeFolder = "include";
    private const string OutputFolder = "programs";

    /// <summary>The program's folder.</summary>
    public string Name { get; } = name;

    /// <summary>Where the program lies, relative to the folder of all.</summary>
    public string OutputName { get; } = $"{OutputFolder}/{name.Replace('-', '_')}.so";

    /// <summary>Where the program lies.</summary>
    public string OutputPath => Path.Combine(root, OutputName);

    /// <summary>The folders that hold C files, in alphabetical order.</summary>
    /// <exception cref="BuildException">There are none.</exception>
    public static IReadOnlyList<ProgramFolder> FindAll(string root)
    {
        if (!Directory.Exists(root))
        {
            throw new BuildException($"{root} is no folder.");
        }

        var folders = Directory.GetDirectories(root)
            .Where(static folder => Directory.EnumerateFiles(folder, "*.c").Any())
            .Select(static folder => Path.GetFileName(folder))
            .Order(StringComparer.Ordinal)
            .Select(folder => new ProgramFolder(root, folder))
            .ToArray();
        return folders.Length != 0 ? folders : throw new BuildException($"{root} has no folder with C files.");
    }

    /// <summary>Compiles and links the program; its bytes depend on the sources and the compiler alone.</summary>
    /// <exception cref="BuildException">The compiler is missing, or refuses a file.</exception>
    /// <exception cref="LinkException">What was compiled does not make a program.</exception>
    public LinkedProgram Build()
    {
        string scratch = Directory.CreateTempSubdirectory("sbpf-linker").FullName;
        try
        {
            string[] sources = [.. Directory.EnumerateFiles(Path.Combine(root, Name), "*.c").Select(Path.GetFileName).Order(StringComparer.Ordinal)!];
            return Linker.Link(sources.Select(source => Compile(source, scratch)).ToArray());
        }
        finally
        {
            Directory.Delete(scratch, recursive: true);
        }
    }

    private (string File, ReadOnlyMemory<byte> Bytes) Compile(string source, string scratch)
    {
        string path = $"{Name}/{source}";
        string output = Path.Combine(scratch, Path.ChangeExtension(source, ".o"));
        Clang.Compile(Path.GetFullPath(root), path, output, IncludeFolder);
        return ($"{path} (compiled)", File.ReadAllBytes(output));
    }
}
