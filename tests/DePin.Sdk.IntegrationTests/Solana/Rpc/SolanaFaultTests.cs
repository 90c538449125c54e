using DePin.Sdk.Chains.Cryptography;
using DePin.Sdk.Chains.Rpc;
using DePin.Sdk.Chains.Solana;
using DePin.Sdk.Chains.Solana.Programs;
using DePin.Sdk.Chains.Solana.Rpc;
using DePin.Sdk.Chains.Solana.Transactions;
using DePin.Sdk.Testing.Solana;

namespace DePin.Sdk.IntegrationTests.Solana.Rpc;

/// <summary>The rules of the client, by hand: the same bytes are sent until the chain has them, whatever the network does, and take effect once.</summary>
public sealed class SolanaFaultTests
{
    private const int Payments = 60;
    private const ulong Lamports = 2_000_000;

    private readonly CancellationToken _limit = new CancellationTokenSource(TimeSpan.FromMinutes(3)).Token;

    [SurfpoolTheory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Send_NetworkLosesDamagesAndRepeats_PaysEachOnce(int seed)
    {
        await using var node = await SurfpoolFixture.StartAsync();
        using var handler = new UnreliableHandler(seed);
        using var http = new HttpClient(handler);
        await using var transport = new HttpJsonRpcTransport(node.RpcUrl, new HttpJsonRpcOptions { HttpClient = http, Timeout = TimeSpan.FromSeconds(10) });
        var client = new SolanaClient(transport);
        using var signer = Ed25519Signer.FromPrivateKey(node.Payer.PrivateKey.Span);
        var payer = SolanaAddress.Parse(node.Payer.Address);
        using var key = Ed25519Signer.Create();
        var to = new SolanaAddress(key.PublicKey.Bytes.Span);

        await Parallel.ForAsync(0, Payments, new ParallelOptions { MaxDegreeOfParallelism = 6, CancellationToken = _limit }, async (number, cancellationToken) =>
        {
            var latest = await AskAsync(() => client.GetLatestBlockhashAsync(SolanaCommitment.Processed, cancellationToken: cancellationToken));
            var message = SolanaMessage.Compile(payer, [SystemProgram.Transfer(payer, to, Lamports), MemoProgram.Memo($"{seed} {number}")], latest.Blockhash);
            var transaction = await new SolanaTransaction(message).SignAsync(signer, cancellationToken);
            if (number == Payments / 2)
            {
                await node.RestartAsync(cancellationToken);
            }

            await SendUntilThereAsync(client, transaction, cancellationToken);
        });

        Assert.True(handler.Faults > Payments / 2, $"{handler.Faults} faults");
        Assert.Equal(Payments * Lamports, await AskAsync(() => client.GetBalanceAsync(to, SolanaCommitment.Processed, cancellationToken: _limit)));
        Assert.Equal(10_000_000_000_000UL - (Payments * (Lamports + 5_000)), await AskAsync(() => client.GetBalanceAsync(payer, SolanaCommitment.Processed, cancellationToken: _limit)));
    }

    private async Task SendUntilThereAsync(SolanaClient client, SolanaTransaction transaction, CancellationToken cancellationToken)
    {
        byte[] bytes = transaction.Serialize();
        while (true)
        {
            try
            {
                await client.SendTransactionAsync(bytes, preflightCommitment: SolanaCommitment.Processed, cancellationToken: cancellationToken);
            }
            catch (SolanaRpcException problem)
            {
                // A network that fails is transient; a node refuses only what it has already.
                Assert.True(problem.Kind == SolanaRpcError.AlreadyProcessed || problem.IsTransient, problem.ToString());
            }

            if ((await AskAsync(() => client.GetSignatureStatusesAsync([transaction.Id], searchHistory: true, cancellationToken)))[0] is { } status)
            {
                Assert.Null(status.Error);
                return;
            }

            await Task.Delay(30, cancellationToken);
        }
    }

    private async Task<T> AskAsync<T>(Func<Task<T>> ask)
    {
        while (true)
        {
            try
            {
                return await ask();
            }
            catch (SolanaRpcException problem) when (problem.IsTransient)
            {
                await Task.Delay(10, _limit);
            }
        }
    }
}
