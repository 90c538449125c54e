using DePin.Sdk.Chains.Solana;
using DePin.Sdk.Chains.Solana.Programs;
using DePin.Sdk.Testing.Conformance;

namespace DePin.Sdk.IntegrationTests.Solana.Settlement;

/// <summary>The suite that the embedded ledger and the EVM backend pass, on a real node, with a token of either token program.</summary>
public sealed class SolanaConformanceTests(SharedSolanaChain shared) : IClassFixture<SharedSolanaChain>
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    public static TheoryData<string> Cases => [.. SettlementConformance.CaseNames];

    [SurfpoolTheory]
    [MemberData(nameof(Cases))]
    public Task Conformance_Token(string name) => RunAsync(name, TokenProgram.ProgramId).WaitAsync(Limit);

    [SurfpoolTheory]
    [InlineData("Settle_Batch_AnswersInOrder")]
    [InlineData("Close_WithFinalVoucher_PaysBothSides")]
    [InlineData("Withdraw_AfterTheGracePeriod_ReturnsTheRest")]
    [InlineData("Concurrent_CloseAndSettle_ConserveMoney")]
    public Task Conformance_Token2022(string name) => RunAsync(name, TokenProgram.Token2022ProgramId).WaitAsync(Limit);

    private async Task RunAsync(string name, SolanaAddress tokenProgram)
    {
        await using var harness = await SolanaSettlementHarness.CreateAsync(shared.Chain, tokenProgram);
        await new SettlementConformance(harness).RunAsync(name);
    }
}
