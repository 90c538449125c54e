using DePin.Sdk.Chains.Solana.Programs;
using DePin.Sdk.Chains.Solana.Sending;

namespace DePin.Sdk.Chains.Solana.Staking.Internal;

/// <summary>Says what the program's number means, where the program itself refused.</summary>
internal static class StakeRefusal
{
    private const uint InsufficientTokens = 1;

    public static SolanaSendException Explain(SolanaSendException failure, SolanaAddress program)
    {
        if (failure.TransactionError?.CustomCode is not { } code)
        {
            return failure;
        }

        // A program that the stake program calls has numbers of its own; the first one that failed is named in the logs.
        string first = failure.Logs.FirstOrDefault(static line => line.Contains(" failed: ", StringComparison.Ordinal)) ?? string.Empty;
        string? words = first.StartsWith($"Program {program} ", StringComparison.Ordinal) ? ProviderStakeErrors.Describe((ProviderStakeError)code)
            : code == InsufficientTokens && first.StartsWith($"Program {TokenProgram.ProgramId} ", StringComparison.Ordinal) ? "The token account holds too little."
            : null;
        return words is null
            ? failure
            : new SolanaSendException(failure.Error, $"{words} ({failure.Message})", failure.MayHaveBeenBroadcast, TransactionOf(failure), failure.TransactionError, failure.Logs, failure);
    }

    private static SolanaSignature? TransactionOf(SolanaSendException failure) => failure.TransactionId is { } id ? SolanaSignature.Parse(id) : null;
}
