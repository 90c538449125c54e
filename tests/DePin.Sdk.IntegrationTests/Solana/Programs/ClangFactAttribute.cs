using DePin.Sdk.Tools.SbpfLinker.Building;

namespace DePin.Sdk.IntegrationTests.Solana.Programs;

/// <summary>A test that compiles for Solana.</summary>
internal sealed class ClangFactAttribute : FactAttribute
{
    public ClangFactAttribute() => Skip = Reason;

    /// <summary>Why nothing can be compiled here; null when it can.</summary>
    public static string? Reason { get; } = Clang.Find() is null ? $"clang-14 is not on the PATH; {Clang.Advice} to run the tests of programs for Solana." : null;
}
