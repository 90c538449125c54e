namespace DePin.Sdk.Testing.Evm;

/// <summary>How an <see cref="AnvilNode"/> is started.</summary>
public sealed class AnvilOptions
{
    /// <summary>The program.</summary>
    /// <value>Null: what <see cref="AnvilNode.FindProgram"/> finds; where it finds none, npm installs a pinned version for this user, once.</value>
    public string? Program { get; set; }

    /// <summary>The port on 127.0.0.1.</summary>
    /// <value>0: a free one, which a restart keeps.</value>
    public int Port { get; set; }

    /// <summary>How often a block is mined, whether or not there are transactions.</summary>
    /// <value>Null: a block for each transaction, at once. With many senders at a time the node then stalls; give it a block time.</value>
    public TimeSpan? BlockTime { get; set; }

    /// <summary>The chain's id, as in EIP-155.</summary>
    /// <value>31337.</value>
    public ulong ChainId { get; set; } = 31337;

    /// <summary>How many accounts are funded, each with 10,000 ether.</summary>
    /// <value>10.</value>
    public int Accounts { get; set; } = 10;

    /// <summary>The file that the chain is read from, where it exists, and written to when the node stops.</summary>
    /// <value>Null: a file of the node's own, which keeps the chain over restarts and is deleted in the end.</value>
    public string? StateFile { get; set; }

    /// <summary>Further arguments of the program, for example <c>--base-fee</c>, <c>7</c>.</summary>
    public IList<string> Arguments { get; } = [];

    /// <summary>How long the node may take to listen, and to end when it is stopped.</summary>
    /// <value>30 seconds.</value>
    public TimeSpan StartTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Told in one line when the program has to be installed first.</summary>
    /// <value>Null: nobody is.</value>
    public Action<string>? Progress { get; set; }

    internal void Validate()
    {
        if (Port is < 0 or > ushort.MaxValue || Accounts is < 1 or > 1000 || StartTimeout <= TimeSpan.Zero || BlockTime <= TimeSpan.Zero || ChainId == 0)
        {
            throw new ArgumentException("AnvilOptions has a value out of range; for example Port = 0, Accounts = 10, BlockTime = TimeSpan.FromSeconds(1), StartTimeout = TimeSpan.FromSeconds(30).");
        }
    }
}
