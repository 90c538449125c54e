namespace DePin.Sdk.IntegrationTests.Solana.Programs;

/// <summary>A test that compiles for Solana and for this machine, and runs what was compiled in litesvm.</summary>
internal sealed class ProgramFactAttribute : FactAttribute
{
    public ProgramFactAttribute() => Skip = Reason;

    /// <summary>Why programs cannot be run here; null when they can.</summary>
    public static string? Reason { get; } = ClangFactAttribute.Reason
        ?? (!NodePackages.IsNodeInstalled ? "node and npm are not on the PATH; install Node.js 20 or later (https://nodejs.org) to run programs for Solana." : null)
        ?? (HostCompiler.Find() is null ? "no C compiler (cc, gcc, clang) is on the PATH; install one to compare it with the compiled programs for Solana." : null);
}
