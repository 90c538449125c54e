using DePin.Sdk.Chains.Solana.Programs;
using DePin.Sdk.Chains.Solana.Transactions;

namespace DePin.Sdk.Chains.Solana.Sending.Internal;

/// <summary>Makes messages of requests: what advances the nonce goes before the request's instructions, as the runtime demands, and the compute budget behind them.</summary>
internal static class TransactionDraft
{
    public static SolanaTransactionSize Measure(SolanaTransactionRequest request, SolanaAddress feePayer) =>
        SolanaMessage.Measure(feePayer, Instructions(request.Instructions, request.Nonce, limit: 1, price: 1), request.LookupTables);

    /// <summary>Makes the message.</summary>
    /// <param name="body">The request.</param>
    /// <param name="feePayer">Who pays.</param>
    /// <param name="blockhash">The blockhash, or the nonce's value.</param>
    /// <param name="limit">The most compute units.</param>
    /// <param name="price">Micro-lamports for each of them; 0 offers none.</param>
    /// <exception cref="SolanaSendException">It does not fit.</exception>
    public static SolanaMessage Compile(RequestBody body, SolanaAddress feePayer, SolanaHash blockhash, uint limit, ulong price)
    {
        try
        {
            return SolanaMessage.Compile(feePayer, Instructions(body.Instructions, body.Nonce, limit, price), blockhash, body.LookupTables);
        }
        catch (SolanaTransactionTooLargeException problem)
        {
            throw new SolanaSendException(SolanaSendError.TooLarge, $"{problem.Message} Nothing was sent.", innerException: problem);
        }
    }

    /// <summary>How many instructions go before the request's own.</summary>
    public static int Lead(RequestBody body) => body.Nonce is null ? 0 : 1;

    /// <summary>The accounts that a request changes, by which priority fees are found.</summary>
    public static IReadOnlyList<SolanaAddress> WritableOf(RequestBody body, SolanaAddress feePayer) =>
    [
        .. body.Instructions
            .SelectMany(instruction => instruction.Accounts)
            .Where(account => account.IsWritable)
            .Select(account => account.Address)
            .Prepend(feePayer)
            .Distinct()
            .Take(SolanaMessage.MaxAccounts),
    ];

    private static List<SolanaInstruction> Instructions(IReadOnlyList<SolanaInstruction> own, SolanaDurableNonce? nonce, uint limit, ulong price)
    {
        var all = new List<SolanaInstruction>(own.Count + 3);
        if (nonce is { } durable)
        {
            all.Add(SystemProgram.AdvanceNonce(durable.Account, durable.Authority));
        }

        all.AddRange(own);
        all.Add(ComputeBudgetProgram.SetComputeUnitLimit(limit));
        if (price > 0)
        {
            all.Add(ComputeBudgetProgram.SetComputeUnitPrice(price));
        }

        return all;
    }
}
