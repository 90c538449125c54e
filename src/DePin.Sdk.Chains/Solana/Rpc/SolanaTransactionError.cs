using System.Globalization;

namespace DePin.Sdk.Chains.Solana.Rpc;

/// <summary>Why a transaction fails or failed. One that is on the chain has paid its fee all the same, and changed nothing else.</summary>
public sealed record SolanaTransactionError
{
    /// <summary>Why.</summary>
    public required SolanaTransactionErrorKind Kind { get; init; }

    /// <summary>The runtime's name of the kind.</summary>
    public required string Name { get; init; }

    /// <summary>How an instruction failed; null unless <see cref="Kind"/> is <see cref="SolanaTransactionErrorKind.InstructionError"/>.</summary>
    public SolanaInstructionError? Instruction { get; init; }

    /// <summary>Which account of the message it is about, from 0; null when it is about none.</summary>
    public int? AccountIndex { get; init; }

    /// <summary>Which instruction it is about, from 0; null when it is about none.</summary>
    public int? InstructionIndex { get; init; }

    /// <summary>The number of a program's own error; null when it is none.</summary>
    public uint? CustomCode => Instruction?.CustomCode;

    /// <summary>One line about what went wrong.</summary>
    public override string ToString() => Instruction?.ToString()
        ?? (AccountIndex is { } account ? string.Create(CultureInfo.InvariantCulture, $"{Name} (account {account})") : Name);
}
