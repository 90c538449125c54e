using System.Runtime.InteropServices;

namespace DePin.Sdk.IntegrationTests.Contracts;

/// <summary>The EVM contracts: what is committed is what the sources compile to, and their own tests pass on it.</summary>
public sealed class EvmContractTests
{
    private static readonly string Folder = RepositoryFiles.PathOf("contracts", "evm");

    [NodeFact]
    public async Task Artifacts_SourcesCompiledAgain_AreTheSame()
    {
        await NodePackages.GetFolderAsync();
        await TestProgram.RunAsync(Folder, "node", "build.mjs", "--check");
    }

    [ForgeFact]
    public async Task ForgeTests_CommittedBytecode_PassAndCostTheCommittedGas()
    {
        await NodePackages.GetFolderAsync();
        await TestProgram.RunAsync(Folder, "node", "test.mjs");
    }

    /// <summary>A test that needs forge, whose packages are pinned for two platforms.</summary>
    private sealed class ForgeFactAttribute : FactAttribute
    {
        public ForgeFactAttribute()
        {
            if (!NodePackages.IsNodeInstalled)
            {
                Skip = "node and npm are not on the PATH; install Node.js 20 or later (https://nodejs.org) to run the tests of the contracts.";
            }
            else if (!(OperatingSystem.IsLinux() && RuntimeInformation.OSArchitecture == Architecture.X64) && !(OperatingSystem.IsMacOS() && RuntimeInformation.OSArchitecture == Architecture.Arm64))
            {
                Skip = "forge is among the pinned npm packages for Linux on x64 and macOS on arm64; run the tests of the contracts there.";
            }
        }
    }
}
