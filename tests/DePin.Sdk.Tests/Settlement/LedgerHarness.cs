using DePin.Sdk.Identity;
using DePin.Sdk.Settlement;
using DePin.Sdk.Testing;
using DePin.Sdk.Testing.Conformance;

namespace DePin.Sdk.Tests.Settlement;

/// <summary>Drives a ledger in memory or in a file.</summary>
internal sealed class LedgerHarness : ISettlementHarness
{
    private readonly ManualTimeProvider _clock = new();
    private readonly LedgerSettlement _ledger;
    private readonly LedgerSettlement _other;
    private readonly TempFolder? _folder;

    public LedgerHarness(bool inFile)
    {
        _folder = inFile ? new TempFolder() : null;
        _ledger = _folder is null ? LedgerSettlement.CreateInMemory(_clock) : LedgerSettlement.Open(_folder.File("ledger.db"), _clock);
        _other = LedgerSettlement.CreateInMemory(_clock);
    }

    public ISettlementBackend Backend => _ledger;

    public ISettlementBackend Other => _other;

    public Asset Asset => LedgerSettlement.Credit;

    public TimeSpan GracePeriod => TimeSpan.FromHours(1);

    public DateTimeOffset Now => _clock.GetUtcNow();

    public ISigner CreateSigner() => P256Signer.Create();

    public Task FundAsync(AccountId account, Amount amount) => _ledger.DepositAsync(account, amount);

    public Task AdvanceAsync(TimeSpan by)
    {
        _clock.Advance(by);
        return Task.CompletedTask;
    }

    public async Task<Amount?> GetTotalAsync()
    {
        var totals = await _ledger.GetTotalsAsync(Asset);
        Assert.True(totals.IsConserved, totals.ToString());
        return totals.Balances + totals.Escrowed;
    }

    public async ValueTask DisposeAsync()
    {
        await _ledger.DisposeAsync();
        await _other.DisposeAsync();
        _folder?.Dispose();
    }
}
