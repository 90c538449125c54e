using DePin.Sdk.IntegrationTests.Evm;
using DePin.Sdk.IntegrationTests.Evm.Settlement;
using DePin.Sdk.Testing.Conformance;

namespace DePin.Sdk.Chains.Nethereum.Tests;

/// <summary>The suite that the backend passes by itself, on the same real node, through Nethereum.</summary>
public sealed class NethereumConformanceTests(FreeEvmChain free) : IClassFixture<FreeEvmChain>
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    public static TheoryData<string> Cases => [.. SettlementConformance.CaseNames];

    [AnvilTheory]
    [MemberData(nameof(Cases))]
    public Task Conformance_Token(string name) => RunAsync(name).WaitAsync(Limit);

    private async Task RunAsync(string name)
    {
        await using var harness = await NethereumHarness.CreateAsync(free.Chain);
        await new SettlementConformance(harness).RunAsync(name);
    }
}
