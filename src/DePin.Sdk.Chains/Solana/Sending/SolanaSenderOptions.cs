using DePin.Sdk.Chains.Rpc;
using DePin.Sdk.Chains.Solana.Rpc;

namespace DePin.Sdk.Chains.Solana.Sending;

/// <summary>How a fee payer's transactions are sent, what they may cost, and when they count as done.</summary>
public sealed class SolanaSenderOptions
{
    /// <summary>Timers of the framework end at some 49 days.</summary>
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(30);

    /// <summary>The SQLite file that remembers every transaction from before it is sent; its folder must exist. One file serves one fee payer on one cluster, and one process at a time.</summary>
    /// <value>Null: memory. What is on its way when the process ends is then forgotten, and a key is no guard against sending twice.</value>
    public string? JournalPath { get; set; }

    /// <summary>When a transaction counts as done: <see cref="SolanaCommitment.Confirmed"/> (two thirds of the stake have voted for its block, about a second) or <see cref="SolanaCommitment.Finalized"/> (some 13 seconds).</summary>
    /// <value>Confirmed.</value>
    public SolanaCommitment Commitment { get; set; } = SolanaCommitment.Confirmed;

    /// <summary>The percentile of the priority fees that recent blocks took for the same accounts, 0 to 100. Where that is zero, none is offered.</summary>
    /// <value>75.</value>
    public int PriorityFeePercentile { get; set; } = 75;

    /// <summary>The most micro-lamports per compute unit to offer for priority.</summary>
    /// <value>1,000,000, which makes 0.0002 SOL of a transaction of 200,000 compute units.</value>
    public ulong MaxComputeUnitPrice { get; set; } = 1_000_000;

    /// <summary>What is added to the compute units that the simulation used, as a share of them, 0 to 10.</summary>
    /// <value>0.2.</value>
    public double ComputeUnitMargin { get; set; } = 0.2;

    /// <summary>Whether a transaction that brings its <see cref="SolanaTransactionRequest.ComputeUnitLimit"/> is simulated before it is signed. Without one, it always is.</summary>
    /// <value>True.</value>
    public bool Simulate { get; set; } = true;

    /// <summary>How many requests are simulated and signed at the same time, and how many calls go to the node at the same time, 1 to 1,000.</summary>
    /// <value>16.</value>
    public int MaxConcurrency { get; set; } = 16;

    /// <summary>How often the chain is asked while something is on its way.</summary>
    /// <value>Half a second.</value>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>A connection over which the node says by itself that a transaction is confirmed, so that it is known sooner than by asking; it stays the caller's. What is not heard is asked for all the same.</summary>
    /// <value>Null: the sender only asks.</value>
    public WebSocketJsonRpcTransport? Notifications { get; set; }

    /// <summary>How often the same bytes are sent again until the chain holds them or they have expired.</summary>
    /// <value>2 seconds.</value>
    public TimeSpan ResendInterval { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How many finalized blocks past the last one that may hold a transaction have to be seen before it counts as expired, 0 to 1,000. Nodes may differ by some about where that is.</summary>
    /// <value>5.</value>
    public int ExpiryMargin { get; set; } = 5;

    /// <summary>Whether a transaction that has certainly expired is signed anew, with a fresh blockhash or nonce. Only the keys of its own request can do that: after a restart, one that others have to sign waits for its owner to ask for it again.</summary>
    /// <value>True.</value>
    public bool RenewExpired { get; set; } = true;

    /// <summary>How many times a request is signed in all while the sender runs, 1 to 100.</summary>
    /// <value>5.</value>
    public int MaxAttempts { get; set; } = 5;

    /// <summary>How long <see cref="SolanaSender.SendAsync(SolanaTransactionRequest, CancellationToken)"/> waits. After that it fails with <see cref="SolanaSendError.Pending"/>; the transaction goes on.</summary>
    /// <value>Null: as long as it takes.</value>
    public TimeSpan? ConfirmationTimeout { get; set; }

    /// <summary>How long a key may take to sign. A blockhash lives for about a minute, the signing included.</summary>
    /// <value>30 seconds.</value>
    public TimeSpan SigningTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the journal remembers what is done, and with it the keys that must not be used twice.</summary>
    /// <value>90 days.</value>
    public TimeSpan JournalRetention { get; set; } = TimeSpan.FromDays(90);

    internal SolanaSenderOptions Snapshot()
    {
        var copy = (SolanaSenderOptions)MemberwiseClone();
        copy.Validate();
        return copy;
    }

    private void Validate()
    {
        Require(JournalPath is not { Length: 0 }, nameof(JournalPath), "names a file; leave it null to keep the journal in memory");
        Require(Commitment is SolanaCommitment.Confirmed or SolanaCommitment.Finalized, nameof(Commitment), "is Confirmed or Finalized; what is only processed is often taken back");
        Require(PriorityFeePercentile is >= 0 and <= 100, nameof(PriorityFeePercentile), "is 0 to 100");
        Require(ComputeUnitMargin is >= 0 and <= 10, nameof(ComputeUnitMargin), "is 0 to 10; 0.2 adds a fifth");
        Require(MaxConcurrency is >= 1 and <= 1_000, nameof(MaxConcurrency), "is 1 to 1,000");
        Require(PollInterval >= TimeSpan.FromMilliseconds(1) && PollInterval <= TimeSpan.FromHours(1), nameof(PollInterval), "is a millisecond to an hour");
        Require(ResendInterval >= TimeSpan.FromMilliseconds(1) && ResendInterval <= TimeSpan.FromHours(1), nameof(ResendInterval), "is a millisecond to an hour");
        Require(ExpiryMargin is >= 0 and <= 1_000, nameof(ExpiryMargin), "is 0 to 1,000 blocks");
        Require(MaxAttempts is >= 1 and <= 100, nameof(MaxAttempts), "is 1 to 100");
        Require(ConfirmationTimeout is not { } timeout || (timeout > TimeSpan.Zero && timeout <= LongestTimer), nameof(ConfirmationTimeout), "is above zero and at most 30 days; leave it null to wait as long as it takes");
        Require(SigningTimeout > TimeSpan.Zero && SigningTimeout <= LongestTimer, nameof(SigningTimeout), "is above zero and at most 30 days");
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
