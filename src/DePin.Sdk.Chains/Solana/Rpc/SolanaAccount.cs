namespace DePin.Sdk.Chains.Solana.Rpc;

/// <summary>An account as a node has it.</summary>
public sealed record SolanaAccount
{
    /// <summary>The program that owns it and alone may change its data.</summary>
    public required SolanaAddress Owner { get; init; }

    /// <summary>What it holds, in lamports (10^-9 SOL).</summary>
    public required ulong Lamports { get; init; }

    /// <summary>Its data.</summary>
    public required ReadOnlyMemory<byte> Data { get; init; }

    /// <summary>Whether it is a program.</summary>
    public required bool IsExecutable { get; init; }

    /// <summary>The slot at which the node answered.</summary>
    public required ulong Slot { get; init; }
}
