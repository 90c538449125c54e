using DePin.Sdk.Chains.Rpc;
using DePin.Sdk.Chains.Solana;
using DePin.Sdk.Chains.Solana.Rpc;
using DePin.Sdk.Chains.Tests.Rpc;

namespace DePin.Sdk.Chains.Tests.Solana.Rpc;

/// <summary>Mutated answers of a real node, 105,000 in all: each is refused with <see cref="SolanaRpcException"/>, or is an answer to the question.</summary>
public sealed class SolanaHostileAnswerTests
{
    private const int Cases = 7_000;

    private static readonly byte[] Sent = Convert.FromBase64String(SolanaAnswers.SentTransaction);
    private static readonly SolanaSignature Signature = SolanaSignature.Parse(SolanaAnswers.Signature);
    private static readonly SolanaSignature TokenSignature = SolanaSignature.Parse(SolanaAnswers.TokenSignature);
    private static readonly SolanaAddress Payer = SolanaAddress.Parse(SolanaAnswers.Payer);
    private static readonly SolanaAddress TokenProgram = SolanaAddress.Parse("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA");
    private static readonly SolanaAccountFilter[] Filters = [SolanaAccountFilter.OfSize(165), SolanaAccountFilter.OfBytes(0, SolanaAddress.Parse(SolanaAnswers.Mint).ToArray())];

    public static TheoryData<string> Methods { get; } =
        ["genesis", "blockhash", "epoch", "number", "balance", "account", "accounts", "program", "statuses", "signatures", "transaction", "tokens", "simulation", "send", "refusal"];

    [Theory]
    [MemberData(nameof(Methods))]
    public async Task Answer_Mutated_IsRefusedOrAnswersTheQuestion(string method)
    {
        var mutator = new AnswerMutator(Answer(method), seed: 5);
        var transport = new BytesTransport();
        var client = new SolanaClient(new TypedTransport(transport));
        int refused = 0;
        for (int i = 0; i < Cases; i++)
        {
            transport.Answer = mutator.Next();
            try
            {
                Assert.True(await AskAsync(client, method), System.Text.Encoding.UTF8.GetString(transport.Answer));
            }
            catch (SolanaRpcException problem)
            {
                Assert.InRange(problem.Message.Length, 10, 1000);
                refused++;
            }
        }

        // Much of a transaction is not read, so that changing it changes nothing; but a mutator that changes nothing proves nothing.
        Assert.InRange(refused, Cases / 5, Cases);
    }

    private static string Answer(string method) => method == "refusal"
        ? $$"""{"jsonrpc":"2.0","id":1,"error":{{SolanaAnswers.PreflightError}}}"""
        : $$"""{"jsonrpc":"2.0","id":1,"result":{{Result(method)}}}""";

    private static string Result(string method) => method switch
    {
        "genesis" => SolanaAnswers.GenesisHash,
        "blockhash" => SolanaAnswers.LatestBlockhash,
        "epoch" => SolanaAnswers.EpochInfo,
        "balance" => SolanaAnswers.Balance,
        "account" => SolanaAnswers.Account,
        "accounts" => SolanaAnswers.Accounts,
        "program" => SolanaAnswers.ProgramAccounts,
        "statuses" => SolanaAnswers.Statuses,
        "signatures" => SolanaAnswers.Signatures,
        "transaction" => SolanaAnswers.Transaction,
        "tokens" => SolanaAnswers.TokenTransaction,
        "simulation" => SolanaAnswers.Simulation,
        "send" => $"\"{Signature}\"",
        _ => "123456789",
    };

    private static async Task<bool> AskAsync(SolanaClient client, string method)
    {
        switch (method)
        {
            case "genesis":
                return await client.GetGenesisHashAsync() is var _;
            case "blockhash":
                return (await client.GetLatestBlockhashAsync(minContextSlot: 600)).Slot >= 600;
            case "epoch":
                return await client.GetEpochInfoAsync(minContextSlot: 600) is var info && info.Slot >= 600 && info.BlockHeight <= info.Slot;
            case "balance":
                return await client.GetBalanceAsync(Payer, minContextSlot: 600) is var _;
            case "account":
                return await client.GetAccountAsync(Payer, minContextSlot: 600) is null or { Slot: >= 600 };
            case "accounts":
                return (await client.GetAccountsAsync([Payer, Payer, Payer])).Count == 3;
            case "program":
                var found = await client.GetProgramAccountsAsync(TokenProgram, Filters);
                return found.All(account => account.Account.Owner == TokenProgram && account.Account.Data.Length == 165) && found.Select(account => account.Address).Distinct().Count() == found.Count;
            case "statuses":
                return (await client.GetSignatureStatusesAsync([Signature, Signature, Signature])).Count == 3;
            case "signatures":
                var signatures = await client.GetSignaturesForAddressAsync(Payer, 3);
                return signatures.Count <= 3 && signatures.Zip(signatures.Skip(1)).All(pair => pair.First.Slot >= pair.Second.Slot);
            case "transaction":
            case "tokens":
                var expected = method == "tokens" ? TokenSignature : Signature;
                var record = await client.GetTransactionAsync(expected);
                return record is null || (record.Transaction.Length <= 1232 && record.Transaction.Span[1..65].SequenceEqual(expected.ToArray()) && record.PreBalances.Count == record.PostBalances.Count
                    && record.PreTokenBalances.Concat(record.PostTokenBalances).All(balance => balance.AccountIndex < record.PreBalances.Count));
            case "simulation":
                return await client.SimulateTransactionAsync(Sent, accounts: [Payer]) is { Accounts.Count: 1 } or { Error: not null };
            case "send":
                return await client.SendTransactionAsync(Sent) == Signature;
            case "refusal":
                await client.GetSlotAsync();
                return true;
            default:
                return await client.GetSlotAsync(minContextSlot: 5) >= 5;
        }
    }

    /// <summary>Proves that what is read by a carrier fails with the carriers' type alone.</summary>
    private sealed class TypedTransport(IJsonRpcTransport inner) : IJsonRpcTransport
    {
        public async Task<IReadOnlyList<JsonRpcResponse>> SendAsync(IReadOnlyList<JsonRpcRequest> requests, CancellationToken cancellationToken = default)
        {
            try
            {
                return await inner.SendAsync(requests, cancellationToken);
            }
            catch (Exception problem) when (problem is not RpcTransportException)
            {
                throw new Xunit.Sdk.XunitException(problem.ToString());
            }
        }

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
