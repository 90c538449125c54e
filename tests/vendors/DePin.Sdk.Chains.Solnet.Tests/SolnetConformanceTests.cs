using DePin.Sdk.IntegrationTests.Solana;
using DePin.Sdk.IntegrationTests.Solana.Settlement;
using DePin.Sdk.Testing.Conformance;

namespace DePin.Sdk.Chains.Solnet.Tests;

/// <summary>The suite that the backend passes by itself, on the same real server, through Solnet.</summary>
public sealed class SolnetConformanceTests(SharedSolanaChain shared) : IClassFixture<SharedSolanaChain>
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    public static TheoryData<string> Cases => [.. SettlementConformance.CaseNames];

    [SurfpoolTheory]
    [MemberData(nameof(Cases))]
    public Task Conformance_Token(string name) => RunAsync(name).WaitAsync(Limit);

    private async Task RunAsync(string name)
    {
        await using var harness = await SolnetHarness.CreateAsync(shared.Chain);
        await new SettlementConformance(harness).RunAsync(name);
    }
}
