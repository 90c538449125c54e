using System.Diagnostics;
using DePin.Sdk.Tools.SbpfLinker.Building;
using DePin.Sdk.Tools.SbpfLinker.Linking;

namespace DePin.Sdk.IntegrationTests.Solana.Programs;

/// <summary>The same C compiled twice: for Solana, run in litesvm, and for this machine.</summary>
internal sealed class ComparedProgram : IDisposable
{
    /// <summary>Inputs in one call: what is returned has to fit into the runtime's limit of 1,024 bytes.</summary>
    public const int InputsPerCall = 30;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private readonly string _folder = Directory.CreateTempSubdirectory("compared-program").FullName;

    /// <summary>The folder of the tests' C files.</summary>
    public static string Sources { get; } = RepositoryFiles.PathOf("tests", "DePin.Sdk.IntegrationTests", "Solana", "Programs", "Sources");

    private string SolanaProgram => Path.Combine(_folder, "program.so");

    private string HostProgram => Path.Combine(_folder, "program");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Compiles files of <see cref="Sources"/>, and perhaps one that a test wrote.</summary>
    public static async Task<ComparedProgram> BuildAsync(IEnumerable<string> names, string? generated = null)
    {
        var program = new ComparedProgram();
        string[] sources = [.. names.Select(static name => Path.Combine(Sources, name))];
        if (generated is not null)
        {
            sources = [.. sources, Path.Combine(program._folder, "generated.c")];
            await File.WriteAllTextAsync(sources[^1], generated);
        }

        File.WriteAllBytes(program.SolanaProgram, ProgramWriter.Write(Linker.Link(new[] { Path.Combine(Sources, "entry_solana.c") }.Concat(sources).Select(program.Compile).ToArray())));
        await HostCompiler.CompileAsync(program._folder, program.HostProgram, [Path.Combine(Sources, "entry_host.c"), .. sources], Sources);
        return program;
    }

    /// <summary>Compiles one file of <see cref="Sources"/> for Solana.</summary>
    public static byte[] CompileObject(string name)
    {
        using var program = new ComparedProgram();
        return program.Compile(Path.Combine(Sources, name)).Bytes.ToArray();
    }

    /// <summary>Runs lines of hexadecimal data through both; the answers of litesvm first.</summary>
    public async Task<(string[] Solana, string[] Host)> RunAsync(IReadOnlyList<string> lines)
    {
        string[] solana = await RunAsync(await NodePackages.StartAsync("solana-program.mjs", "run", SolanaProgram), lines);
        var host = Process.Start(new ProcessStartInfo(HostProgram) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        return (solana, await RunAsync(host, lines));
    }

    private static async Task<string[]> RunAsync(Process process, IReadOnlyList<string> lines)
    {
        using (process)
        {
            try
            {
                var reading = process.StandardOutput.ReadToEndAsync();
                await process.StandardInput.WriteAsync(string.Join('\n', lines) + "\n").WaitAsync(Limit);
                process.StandardInput.Close();
                string output = await reading.WaitAsync(Limit);
                return output.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries);
            }
            finally
            {
                if (!process.HasExited)
                {
                    process.Kill(entireProcessTree: true);
                }
            }
        }
    }

    private (string File, ReadOnlyMemory<byte> Bytes) Compile(string source)
    {
        string output = Path.Combine(_folder, Path.GetFileNameWithoutExtension(source) + ".o");
        Clang.Compile(_folder, source, output, Sources);
        return (Path.GetFileName(source), File.ReadAllBytes(output));
    }
}
