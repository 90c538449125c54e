using DePin.Sdk;
using DePin.Sdk.Identity;
using DePin.Sdk.Settlement;

namespace TwoChains;

/// <summary>One of the two chains: a player with a dollar on it, and a provider that is paid there.</summary>
internal abstract class ChainSide : IAsyncDisposable
{
    protected const int Decimals = 6;

    public abstract ISettlementBackend Settlement { get; }

    public abstract Asset Dollar { get; }

    public abstract ISigner Player { get; }

    public abstract ISigner Provider { get; }

    public Amount Dollars(decimal dollars) => Amount.FromDecimal(dollars, Dollar, Decimals);

    /// <summary>What somebody holds, as the chain says.</summary>
    public async Task<string> ReadBalanceAsync(ISigner holder) =>
        "$" + (await Settlement.GetBalanceAsync(Settlement.GetAccount(holder.PublicKey), Dollar)).ToDecimalString(Decimals);

    public abstract ValueTask DisposeAsync();
}
