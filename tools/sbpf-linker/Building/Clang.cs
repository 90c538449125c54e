using System.Diagnostics;

namespace DePin.Sdk.Tools.SbpfLinker.Building;

/// <summary>The compiler, which is always the same one with the same flags: other versions give other, equally good bytes.</summary>
internal static class Clang
{
    /// <summary>Names another clang 14 than the one on the PATH.</summary>
    public const string PathVariable = "DEPIN_CLANG14";

    /// <summary>How to get the compiler.</summary>
    public const string Advice = $"install it (Debian, Ubuntu: apt-get install clang-14) or name it in the environment variable {PathVariable}";

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    // Version 2 of the instruction set: version 3 has 32-bit arithmetic, which Solana's machine computes otherwise, and jumps that it lacks.
    // Jump tables, calls of library functions and unwind tables are what its programs cannot have.
    private static readonly string[] Flags =
    [
        "-target", "bpf", "-mcpu=v2", "-std=c11", "-O2", "-ffreestanding", "-fno-builtin", "-fno-jump-tables", "-fno-asynchronous-unwind-tables", "-fno-ident",
        "-nostdinc", "-Wall", "-Wextra", "-Werror", "-c",
    ];

    /// <summary>The compiler's path; null when it is not installed.</summary>
    public static string? Find()
    {
        string? named = Environment.GetEnvironmentVariable(PathVariable);
        return !string.IsNullOrEmpty(named) ? named : (Environment.GetEnvironmentVariable("PATH") ?? string.Empty)
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(static folder => Path.Combine(folder, "clang-14"))
            .FirstOrDefault(File.Exists);
    }

    /// <summary>Compiles a C file to an object.</summary>
    /// <param name="folder">Where it runs; the other paths are relative to it, so that none of it shows in what it writes.</param>
    /// <param name="source">The C file.</param>
    /// <param name="output">The object file.</param>
    /// <param name="includes">Folders with headers.</param>
    /// <exception cref="BuildException">The compiler is missing, or refuses the file.</exception>
    public static void Compile(string folder, string source, string output, params ReadOnlySpan<string> includes)
    {
        string compiler = Find() ?? throw new BuildException($"clang-14 is not on the PATH; {Advice}.");
        var start = new ProcessStartInfo(compiler) { WorkingDirectory = folder, RedirectStandardError = true };
        foreach (string flag in Flags)
        {
            start.ArgumentList.Add(flag);
        }

        foreach (string include in includes)
        {
            start.ArgumentList.Add("-I" + include);
        }

        start.ArgumentList.Add(source);
        start.ArgumentList.Add("-o");
        start.ArgumentList.Add(output);
        Run(start, source);
    }

    private static void Run(ProcessStartInfo start, string source)
    {
        using var process = StartCompiler(start);
        var words = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Limit))
        {
            process.Kill(entireProcessTree: true);
            throw new BuildException($"{source}: clang was not done within {Limit.TotalMinutes} minutes.");
        }

        if (process.ExitCode != 0)
        {
            throw new BuildException(words.GetAwaiter().GetResult().TrimEnd());
        }
    }

    private static Process StartCompiler(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new BuildException($"{start.FileName} cannot be started ({e.Message}); {Advice}.");
        }
    }
}
