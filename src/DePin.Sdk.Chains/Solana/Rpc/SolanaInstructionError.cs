using System.Globalization;

namespace DePin.Sdk.Chains.Solana.Rpc;

/// <summary>How an instruction of a transaction failed.</summary>
public sealed record SolanaInstructionError
{
    /// <summary>Which instruction of the message it was, from 0. Calls that it made count as it.</summary>
    public required int InstructionIndex { get; init; }

    /// <summary>Why it failed.</summary>
    public required SolanaInstructionErrorKind Kind { get; init; }

    /// <summary>The runtime's name of the kind.</summary>
    public required string Name { get; init; }

    /// <summary>The number of the program's own error; null unless <see cref="Kind"/> is <see cref="SolanaInstructionErrorKind.Custom"/>.</summary>
    public uint? CustomCode { get; init; }

    /// <summary>The index, the name and the number.</summary>
    public override string ToString() => CustomCode is { } code
        ? string.Create(CultureInfo.InvariantCulture, $"instruction {InstructionIndex} failed with the program's error {code} (0x{code:x})")
        : string.Create(CultureInfo.InvariantCulture, $"instruction {InstructionIndex} failed: {Name}");
}
