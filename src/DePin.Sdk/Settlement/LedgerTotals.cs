namespace DePin.Sdk.Settlement;

/// <summary>Where a ledger's money is, for one asset.</summary>
/// <param name="Deposited">Everything that was ever put into the ledger.</param>
/// <param name="Balances">What accounts hold.</param>
/// <param name="Escrowed">What channels hold.</param>
public sealed record LedgerTotals(Amount Deposited, Amount Balances, Amount Escrowed)
{
    /// <summary>True when nothing appeared and nothing vanished: balances and escrow make up the deposits.</summary>
    public bool IsConserved => Balances + Escrowed == Deposited;
}
