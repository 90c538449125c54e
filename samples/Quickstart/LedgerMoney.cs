using DePin.Sdk;
using DePin.Sdk.Identity;
using DePin.Sdk.Settlement;

namespace Quickstart;

/// <summary>Dollars on the embedded ledger: a file that all processes share.</summary>
internal sealed class LedgerMoney(string path) : Money
{
    private readonly LedgerSettlement _ledger = LedgerSettlement.Open(path);

    public override ISettlementBackend Settlement => _ledger;

    public override string[] ProviderArguments => ["ledger", path];

    public static ProviderAccount OpenProvider(string path, string folder) =>
        new(P256Signer.LoadOrCreate(Path.Combine(folder, "key.pem")), LedgerSettlement.Open(path), SignatureVerifiers.Default, LedgerSettlement.Usd);

    public override Amount Dollars(decimal dollars) => LedgerSettlement.Usd(dollars);

    public override string Text(Amount amount) => "$" + amount.ToDecimalString(LedgerSettlement.CreditDecimals);

    public override async Task<ISigner> CreatePlayerAsync(string name, decimal dollars)
    {
        var signer = P256Signer.Create();
        await _ledger.DepositAsync(_ledger.GetAccount(signer.PublicKey), Dollars(dollars));
        return signer;
    }

    public override async Task ReportAsync()
    {
        var totals = await _ledger.GetTotalsAsync(LedgerSettlement.Credit);
        Console.WriteLine(
            $"The ledger holds {Text(totals.Balances)} in accounts and {Text(totals.Escrowed)} in channels, of {Text(totals.Deposited)} deposited: "
            + (totals.IsConserved ? "nothing appeared, nothing vanished." : "it does not add up."));
    }

    public override ValueTask DisposeAsync() => _ledger.DisposeAsync();
}
