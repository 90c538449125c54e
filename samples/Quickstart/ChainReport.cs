using System.Globalization;
using System.Numerics;
using DePin.Sdk;

namespace Quickstart;

/// <summary>What a chain says in the end: what it cost, and who holds what.</summary>
/// <param name="decimals">Of the dollars.</param>
/// <param name="fees">What the fees are called in the table.</param>
internal abstract class ChainReport(int decimals, string fees)
{
    private readonly Lock _gate = new();
    private readonly List<Holder> _holders = [];

    /// <summary>Those who began with dollars or coin, by address.</summary>
    protected IEnumerable<string> Holders => _holders.Select(holder => holder.Address);

    public void Add(string name, string address, BigInteger coin, Amount dollars)
    {
        lock (_gate)
        {
            _holders.Add(new Holder(name, address, coin, dollars.BaseUnits));
        }
    }

    /// <summary>Whether every channel has paid something out.</summary>
    public abstract Task<bool> IsEverythingClaimedAsync(CancellationToken cancellationToken);

    public async Task PrintAsync()
    {
        await PrintTransactionsAsync();
        Console.WriteLine();
        Console.WriteLine($"{"on the chain",-14}{"dollars before",16}{"after",12}{"change",12}{fees,16}");
        BigInteger before = 0, after = 0;
        foreach (var holder in _holders.OrderBy(holder => holder.Name, StringComparer.Ordinal))
        {
            var held = await GetDollarsAsync(holder.Address);
            var spent = holder.Coin - await GetCoinAsync(holder.Address);
            (before, after) = (before + holder.Dollars, after + held);
            Console.WriteLine($"{holder.Name,-14}{Dollars(holder.Dollars),16}{Dollars(held),12}{Dollars(held - holder.Dollars),12}{Coin(spent),16}");
        }

        var escrowed = await GetEscrowedAsync();
        Console.WriteLine();
        Console.WriteLine(
            $"The chain holds {Dollars(after)} in accounts and {Dollars(escrowed)} in the escrow, of {Dollars(before)} minted: "
            + (before == after + escrowed ? "nothing appeared, nothing vanished." : "it does not add up."));
    }

    protected abstract Task PrintTransactionsAsync();

    protected abstract Task<BigInteger> GetDollarsAsync(string address);

    protected abstract Task<BigInteger> GetCoinAsync(string address);

    /// <summary>What lies in channels.</summary>
    protected abstract Task<BigInteger> GetEscrowedAsync();

    /// <summary>An amount of coin, with as many decimals as are worth reading.</summary>
    protected abstract string Coin(BigInteger units);

    protected static string Fixed(BigInteger units, int decimals)
    {
        var digits = BigInteger.Abs(units).ToString(CultureInfo.InvariantCulture).PadLeft(decimals + 1, '0');
        return $"{(units < 0 ? "-" : "")}{digits[..^decimals]}.{digits[^decimals..]}";
    }

    private string Dollars(BigInteger units) => (units < 0 ? "-$" : "$") + Fixed(BigInteger.Abs(units), decimals).TrimEnd('0').TrimEnd('.');

    private sealed record Holder(string Name, string Address, BigInteger Coin, BigInteger Dollars);
}
