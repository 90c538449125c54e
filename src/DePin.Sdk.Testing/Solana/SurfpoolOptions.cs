namespace DePin.Sdk.Testing.Solana;

/// <summary>How a <see cref="SurfpoolNode"/> is started.</summary>
public sealed class SurfpoolOptions
{
    /// <summary>The folder of the npm package with the chain.</summary>
    /// <value>Null: what <see cref="SurfpoolNode.FindPackage"/> finds; where it finds none, npm installs a pinned version for this user, once.</value>
    public string? Package { get; set; }

    /// <summary>The port of the RPC server on 127.0.0.1.</summary>
    /// <value>0: a free one, which a restart keeps.</value>
    public int Port { get; set; }

    /// <summary>The port of the subscriptions on 127.0.0.1.</summary>
    /// <value>0: a free one, which a restart keeps.</value>
    public int WebSocketPort { get; set; }

    /// <summary>How long a slot lasts, in whole milliseconds. A transaction is confirmed in the slot after its own, finalized 31 slots later, and a blockhash is good for 150.</summary>
    /// <value>100 ms. The mainnet has about 400 ms.</value>
    public TimeSpan SlotTime { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How many accounts are funded.</summary>
    /// <value>10.</value>
    public int Accounts { get; set; } = 10;

    /// <summary>What each of them has, in lamports.</summary>
    /// <value>10,000 SOL.</value>
    public ulong AccountLamports { get; set; } = 10_000_000_000_000;

    /// <summary>The programs that are there from the start: compiled code (ELF) by address in base58.</summary>
    public IDictionary<string, ReadOnlyMemory<byte>> Programs { get; } = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);

    /// <summary>How long the chain may take to answer, and to end when it is stopped.</summary>
    /// <value>30 seconds.</value>
    public TimeSpan StartTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Told in one line when the package has to be installed first.</summary>
    /// <value>Null: nobody is.</value>
    public Action<string>? Progress { get; set; }

    internal void Validate()
    {
        if (Port is < 0 or > ushort.MaxValue || WebSocketPort is < 0 or > ushort.MaxValue || Accounts is < 1 or > 1000 || StartTimeout <= TimeSpan.Zero
            || SlotTime < TimeSpan.FromMilliseconds(1) || SlotTime > TimeSpan.FromMinutes(1) || AccountLamports > 1UL << 53)
        {
            throw new ArgumentException("SurfpoolOptions has a value out of range; for example Port = 0, Accounts = 10, SlotTime = TimeSpan.FromMilliseconds(100), StartTimeout = TimeSpan.FromSeconds(30).");
        }
    }
}
