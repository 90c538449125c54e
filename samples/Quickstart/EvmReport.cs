using System.Globalization;
using System.Numerics;
using DePin.Sdk.Chains.Evm;
using DePin.Sdk.Chains.Evm.Encoding;
using DePin.Sdk.Chains.Evm.Escrow;
using DePin.Sdk.Chains.Evm.Rpc;

namespace Quickstart;

/// <summary>What an EVM chain says in the end, in gas and logs.</summary>
internal sealed class EvmReport(EvmClient client, EvmEscrow escrow, EvmAddress token, ulong firstBlock, int decimals) : ChainReport(decimals, "coin for gas")
{
    private static readonly AbiFunction BalanceOf = AbiFunction.Parse("balanceOf(address account)", "(uint256)");
    private static readonly Hash32 Approval = Hash32.Keccak("Approval(address,address,uint256)"u8);

    public EvmAddress Token => token;

    public ulong FirstBlock => firstBlock;

    public override async Task<bool> IsEverythingClaimedAsync(CancellationToken cancellationToken)
    {
        var events = await ReadEventsAsync(cancellationToken);
        var channels = await escrow.GetChannelsAsync([.. events.Where(e => e.Kind == EvmEscrowEventKind.Opened).Select(e => e.ChannelId)], cancellationToken: cancellationToken);
        return channels.All(channel => channel.Settled > UInt128.Zero);
    }

    protected override async Task PrintTransactionsAsync()
    {
        var approvals = await client.GetLogsAsync(new EvmLogFilter { Addresses = [token], Topics = [[Approval]], FromBlock = EvmBlockTag.Number(firstBlock) });
        var events = await ReadEventsAsync(CancellationToken.None);
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

    protected override async Task<BigInteger> GetDollarsAsync(string address) => await DollarsOfAsync(EvmAddress.Parse(address));

    protected override async Task<BigInteger> GetCoinAsync(string address) => await client.GetBalanceAsync(EvmAddress.Parse(address));

    protected override async Task<BigInteger> GetEscrowedAsync() => await DollarsOfAsync(escrow.Address);

    // Twelve decimals of a coin that has eighteen.
    protected override string Coin(BigInteger units) => Fixed(units / 1_000_000, 12);

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

    private async Task<List<EvmEscrowEvent>> ReadEventsAsync(CancellationToken cancellationToken)
    {
        // On a chain that others use, the escrow is theirs too.
        var ours = Holders.Select(EvmAddress.Parse).ToHashSet();
        var logs = await client.GetLogsAsync(new EvmLogFilter { Addresses = [escrow.Address], FromBlock = EvmBlockTag.Number(firstBlock) }, cancellationToken);
        var events = logs.Select(EvmEscrowEvent.TryRead).OfType<EvmEscrowEvent>().ToList();
        var channels = events.Where(e => e.Terms is { } terms && ours.Contains(terms.Payer)).Select(e => e.ChannelId).ToHashSet();
        return events.FindAll(e => channels.Contains(e.ChannelId));
    }

    private async Task<UInt128> DollarsOfAsync(EvmAddress account) =>
        (UInt128)UInt256.FromBigEndian(await client.CallAsync(new EvmCall { To = token, Data = BalanceOf.EncodeCall(account) }));
}
