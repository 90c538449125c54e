using DePin.Sdk.Tools.SbpfLinker.Building;
using DePin.Sdk.Tools.SbpfLinker.Linking;

namespace DePin.Sdk.Tools.SbpfLinker;

/// <summary>What the tool does for which arguments.</summary>
internal static class CommandLine
{
    private const int Success = 0;
    private const int Failure = 1;
    private const int Misuse = 2;

    private const string Usage = """
        usage: sbpf-linker [-e ENTRY] -o PROGRAM OBJECT...
               sbpf-linker build FOLDER [--check]

        Links objects that clang 14 compiled for BPF into a program for Solana (sBPF version 0).

          -e ENTRY   the function that the runtime calls; entrypoint when left out
          build      compiles and links each folder with C files in FOLDER into FOLDER/programs
          --check    compares with what lies there instead of writing it

        """;

    /// <summary>Runs the tool and returns its exit status: 0, 1 when something was wrong with files, 2 with the arguments.</summary>
    public static int Run(IReadOnlyList<string> arguments, TextWriter output, TextWriter errors)
    {
        try
        {
            switch (arguments)
            {
                case ["--help" or "-h"]:
                    output.Write(Usage);
                    return Success;
                case ["build", var folder]:
                    return Build(folder, output);
                case ["build", var folder, "--check"]:
                    return Check(folder, output, errors);
                case ["-e", var entry, "-o", var program, _, ..]:
                    return Link(entry, program, arguments.Skip(4), output);
                case ["-o", var program, _, ..]:
                    return Link(Linker.DefaultEntry, program, arguments.Skip(2), output);
                default:
                    errors.Write(Usage);
                    return Misuse;
            }
        }
        catch (Exception e) when (e is LinkException or BuildException or IOException or UnauthorizedAccessException)
        {
            errors.WriteLine($"sbpf-linker: {e.Message}");
            return Failure;
        }
    }

    private static int Link(string entry, string program, IEnumerable<string> objects, TextWriter output)
    {
        var linked = Linker.Link(objects.Select(static path => (path, (ReadOnlyMemory<byte>)File.ReadAllBytes(path))), entry);
        Write(program, program, linked, output);
        return Success;
    }

    private static int Build(string root, TextWriter output)
    {
        foreach (var folder in ProgramFolder.FindAll(root))
        {
            var program = folder.Build();
            Directory.CreateDirectory(Path.GetDirectoryName(folder.OutputPath)!);
            Write(folder.OutputPath, folder.OutputName, program, output);
        }

        return Success;
    }

    private static int Check(string root, TextWriter output, TextWriter errors)
    {
        int status = Success;
        foreach (var folder in ProgramFolder.FindAll(root))
        {
            byte[] built = ProgramWriter.Write(folder.Build());
            if (File.Exists(folder.OutputPath) && built.AsSpan().SequenceEqual(File.ReadAllBytes(folder.OutputPath)))
            {
                output.WriteLine($"{folder.OutputName}: {built.Length} bytes, as its sources say");
                continue;
            }

            errors.WriteLine($"{folder.OutputName} is not what {folder.Name} compiles to; build again and commit it");
            status = Failure;
        }

        return status;
    }

    private static void Write(string path, string shownAs, LinkedProgram program, TextWriter output)
    {
        byte[] bytes = ProgramWriter.Write(program);
        File.WriteAllBytes(path, bytes);
        output.WriteLine($"{shownAs}: {bytes.Length} bytes, calls {string.Join(", ", program.SyscallNames.DefaultIfEmpty("nothing of the runtime"))}");
    }
}
