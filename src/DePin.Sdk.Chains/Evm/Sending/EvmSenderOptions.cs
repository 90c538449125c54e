namespace DePin.Sdk.Chains.Evm.Sending;

/// <summary>How an account's transactions are sent, what they may cost, and when they count as done.</summary>
public sealed class EvmSenderOptions
{
    /// <summary>Timers of the framework end at some 49 days.</summary>
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(30);

    /// <summary>The SQLite file that remembers every transaction from before it is sent; its folder must exist. One file serves one account on one chain, and one process at a time.</summary>
    /// <value>Null: memory. What is on its way when the process ends is then forgotten, and a key is no guard against sending twice.</value>
    public string? JournalPath { get; set; }

    /// <summary>When a transaction counts as done.</summary>
    /// <value>The transaction's own block.</value>
    public EvmFinality Finality { get; set; } = EvmFinality.Confirmations(1);

    /// <summary>The most wei per gas to offer, tip included.</summary>
    /// <value>Null: whatever the chain asks for.</value>
    public UInt256? MaxFeePerGas { get; set; }

    /// <summary>How long a transaction waits, before it is signed, for gas to fall below <see cref="MaxFeePerGas"/>.</summary>
    /// <value>Zero: it fails at once.</value>
    public TimeSpan MaxFeeWait { get; set; }

    /// <summary>The least tip in wei per gas.</summary>
    /// <value>1,000,000 (0.001 gwei), below which common nodes take no transaction.</value>
    public UInt256 MinPriorityFeePerGas { get; set; } = 1_000_000UL;

    /// <summary>The percentile of the tips in recent blocks that is offered, 0 to 100.</summary>
    /// <value>50.</value>
    public int TipPercentile { get; set; } = 50;

    /// <summary>What is added to the node's estimate of the gas, as a share of it, 0 to 10.</summary>
    /// <value>0.25. A plain transfer of 21,000 gets none.</value>
    public double GasMargin { get; set; } = 0.25;

    /// <summary>Whether a transaction that brings its <see cref="EvmTransactionRequest.GasLimit"/> is simulated before it is signed. Without one, estimating the gas is the simulation.</summary>
    /// <value>True.</value>
    public bool Simulate { get; set; } = true;

    /// <summary>How many transactions may wait for their block at the same time, 1 to 100,000. Further ones wait their turn, unsigned.</summary>
    /// <value>64, which is what common nodes keep for one account.</value>
    public int MaxInFlight { get; set; } = 64;

    /// <summary>The most calls in one request to the node, 1 to 1,000.</summary>
    /// <value>100.</value>
    public int MaxBatch { get; set; } = 100;

    /// <summary>How often the chain is asked while something is on its way.</summary>
    /// <value>1 second.</value>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a transaction may be passed over by new blocks before it is sent again with higher fees.</summary>
    /// <value>1 minute.</value>
    public TimeSpan ReplaceAfter { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How many times a transaction's fees are raised.</summary>
    /// <value>10: at 12.5 % each, to 3.2 times the first offer, or to what the chain asks for by then.</value>
    public int MaxReplacements { get; set; } = 10;

    /// <summary>How long <see cref="EvmSender.SendAsync"/> waits for a transaction that was sent. After that it fails with <see cref="EvmSendError.Pending"/>; the transaction goes on.</summary>
    /// <value>Null: as long as it takes.</value>
    public TimeSpan? ConfirmationTimeout { get; set; }

    /// <summary>How long the key may take to sign.</summary>
    /// <value>1 minute.</value>
    public TimeSpan SigningTimeout { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How many blocks a transaction is watched after it was reported as done: if the chain loses it, it is sent again, the same bytes.</summary>
    /// <value>64.</value>
    public int WatchDepth { get; set; } = 64;

    /// <summary>How long the journal remembers what is done, and with it the keys that must not be used twice.</summary>
    /// <value>90 days.</value>
    public TimeSpan JournalRetention { get; set; } = TimeSpan.FromDays(90);

    internal EvmSenderOptions Snapshot()
    {
        var copy = (EvmSenderOptions)MemberwiseClone();
        copy.Validate();
        return copy;
    }

    private void Validate()
    {
        Require(JournalPath is not { Length: 0 }, nameof(JournalPath), "names a file; leave it null to keep the journal in memory");
        Require(MaxFeePerGas is not { IsZero: true }, nameof(MaxFeePerGas), "is above 0; leave it null for no limit");
        Require(MaxFeeWait >= TimeSpan.Zero, nameof(MaxFeeWait), "is not negative; zero fails at once");
        Require(MaxFeePerGas is null || MinPriorityFeePerGas <= MaxFeePerGas, nameof(MinPriorityFeePerGas), $"is at most {nameof(MaxFeePerGas)}");
        Require(TipPercentile is >= 0 and <= 100, nameof(TipPercentile), "is 0 to 100");
        Require(GasMargin is >= 0 and <= 10, nameof(GasMargin), "is 0 to 10; 0.25 adds a quarter");
        Require(MaxInFlight is >= 1 and <= 100_000, nameof(MaxInFlight), "is 1 to 100,000");
        Require(MaxBatch is >= 1 and <= 1_000, nameof(MaxBatch), "is 1 to 1,000");
        Require(PollInterval >= TimeSpan.FromMilliseconds(1) && PollInterval <= TimeSpan.FromHours(1), nameof(PollInterval), "is a millisecond to an hour");
        Require(ReplaceAfter > TimeSpan.Zero, nameof(ReplaceAfter), "is above zero");
        Require(MaxReplacements is >= 0 and <= 100, nameof(MaxReplacements), "is 0 to 100; 0 never raises fees");
        Require(ConfirmationTimeout is not { } timeout || (timeout > TimeSpan.Zero && timeout <= LongestTimer), nameof(ConfirmationTimeout), "is above zero and at most 30 days; leave it null to wait as long as it takes");
        Require(SigningTimeout > TimeSpan.Zero && SigningTimeout <= LongestTimer, nameof(SigningTimeout), "is above zero and at most 30 days");
        Require(WatchDepth is >= 0 and <= 100_000, nameof(WatchDepth), "is 0 to 100,000 blocks");
        Require(JournalRetention > TimeSpan.Zero, nameof(JournalRetention), "is above zero");
    }

    private static void Require(bool isMet, string property, string rule)
    {
        if (!isMet)
        {
            throw new ArgumentException($"{property} {rule}.", property);
        }
    }
}
