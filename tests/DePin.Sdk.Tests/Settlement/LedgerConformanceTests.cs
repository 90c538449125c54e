using DePin.Sdk.Testing.Conformance;

namespace DePin.Sdk.Tests.Settlement;

public sealed class LedgerConformanceTests
{
    public static TheoryData<string> Cases => new(SettlementConformance.CaseNames);

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Ledger_InMemory_Conforms(string caseName)
    {
        await using var harness = new LedgerHarness(inFile: false);
        await new SettlementConformance(harness).RunAsync(caseName);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Ledger_InAFile_Conforms(string caseName)
    {
        await using var harness = new LedgerHarness(inFile: true);
        await new SettlementConformance(harness).RunAsync(caseName);
    }
}
