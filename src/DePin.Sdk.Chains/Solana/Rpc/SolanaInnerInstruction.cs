namespace DePin.Sdk.Chains.Solana.Rpc;

/// <summary>A call that a program made.</summary>
public sealed record SolanaInnerInstruction
{
    /// <summary>Which instruction of the message it came from, from 0.</summary>
    public required int InstructionIndex { get; init; }

    /// <summary>Which account of the transaction is the program that was called.</summary>
    public required int ProgramIndex { get; init; }

    /// <summary>Which accounts of the transaction it was given.</summary>
    public required IReadOnlyList<int> AccountIndexes { get; init; }

    /// <summary>Its data; null when it is longer than what is read here, 2,048 bytes.</summary>
    public required ReadOnlyMemory<byte>? Data { get; init; }

    /// <summary>How deep it is: 2 for what an instruction of the message called; null when the node does not say.</summary>
    public int? StackHeight { get; init; }
}
