using DePin.Sdk.Chains.Solana.Rpc;
using DePin.Sdk.Chains.Solana.Transactions;

namespace DePin.Sdk.Chains.Solana.Channels.Internal;

/// <summary>What a transaction moved out of and into token accounts, by what they held before and after: exact, whoever else acts on the same channels.</summary>
internal sealed class TokenMovements
{
    private readonly Dictionary<SolanaAddress, (ulong Before, ulong After)> _balances = [];

    public TokenMovements(SolanaTransactionRecord record)
    {
        var message = SolanaTransaction.Deserialize(record.Transaction.Span).Message;
        SolanaAddress[] accounts = [.. message.StaticAccounts, .. record.LoadedAddresses.Writable, .. record.LoadedAddresses.ReadOnly];
        foreach (var before in record.PreTokenBalances.Where(balance => balance.AccountIndex < accounts.Length))
        {
            _balances[accounts[before.AccountIndex]] = (before.Amount, 0);
        }

        foreach (var after in record.PostTokenBalances.Where(balance => balance.AccountIndex < accounts.Length))
        {
            var address = accounts[after.AccountIndex];
            _balances[address] = (_balances.GetValueOrDefault(address).Before, after.Amount);
        }

        Slot = record.Slot;
        Events = [.. record.InnerInstructions.Select(inner => inner.Data is { } data ? PaymentChannelEvent.TryRead(data.Span) : null).OfType<PaymentChannelEvent>()];
    }

    /// <summary>The slot that processed it.</summary>
    public ulong Slot { get; }

    /// <summary>What the program told.</summary>
    public IReadOnlyList<PaymentChannelEvent> Events { get; }

    /// <summary>What left an account, in base units; 0 when it has gained.</summary>
    public ulong LeftFrom(SolanaAddress account) => _balances.TryGetValue(account, out var balance) && balance.Before > balance.After ? balance.Before - balance.After : 0;

    /// <summary>What an account gained, in base units; 0 when it has lost.</summary>
    public ulong ArrivedAt(SolanaAddress account) => _balances.TryGetValue(account, out var balance) && balance.After > balance.Before ? balance.After - balance.Before : 0;
}
