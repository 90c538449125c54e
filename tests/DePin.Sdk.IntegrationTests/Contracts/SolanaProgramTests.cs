using System.Runtime.InteropServices;
using DePin.Sdk.Testing.Solana;

namespace DePin.Sdk.IntegrationTests.Contracts;

/// <summary>The Solana programs: attacks and happy paths against the committed binaries, in the genuine runtime.</summary>
public sealed class SolanaProgramTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    [LiteSvmFact]
    public async Task Attacks_CommittedPrograms_AreRefusedAndCostTheCommittedUnits()
    {
        await NodePackages.GetFolderAsync();
        string output = await TestProgram.RunAsync(Limit, RepositoryFiles.PathOf("contracts", "solana"), "node", "test.mjs", "--quiet");
        Assert.Matches(@"^[1-9]\d{2,} passed, 0 failed", output);
    }

    [Fact]
    public async Task PaymentChannels_Package_HoldsTheCommittedBinaryAndItsWarning()
    {
        byte[] committed = await File.ReadAllBytesAsync(RepositoryFiles.PathOf("contracts", "solana", "programs", "payment_channels.so"));
        Assert.Equal(committed, SolanaPrograms.PaymentChannels.ToArray());
        Assert.True(committed.AsSpan().IndexOf("unaudited, never for real funds"u8) > 0);
    }

    /// <summary>A test that needs litesvm, which has no build for Windows.</summary>
    private sealed class LiteSvmFactAttribute : FactAttribute
    {
        public LiteSvmFactAttribute()
        {
            if (!NodePackages.IsNodeInstalled)
            {
                Skip = "node and npm are not on the PATH; install Node.js 20 or later (https://nodejs.org) to run the tests of the programs.";
            }
            else if (!OperatingSystem.IsLinux() && !OperatingSystem.IsMacOS() || RuntimeInformation.ProcessArchitecture is not (Architecture.X64 or Architecture.Arm64))
            {
                Skip = "litesvm is among the npm packages for Linux and macOS; run the tests of the programs there.";
            }
        }
    }
}
