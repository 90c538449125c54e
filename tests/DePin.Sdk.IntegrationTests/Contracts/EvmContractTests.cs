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
        await NodePackages.RunAsync(Folder, "node", "build.mjs", "--check");
    }

    [ForgeFact]
    public async Task ForgeTests_CommittedBytecode_PassAndCostTheCommittedGas()
    {
        await NodePackages.GetFolderAsync();
        await NodePackages.RunAsync(Folder, "node", "test.mjs");
    }

    /// <summary>A test that needs forge, which has no build for some platforms and starts the compiler as a script.</summary>
    private sealed class ForgeFactAttribute : FactAttribute
    {
        public ForgeFactAttribute()
        {
            if (!NodePackages.IsNodeInstalled)
            {
                Skip = "node and npm are not on the PATH; install Node.js 20 or later (https://nodejs.org) to run the tests of the contracts.";
            }
            else if (OperatingSystem.IsWindows() || RuntimeInformation.OSArchitecture is not (Architecture.X64 or Architecture.Arm64))
            {
                Skip = "forge starts the compiler through a script, for which it needs Linux or macOS on x64 or arm64.";
            }
        }
    }
}
