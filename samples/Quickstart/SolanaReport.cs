using System.Globalization;
using System.Numerics;
using DePin.Sdk.Chains.Solana;
using DePin.Sdk.Chains.Solana.Channels;
using DePin.Sdk.Chains.Solana.Programs;
using DePin.Sdk.Chains.Solana.Rpc;
using DePin.Sdk.Chains.Solana.Transactions;

namespace Quickstart;

/// <summary>What a Solana chain says in the end, in lamports and accounts.</summary>
internal sealed class SolanaReport(SolanaClient client, PaymentChannelProgram program, SolanaAddress mint, int decimals) : ChainReport(decimals, "SOL spent")
{
    private const int SolDecimals = 9;

    // Where a channel's account has its mint. Nobody else has channels in this token: it was made for this run.
    private const ulong MintOffset = 184;

    // The first byte of the program's instructions.
    private const byte Open = 1, Settle = 2, SettleAndSeal = 4;

    public SolanaAddress Mint => mint;

    public override async Task<bool> IsEverythingClaimedAsync(CancellationToken cancellationToken) =>
        (await ReadChannelsAsync(cancellationToken)).All(channel => channel.State.Settled > 0);

    /// <summary>How many channel accounts are left, and what rent lies in them.</summary>
    public async Task<(int Channels, BigInteger Lamports)> ReadRentAsync()
    {
        var channels = await ReadChannelsAsync(CancellationToken.None);
        return (channels.Count, channels.Aggregate(BigInteger.Zero, (sum, channel) => sum + channel.Lamports));
    }

    public static string Sol(BigInteger lamports) => Fixed(lamports, SolDecimals) + " SOL";

    protected override async Task PrintTransactionsAsync()
    {
        Console.WriteLine();
        Console.WriteLine($"{"transactions",-34}{"paid by",-10}{"count",7}{"channels",10}{"lamports",12}{"per channel",13}");
        var transactions = await ReadTransactionsAsync();
        Print("open a channel", "house", transactions, Open);
        var claims = transactions.Where(transaction => transaction.Count(Settle) > 0).ToList();
        Print($"claim, up to {claims.Select(claim => claim.Count(Settle)).DefaultIfEmpty().Max()} channels at once", "provider", claims, Settle);
        Print("close and refund", "provider", transactions, SettleAndSeal);
    }

    protected override async Task<BigInteger> GetDollarsAsync(string address) => await TokensOfAsync(SolanaAddress.Parse(address));

    protected override async Task<BigInteger> GetCoinAsync(string address) => await client.GetBalanceAsync(SolanaAddress.Parse(address));

    protected override async Task<BigInteger> GetEscrowedAsync()
    {
        BigInteger sum = 0;
        foreach (var channel in await ReadChannelsAsync(CancellationToken.None))
        {
            sum += await TokensOfAsync(channel.Address);
        }

        return sum;
    }

    protected override string Coin(BigInteger units) => Fixed(units, SolDecimals);

    private static void Print(string what, string who, IEnumerable<Transaction> transactions, byte instruction)
    {
        var all = transactions.Where(transaction => transaction.Count(instruction) > 0).ToList();
        if (all.Count > 0)
        {
            int channels = all.Sum(transaction => transaction.Count(instruction));
            ulong fees = all.Aggregate(0UL, (sum, transaction) => sum + transaction.Fee);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what,-34}{who,-10}{all.Count,7}{channels,10}{fees,12:N0}{fees / (ulong)channels,13:N0}"));
        }
    }

    private async Task<ulong> TokensOfAsync(SolanaAddress owner)
    {
        var account = await client.GetAccountAsync(AssociatedTokenAddress.Find(owner, mint, TokenProgram.ProgramId));
        return account is null ? 0 : TokenAccount.Read(account.Data.Span, account.Owner).Amount;
    }

    private async Task<List<(SolanaAddress Address, PaymentChannelAccount State, ulong Lamports)>> ReadChannelsAsync(CancellationToken cancellationToken)
    {
        byte[] token = new byte[SolanaAddress.SizeInBytes];
        mint.CopyTo(token);
        var accounts = await client.GetProgramAccountsAsync(
            program.ProgramId, [SolanaAccountFilter.OfSize(PaymentChannelAccount.SizeInBytes), SolanaAccountFilter.OfBytes(MintOffset, token)], cancellationToken: cancellationToken);
        return [.. accounts.Select(found => (found.Address, PaymentChannelAccount.Parse(found.Account.Data.Span), found.Account.Lamports))];
    }

    // Every transaction that moves the token names its mint.
    private async Task<List<Transaction>> ReadTransactionsAsync()
    {
        var transactions = new List<Transaction>();
        foreach (var found in await client.GetSignaturesForAddressAsync(mint))
        {
            if (found.Error is null && await client.GetTransactionAsync(found.Signature) is { } record)
            {
                var message = SolanaTransaction.Deserialize(record.Transaction.Span).Message;
                var calls = message.Instructions.Where(call => message.StaticAccounts[call.ProgramIndex] == program.ProgramId);

                // What all accounts of a transaction hold together falls by the fee.
                var fee = Sum(record.PreBalances) - Sum(record.PostBalances);
                transactions.Add(new Transaction([.. calls.Select(call => call.Data.Span[0])], fee));
            }
        }

        return transactions;
    }

    private static ulong Sum(IEnumerable<ulong> lamports) => lamports.Aggregate(0UL, (sum, one) => sum + one);

    private sealed record Transaction(IReadOnlyList<byte> Instructions, ulong Fee)
    {
        public int Count(byte instruction) => Instructions.Count(call => call == instruction);
    }
}
