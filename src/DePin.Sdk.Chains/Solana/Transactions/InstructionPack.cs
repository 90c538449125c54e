namespace DePin.Sdk.Chains.Solana.Transactions;

/// <summary>Instructions that <see cref="InstructionPacker"/> put in one transaction.</summary>
/// <param name="Instructions">The instructions, group after group.</param>
/// <param name="Groups">Which of the given groups they are, in order.</param>
/// <param name="Size">What their transaction takes, with what was reserved.</param>
public sealed record InstructionPack(IReadOnlyList<SolanaInstruction> Instructions, IReadOnlyList<int> Groups, SolanaTransactionSize Size);
