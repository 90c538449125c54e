namespace DePin.Sdk.Consumers.Internal;

/// <summary>The accounts that the consumer pays from, the preferred one first.</summary>
internal sealed class PayingAccounts(IReadOnlyList<PayingAccount> accounts)
{
    public IReadOnlyList<PayingAccount> All => accounts;

    /// <summary>The account whose money can reach a chain; null when there is none.</summary>
    public PayingAccount? On(ChainId chain)
    {
        foreach (var account in accounts)
        {
            if (account.Chain == chain)
            {
                return account;
            }
        }

        return null;
    }

    /// <summary>What one request may cost: each amount is the whole limit, in another asset. Empty without a limit.</summary>
    /// <param name="routing">What the caller set.</param>
    public Amount[] LimitsOf(RoutingOptions routing)
    {
        Amount[] own = [.. accounts.Select(account => account.PerRequestLimit).OfType<Amount>()];
        return routing.MaxCostPerRequest is { } first
            ? [.. routing.MaxCostInOtherAssets.Prepend(first).Select(limit => own.Where(policy => policy.Asset == limit.Asset).Aggregate(limit, Amount.Min))]
            : own;
    }
}
