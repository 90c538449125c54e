using System.Text.Json;
using DePin.Sdk.Chains.Solana.Rpc;

namespace DePin.Sdk.Chains.Solana.Sending.Internal;

/// <summary>Errors of transactions as they lie in the journal: as nodes write them.</summary>
internal static class ErrorText
{
    public static string Write(SolanaTransactionError error) => error.ToString();

    public static SolanaTransactionError Read(string text) => throw new NotImplementedException(text);
}
