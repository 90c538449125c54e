using DePin.Sdk.Chains.Solana.Channels;
using DePin.Sdk.Chains.Solana.Rpc;
using DePin.Sdk.Chains.Solana.Sending;
using DePin.Sdk.Chains.Solana.Transactions;
using DePin.Sdk.Identity;
using Microsoft.Extensions.Logging;

namespace DePin.Sdk.Chains.Solana;

/// <summary>Which program a <see cref="SolanaSettlement"/> uses, who pays its fees, how it reads the chain, and how it sends.</summary>
public sealed class SolanaSettlementOptions
{
    /// <summary>The program that holds the deposits. It comes from here only: no challenge, offer or account can name another.</summary>
    /// <value><see cref="PaymentChannelProgram.Mainnet"/>.</value>
    public PaymentChannelProgram Program { get; set; } = PaymentChannelProgram.Mainnet;

    /// <summary>A folder for what has to outlive the process: the journal of each fee payer's transactions, which request opened which channel, how channels ended, and what rent is still to come back. Created when it is missing; for one process at a time.</summary>
    /// <value>Null: memory. A request that is repeated after its channel is gone then opens another.</value>
    public string? DataDirectory { get; set; }

    /// <summary>Pays the network fees, the rent of channels that are opened here, and missing token accounts, for all who act in this process. The rent comes back to it.</summary>
    /// <value>Null: whoever acts pays.</value>
    public ISigner? FeePayer { get; set; }

    /// <summary>How sure a channel's state must be when it is looked up: <see cref="SolanaCommitment.Confirmed"/> or <see cref="SolanaCommitment.Finalized"/>.</summary>
    /// <value>Confirmed: no such block has ever been taken back.</value>
    public SolanaCommitment ReadCommitment { get; set; } = SolanaCommitment.Confirmed;

    /// <summary>How transactions are sent, what they may cost, and when they count as done. Its <see cref="SolanaSenderOptions.JournalPath"/> stays null: journals lie in <see cref="DataDirectory"/>.</summary>
    /// <value>The defaults of <see cref="SolanaSenderOptions"/>.</value>
    public SolanaSenderOptions Sender { get; set; } = new();

    /// <summary>Address lookup tables that settlements use, so that more vouchers fit in a transaction: two without, two with a table of what all claims share (mint, token program, treasury, payee), three with one that has the payers too, four with the channels and their token accounts. Whoever sets them vouches for their content.</summary>
    /// <value>Empty.</value>
    public IReadOnlyList<SolanaLookupTable> LookupTables { get; set; } = [];

    /// <summary>How often the rent of channels that have ended is fetched back, by itself, as long as the settlement is open. It takes <see cref="FeePayer"/>, or the key of somebody who has opened a channel here since.</summary>
    /// <value>Null: only when <see cref="SolanaSettlement.ReclaimRentAsync"/> is called.</value>
    public TimeSpan? RentSweepInterval { get; set; }

    /// <summary>The clock, by which vouchers expire.</summary>
    /// <value><see cref="System.TimeProvider.System"/>.</value>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>Where logs go.</summary>
    /// <value>Null: nowhere.</value>
    public ILoggerFactory? LoggerFactory { get; set; }

    internal SolanaSettlementOptions Snapshot()
    {
        var copy = (SolanaSettlementOptions)MemberwiseClone();
        ArgumentNullException.ThrowIfNull(copy.Program);
        ArgumentNullException.ThrowIfNull(copy.TimeProvider);
        ArgumentNullException.ThrowIfNull(copy.Sender);
        ArgumentNullException.ThrowIfNull(copy.LookupTables);
        copy.Sender = copy.Sender.Snapshot();
        copy.LookupTables = [.. copy.LookupTables];
        Require(copy.DataDirectory is not { Length: 0 }, nameof(DataDirectory), "names a folder; leave it null to keep everything in memory");
        Require(copy.FeePayer is null || SolanaAddress.TryFromPublicKey(copy.FeePayer.PublicKey, out _), nameof(FeePayer), "has a key of Ed25519");
        Require(copy.ReadCommitment is SolanaCommitment.Confirmed or SolanaCommitment.Finalized, nameof(ReadCommitment), "is Confirmed or Finalized: what is only processed is often taken back");
        Require(copy.RentSweepInterval is not { } interval || (interval >= TimeSpan.FromSeconds(1) && interval <= TimeSpan.FromDays(30)), nameof(RentSweepInterval), "is a second to 30 days; leave it null to sweep by hand");
        Require(copy.Sender.JournalPath is null, $"{nameof(Sender)}.{nameof(SolanaSenderOptions.JournalPath)}", $"stays null, for each fee payer has a journal; set {nameof(DataDirectory)}");
        return copy;
    }

    private static void Require(bool isMet, string property, string rule)
    {
        if (!isMet)
        {
            throw new ArgumentException($"{nameof(SolanaSettlementOptions)}.{property} {rule}.", property);
        }
    }
}
