namespace DePin.Sdk.IntegrationTests.Solana.Programs;

/// <summary>A C compiler for this machine.</summary>
internal static class HostCompiler
{
    private static readonly string[] Names = ["cc", "gcc", "clang", "clang-14"];

    public static string? Find() => Names.FirstOrDefault(NodePackages.IsOnPath);

    /// <summary>Compiles C files to a program of this machine.</summary>
    public static Task CompileAsync(string folder, string output, IEnumerable<string> sources, string include) =>
        TestProgram.RunAsync(TimeSpan.FromMinutes(2), folder, Find()!, ["-O1", "-w", "-I" + include, "-o", output, .. sources]);
}
