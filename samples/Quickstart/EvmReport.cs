using System.Globalization;
using System.Numerics;
using DePin.Sdk;
using DePin.Sdk.Chains.Evm;
using DePin.Sdk.Chains.Evm.Encoding;
using DePin.Sdk.Chains.Evm.Escrow;
using DePin.Sdk.Chains.Evm.Rpc;

namespace Quickstart;

/// <summary>What the chain says in the end: what it cost, and who holds what.</summary>
internal sealed class EvmReport(EvmClient client, EvmAddress token, ulong firstBlock, int decimals)
{
    private static readonly AbiFunction BalanceOf = AbiFunction.Parse("balanceOf(address account)", "(uint256)");
    private static readonly Hash32 Approval = Hash32.Keccak("Approval(address,address,uint256)"u8);

    private readonly Lock _gate = new();
    private readonly List<Holder> _holders = [];

    public EvmAddress Token => token;

    public ulong FirstBlock => firstBlock;

    public void Add(string name, EvmAddress address, UInt256 coin, Amount dollars)
    {
        lock (_gate)
        {
            _holders.Add(new Holder(name, address, coin, dollars.BaseUnits));
        }
    }

    public async Task<bool> IsEverythingClaimedAsync(EvmEscrow escrow, CancellationToken cancellationToken)
    {
        var events = await ReadEventsAsync(escrow, cancellationToken);
        var channels = await escrow.GetChannelsAsync([.. events.Where(e => e.Kind == EvmEscrowEventKind.Opened).Select(e => e.ChannelId)], cancellationToken: cancellationToken);
        return channels.All(channel => channel.Settled > UInt128.Zero);
    }

    public async Task PrintAsync(EvmEscrow escrow)
    {
        await PrintGasAsync(escrow);
        Console.WriteLine();
        Console.WriteLine($"{"on the chain",-14}{"dollars before",16}{"after",12}{"change",12}{"coin for gas",16}");
        BigInteger before = 0, after = 0;
        foreach (var holder in _holders.OrderBy(holder => holder.Name, StringComparer.Ordinal))
        {
            var held = await DollarsOfAsync(holder.Address);
            BigInteger spent = holder.Coin - await client.GetBalanceAsync(holder.Address);
            (before, after) = (before + holder.Dollars, after + held);
            Console.WriteLine($"{holder.Name,-14}{Dollars(holder.Dollars),16}{Dollars(held),12}{Dollars((BigInteger)held - holder.Dollars),12}{Coin(spent),16}");
        }

        var escrowed = await DollarsOfAsync(escrow.Address);
        Console.WriteLine();
        Console.WriteLine(
            $"The chain holds {Dollars(after)} in accounts and {Dollars(escrowed)} in the escrow, of {Dollars(before)} minted: "
            + (before == after + escrowed ? "nothing appeared, nothing vanished." : "it does not add up."));
    }

    private async Task PrintGasAsync(EvmEscrow escrow)
    {
        var approvals = await client.GetLogsAsync(new EvmLogFilter { Addresses = [token], Topics = [[Approval]], FromBlock = EvmBlockTag.Number(firstBlock) });
        var events = await ReadEventsAsync(escrow, CancellationToken.None);
        var opened = events.Where(e => e.Kind == EvmEscrowEventKind.Opened).ToList();
        var closed = events.Where(e => e.Kind == EvmEscrowEventKind.Closed).ToList();
        var claimed = events.Where(e => e.Kind == EvmEscrowEventKind.Settled).ToList();
        Console.WriteLine();
        Console.WriteLine($"{"transactions",-34}{"sent by",-10}{"count",7}{"channels",10}{"gas",12}{"per channel",13}");

        // A token that knows permits needs no transaction for its approval.
        var openings = opened.Select(e => e.Log.TransactionHash).ToHashSet();
        await PrintGasAsync("approve a deposit", "player", approvals.Where(log => !openings.Contains(log.TransactionHash)));
        await PrintGasAsync("open a channel, with a permit", "player", opened.Select(e => e.Log).Where(log => approvals.Any(approval => approval.TransactionHash == log.TransactionHash)));
        await PrintGasAsync("open a channel", "player", opened.Select(e => e.Log).Where(log => approvals.All(approval => approval.TransactionHash != log.TransactionHash)));
        await PrintGasAsync($"claim, up to {claimed.CountBy(e => e.Log.TransactionHash).Select(t => t.Value).DefaultIfEmpty().Max()} channels at once", "provider", claimed.Select(e => e.Log));
        await PrintGasAsync("close and refund", "provider", closed.Select(e => e.Log));
    }

    private async Task PrintGasAsync(string what, string who, IEnumerable<EvmLog> logs)
    {
        var all = logs.ToList();
        if (all.Count == 0)
        {
            return;
        }

        var transactions = await client.GetReceiptsAsync([.. all.Select(log => log.TransactionHash).Distinct()]);
        var gas = transactions.Sum(receipt => (long)receipt!.GasUsed);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what,-34}{who,-10}{transactions.Count,7}{all.Count,10}{gas,12:N0}{gas / all.Count,13:N0}"));
    }

    private async Task<List<EvmEscrowEvent>> ReadEventsAsync(EvmEscrow escrow, CancellationToken cancellationToken)
    {
        // On a chain that others use, the escrow is theirs too.
        var ours = _holders.Select(holder => holder.Address).ToHashSet();
        var logs = await client.GetLogsAsync(new EvmLogFilter { Addresses = [escrow.Address], FromBlock = EvmBlockTag.Number(firstBlock) }, cancellationToken);
        var events = logs.Select(EvmEscrowEvent.TryRead).OfType<EvmEscrowEvent>().ToList();
        var channels = events.Where(e => e.Terms is { } terms && ours.Contains(terms.Payer)).Select(e => e.ChannelId).ToHashSet();
        return events.FindAll(e => channels.Contains(e.ChannelId));
    }

    private async Task<UInt128> DollarsOfAsync(EvmAddress account) =>
        (UInt128)UInt256.FromBigEndian(await client.CallAsync(new EvmCall { To = token, Data = BalanceOf.EncodeCall(account) }));

    private string Dollars(BigInteger units) => (units < 0 ? "-$" : "$") + Decimal(BigInteger.Abs(units), decimals);

    // Twelve decimals of a coin that has eighteen.
    private static string Coin(BigInteger wei) => Fixed(wei / 1_000_000, 12);

    private static string Decimal(BigInteger units, int decimals) => Fixed(units, decimals).TrimEnd('0') is var text && text.EndsWith('.') ? text[..^1] : text;

    private static string Fixed(BigInteger units, int decimals)
    {
        var digits = units.ToString(CultureInfo.InvariantCulture).PadLeft(decimals + 1, '0');
        return $"{digits[..^decimals]}.{digits[^decimals..]}";
    }

    private sealed record Holder(string Name, EvmAddress Address, UInt256 Coin, UInt128 Dollars);
}
