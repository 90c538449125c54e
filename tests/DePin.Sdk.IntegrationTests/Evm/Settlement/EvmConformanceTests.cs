using DePin.Sdk.Testing.Conformance;

namespace DePin.Sdk.IntegrationTests.Evm.Settlement;

/// <summary>The suite that the embedded ledger passes, on a real node: with an ERC-20 token, and with the chain's coin.</summary>
public sealed class EvmConformanceTests(FreeEvmChain free) : IClassFixture<FreeEvmChain>
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    public static TheoryData<string> Cases => [.. SettlementConformance.CaseNames];

    [AnvilTheory]
    [MemberData(nameof(Cases))]
    public Task Conformance_Token(string name) => RunAsync(name, isNative: false).WaitAsync(Limit);

    [AnvilTheory]
    [MemberData(nameof(Cases))]
    public Task Conformance_NativeCoin(string name) => RunAsync(name, isNative: true).WaitAsync(Limit);

    private async Task RunAsync(string name, bool isNative)
    {
        await using var harness = await EvmSettlementHarness.CreateAsync(free.Chain, isNative);
        await new SettlementConformance(harness).RunAsync(name);
    }
}
