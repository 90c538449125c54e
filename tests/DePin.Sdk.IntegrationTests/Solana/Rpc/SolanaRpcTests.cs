using DePin.Sdk.Chains.Cryptography;
using DePin.Sdk.Chains.Rpc;
using DePin.Sdk.Chains.Solana;
using DePin.Sdk.Chains.Solana.Programs;
using DePin.Sdk.Chains.Solana.Rpc;
using DePin.Sdk.Chains.Solana.Transactions;
using DePin.Sdk.Testing.Solana;

namespace DePin.Sdk.IntegrationTests.Solana.Rpc;

/// <summary>What the client asks and understands, held against a real node.</summary>
public sealed class SolanaRpcTests(SurfpoolFixture surfpool) : IClassFixture<SurfpoolFixture>
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private readonly CancellationToken _limit = new CancellationTokenSource(Limit).Token;

    [SurfpoolFact]
    public async Task Client_RealNode_AnswersEveryQuestionAboutTheChain()
    {
        await using var transport = new HttpJsonRpcTransport(surfpool.Node.RpcUrl);
        var client = new SolanaClient(transport);
        var payer = SolanaAddress.Parse(surfpool.Node.Accounts[5].Address);

        Assert.Equal((await surfpool.Node.CallAsync("getGenesisHash", cancellationToken: _limit)).GetString(), (await client.GetGenesisHashAsync(_limit)).ToString());
        ulong processed = await client.GetSlotAsync(SolanaCommitment.Processed, cancellationToken: _limit);
        ulong finalized = await client.GetSlotAsync(SolanaCommitment.Finalized, cancellationToken: _limit);
        Assert.True(finalized <= processed);
        Assert.True(await client.GetSlotAsync(SolanaCommitment.Processed, processed, _limit) >= processed);
        Assert.True(await client.GetBlockHeightAsync(SolanaCommitment.Processed, cancellationToken: _limit) > 0);
        Assert.True((await client.GetEpochInfoAsync(SolanaCommitment.Processed, cancellationToken: _limit)).Slot >= processed);
        var latest = await client.GetLatestBlockhashAsync(SolanaCommitment.Processed, processed, _limit);
        Assert.False(latest.Blockhash.IsZero);
        Assert.InRange(latest.LastValidBlockHeight, 1UL, latest.Slot + 151);

        Assert.Equal(10_000_000_000_000UL, await client.GetBalanceAsync(payer, SolanaCommitment.Processed, cancellationToken: _limit));
        Assert.Equal(890_880UL, await client.GetMinimumBalanceForRentExemptionAsync(0, cancellationToken: _limit));
        Assert.Equal(2_672_640UL, await client.GetMinimumBalanceForRentExemptionAsync(256, cancellationToken: _limit));
        var account = (await client.GetAccountAsync(payer, SolanaCommitment.Processed, cancellationToken: _limit))!;
        Assert.Equal((SystemProgram.ProgramId, 10_000_000_000_000UL, 0, false), (account.Owner, account.Lamports, account.Data.Length, account.IsExecutable));
        Assert.True((await client.GetAccountAsync(TokenProgram.ProgramId, SolanaCommitment.Processed, cancellationToken: _limit))!.IsExecutable);
        Assert.Null(await client.GetAccountAsync(Fresh(), SolanaCommitment.Processed, cancellationToken: _limit));
        var many = await client.GetAccountsAsync([.. Enumerable.Range(0, 101).Select(_ => Fresh()), payer], SolanaCommitment.Processed, cancellationToken: _limit);
        Assert.Equal(102, many.Count);
        Assert.Equal(account.Lamports, many[101]!.Lamports);
        Assert.All(many.Take(101), Assert.Null);
        Assert.All(await client.GetRecentPrioritizationFeesAsync([payer], _limit), fee => Assert.True(fee.Slot > 0));
    }

    [SurfpoolFact]
    public async Task Transaction_RealNode_IsSimulatedSentAndFound()
    {
        await using var transport = new HttpJsonRpcTransport(surfpool.Node.RpcUrl);
        var client = new SolanaClient(transport);
        var (payer, to) = (SolanaAddress.Parse(surfpool.Node.Accounts[1].Address), Fresh());
        var transaction = await SignAsync(client, surfpool.Node.Accounts[1], [SystemProgram.Transfer(payer, to, 5_000_000), MemoProgram.Memo("paid")]);
        byte[] bytes = transaction.Serialize();

        var simulation = await client.SimulateTransactionAsync(bytes, verifySignatures: true, accounts: [to], commitment: SolanaCommitment.Processed, cancellationToken: _limit);
        Assert.Null(simulation.Error);
        Assert.True(simulation.UnitsConsumed > 0);
        Assert.Contains("Program log: Memo (len 4)", simulation.Logs);
        Assert.Equal(5_000_000UL, Assert.Single(simulation.Accounts)!.Lamports);
        Assert.Null((await client.GetSignatureStatusesAsync([transaction.Id], searchHistory: true, _limit))[0]);
        Assert.Null(await client.GetTransactionAsync(transaction.Id, cancellationToken: _limit));

        Assert.Equal(transaction.Id, await client.SendTransactionAsync(bytes, preflightCommitment: SolanaCommitment.Processed, cancellationToken: _limit));
        var status = await UntilAsync(async () => (await client.GetSignatureStatusesAsync([transaction.Id], searchHistory: true, _limit))[0]);
        var record = await UntilAsync(() => client.GetTransactionAsync(transaction.Id, cancellationToken: _limit));

        Assert.Null(status.Error);
        Assert.Equal(status.Slot, record.Slot);
        Assert.Equal(bytes, record.Transaction.ToArray());
        Assert.Equal(5_000UL, record.Fee);
        Assert.Equal(simulation.UnitsConsumed, record.ComputeUnitsConsumed);
        Assert.Equal(record.PreBalances[0] - 5_005_000, record.PostBalances[0]);
        Assert.Equal(transaction.Message.AccountCount, record.PostBalances.Count);
        var found = await client.GetSignaturesForAddressAsync(to, cancellationToken: _limit);
        Assert.Equal((transaction.Id, record.Slot), (Assert.Single(found).Signature, found[0].Slot));
        Assert.Empty(await client.GetSignaturesForAddressAsync(to, until: transaction.Id, cancellationToken: _limit));

        // The same bytes a second time change nothing.
        var again = await Assert.ThrowsAsync<SolanaRpcException>(() => client.SendTransactionAsync(bytes, skipPreflight: true, cancellationToken: _limit));
        Assert.Equal(SolanaRpcError.AlreadyProcessed, again.Kind);
        Assert.Equal(5_000_000UL, await client.GetBalanceAsync(to, SolanaCommitment.Processed, cancellationToken: _limit));
    }

    [SurfpoolTheory]
    [InlineData(SurfpoolNode.TokenProgram)]
    [InlineData(SurfpoolNode.Token2022Program)]
    public async Task Tokens_RealNode_AreReadFromTheTransaction(string tokenProgram)
    {
        await using var transport = new HttpJsonRpcTransport(surfpool.Node.RpcUrl);
        var client = new SolanaClient(transport);
        var program = SolanaAddress.Parse(tokenProgram);
        var (payer, to) = (SolanaAddress.Parse(surfpool.Node.Accounts[2].Address), Fresh());
        string mintText = await surfpool.Node.CreateMintAsync(6, tokenProgram, cancellationToken: _limit);
        var mint = SolanaAddress.Parse(mintText);
        await surfpool.Node.SetTokenAccountAsync(payer.ToString(), mintText, 9_007_199_254_740_992, tokenProgram, cancellationToken: _limit);
        var (from, into) = (AssociatedTokenAddress.Find(payer, mint, program), AssociatedTokenAddress.Find(to, mint, program));
        var transaction = await SignAsync(client, surfpool.Node.Accounts[2], [
            AssociatedTokenProgram.CreateIdempotent(payer, to, mint, program),
            TokenProgram.TransferChecked(from, mint, into, payer, 9_007_199_254_740_991, 6, program)]);

        await client.SendTransactionAsync(transaction.Serialize(), preflightCommitment: SolanaCommitment.Processed, cancellationToken: _limit);
        var record = await UntilAsync(() => client.GetTransactionAsync(transaction.Id, cancellationToken: _limit));

        var accounts = transaction.Message.StaticAccounts.ToList();
        Assert.Equal([(accounts.IndexOf(from), 9_007_199_254_740_992UL)], record.PreTokenBalances.Select(balance => (balance.AccountIndex, balance.Amount)));
        var after = record.PostTokenBalances.ToDictionary(balance => balance.AccountIndex);
        Assert.Equal((1UL, payer), (after[accounts.IndexOf(from)].Amount, after[accounts.IndexOf(from)].Owner!.Value));
        Assert.Equal((9_007_199_254_740_991UL, to), (after[accounts.IndexOf(into)].Amount, after[accounts.IndexOf(into)].Owner!.Value));
        Assert.All(after.Values, balance => Assert.Equal((mint, program, 6), (balance.Mint, balance.TokenProgram!.Value, balance.Decimals)));
        Assert.NotEmpty(record.InnerInstructions);
        Assert.All(record.InnerInstructions, inner => Assert.Equal(0, inner.InstructionIndex));

        var held = await client.GetProgramAccountsAsync(program, [SolanaAccountFilter.OfBytes(0, mint.ToArray())], SolanaCommitment.Processed, cancellationToken: _limit);
        Assert.Equal([from, into], held.Select(account => account.Address).OrderBy(address => address != from));
    }

    [SurfpoolFact]
    public async Task Errors_RealNode_AreTyped()
    {
        await using var node = await SurfpoolFixture.StartAsync();
        await using var transport = new HttpJsonRpcTransport(node.RpcUrl);
        var client = new SolanaClient(transport);
        var (payer, to) = (SolanaAddress.Parse(node.Payer.Address), Fresh());

        var tooMuch = await SignAsync(client, node.Payer, [MemoProgram.Memo("x"), SystemProgram.Transfer(payer, to, ulong.MaxValue)]);
        var refused = await FailsAsync(SolanaRpcError.SimulationFailed, () => client.SendTransactionAsync(tooMuch.Serialize(), preflightCommitment: SolanaCommitment.Processed, cancellationToken: _limit));
        Assert.Equal((1, 1U), (refused.TransactionError!.InstructionIndex, refused.TransactionError.CustomCode));
        Assert.Contains(refused.Logs, log => log.Contains("insufficient lamports", StringComparison.Ordinal));
        Assert.Equal(1U, (await client.SimulateTransactionAsync(tooMuch.Serialize(), cancellationToken: _limit)).Error!.CustomCode);

        // Without trying it out the node takes it, and it fails on the chain.
        await client.SendTransactionAsync(tooMuch.Serialize(), skipPreflight: true, cancellationToken: _limit);
        var failed = await UntilAsync(() => client.GetTransactionAsync(tooMuch.Id, cancellationToken: _limit));
        Assert.Equal(1U, failed.Error!.CustomCode);
        Assert.Equal(5_000UL, failed.Fee);

        var old = await SignAsync(client, node.Payer, [SystemProgram.Transfer(payer, to, 1_000_000)]);
        await node.AdvanceBlocksAsync(200, _limit);
        await FailsAsync(SolanaRpcError.BlockhashNotFound, () => client.SendTransactionAsync(old.Serialize(), preflightCommitment: SolanaCommitment.Processed, cancellationToken: _limit));
        Assert.Equal(SolanaTransactionErrorKind.BlockhashNotFound, (await client.SimulateTransactionAsync(old.Serialize(), cancellationToken: _limit)).Error!.Kind);
        Assert.Null((await client.SimulateTransactionAsync(old.Serialize(), replaceBlockhash: true, cancellationToken: _limit)).Error);
        Assert.Null((await client.GetSignatureStatusesAsync([old.Id], searchHistory: true, _limit))[0]);

        var damaged = (await SignAsync(client, node.Payer, [SystemProgram.Transfer(payer, to, 1_000_000)])).Serialize();
        damaged[10] ^= 1;
        await FailsAsync(SolanaRpcError.SignatureFailure, () => client.SendTransactionAsync(damaged, cancellationToken: _limit));
        await FailsAsync(SolanaRpcError.InvalidRequest, () => client.SendTransactionAsync(damaged.AsMemory(0, 80), cancellationToken: _limit));
        await FailsAsync(SolanaRpcError.MinContextSlot, () => client.GetSlotAsync(minContextSlot: 1_000_000_000_000, cancellationToken: _limit));
        await FailsAsync(SolanaRpcError.MinContextSlot, () => client.GetBalanceAsync(payer, minContextSlot: 1_000_000_000_000, cancellationToken: _limit));
        await FailsAsync(SolanaRpcError.MethodUnavailable, () => client.InvokeAsync(new JsonRpcRequest("getNothing"), _limit));

        await node.KillAsync(_limit);
        Assert.False((await FailsAsync(SolanaRpcError.Unavailable, () => client.GetSlotAsync(cancellationToken: _limit))).MayHaveBeenReceived);
    }

    [SurfpoolFact]
    public async Task Failover_EndpointDiesAndAnotherClusterAnswers_ServesTheRightOne()
    {
        await using var wrong = await SurfpoolFixture.StartAsync();

        // The hash of the first block has the second of its making in it.
        await Task.Delay(1100, _limit);
        await using var node = await SurfpoolFixture.StartAsync();
        var genesis = SolanaHash.Parse((await node.CallAsync("getGenesisHash", cancellationToken: _limit)).GetString()!);
        Assert.NotEqual(genesis.ToString(), (await wrong.CallAsync("getGenesisHash", cancellationToken: _limit)).GetString());
        await using var transport = new FailoverJsonRpcTransport(
            new SolanaRpcChain(genesis),
            [JsonRpcEndpoint.At(new Uri("http://127.0.0.1:9")), JsonRpcEndpoint.At(wrong.RpcUrl), JsonRpcEndpoint.At(node.RpcUrl)],
            new FailoverJsonRpcOptions { RetryDelay = TimeSpan.FromMilliseconds(20), MaxRetryDelay = TimeSpan.FromMilliseconds(100) });
        var client = new SolanaClient(transport);

        Assert.Equal(genesis, await client.GetGenesisHashAsync(_limit));
        Assert.Equal(10_000_000_000_000UL, await client.GetBalanceAsync(SolanaAddress.Parse(node.Payer.Address), SolanaCommitment.Processed, cancellationToken: _limit));
        await node.KillAsync(_limit);
        await FailsAsync(SolanaRpcError.Unavailable, () => client.GetSlotAsync(cancellationToken: _limit));
        await node.RestartAsync(_limit);
        await UntilAsync(async () =>
        {
            try
            {
                return (ulong?)await client.GetSlotAsync(cancellationToken: _limit) > 0 ? client : null;
            }
            catch (SolanaRpcException problem) when (problem.Kind is SolanaRpcError.Unavailable or SolanaRpcError.WrongChain)
            {
                return null;
            }
        });
    }

    private async Task<SolanaTransaction> SignAsync(SolanaClient client, SurfpoolAccount account, IReadOnlyList<SolanaInstruction> instructions)
    {
        var latest = await client.GetLatestBlockhashAsync(SolanaCommitment.Processed, cancellationToken: _limit);
        using var signer = Ed25519Signer.FromPrivateKey(account.PrivateKey.Span);
        return await new SolanaTransaction(SolanaMessage.Compile(SolanaAddress.Parse(account.Address), instructions, latest.Blockhash)).SignAsync(signer, _limit);
    }

    private async Task<T> UntilAsync<T>(Func<Task<T?>> ask)
        where T : class
    {
        while (true)
        {
            if (await ask() is { } answer)
            {
                return answer;
            }

            await Task.Delay(20, _limit);
        }
    }

    private static async Task<SolanaRpcException> FailsAsync(SolanaRpcError expected, Func<Task> call)
    {
        var problem = await Assert.ThrowsAsync<SolanaRpcException>(call);
        Assert.True(problem.Kind == expected, problem.ToString());
        return problem;
    }

    private static SolanaAddress Fresh()
    {
        using var signer = Ed25519Signer.Create();
        return new SolanaAddress(signer.PublicKey.Bytes.Span);
    }
}
