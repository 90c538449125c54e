using System.Globalization;
using System.Text.Json;
using DePin.Sdk.Chains.Rpc;
using DePin.Sdk.Chains.Solana;
using DePin.Sdk.Chains.Solana.Rpc;
using DePin.Sdk.Chains.Tests.Rpc;

namespace DePin.Sdk.Chains.Tests.Solana.Rpc;

public sealed class SolanaClientTests
{
    private static readonly byte[] Sent = Convert.FromBase64String(SolanaAnswers.SentTransaction);
    private static readonly SolanaSignature Signature = SolanaSignature.Parse(SolanaAnswers.Signature);
    private static readonly SolanaAddress Payer = SolanaAddress.Parse(SolanaAnswers.Payer);
    private static readonly SolanaAddress Mint = SolanaAddress.Parse(SolanaAnswers.Mint);
    private static readonly SolanaAddress TokenProgram = SolanaAddress.Parse("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA");
    private static readonly SolanaAccountFilter OfMint = SolanaAccountFilter.OfBytes(0, Mint.ToArray());

    [Fact]
    public async Task GetGenesisHashAsync_Answer_IsRead()
    {
        var (client, node) = Client(SolanaAnswers.GenesisHash);

        Assert.Equal("2vf4HRZPzQNq1VPq3cqBPLTuUAPyvFGpTUawCheTRRGJ", (await client.GetGenesisHashAsync()).ToString());
        Assert.Equal("getGenesisHash []", Asked(node));
    }

    [Fact]
    public async Task GetLatestBlockhashAsync_Answer_IsRead()
    {
        var (client, node) = Client(SolanaAnswers.LatestBlockhash);

        var latest = await client.GetLatestBlockhashAsync(SolanaCommitment.Finalized, minContextSlot: 611);

        Assert.Equal("SURFNETxSAFEHASHxxxxxxxxxxxxxxxxxxxxxxxx244", latest.Blockhash.ToString());
        Assert.Equal(731UL, latest.LastValidBlockHeight);
        Assert.Equal(611UL, latest.Slot);
        Assert.Equal("""getLatestBlockhash [{"commitment":"finalized","minContextSlot":611}]""", Asked(node));
    }

    [Fact]
    public async Task GetEpochInfoAsync_Answer_IsRead()
        => Assert.Equal(new SolanaEpochInfo { Slot = 638, BlockHeight = 608, Epoch = 0 }, await Client(SolanaAnswers.EpochInfo).Client.GetEpochInfoAsync());

    [Theory]
    [InlineData("18446744073709551615", ulong.MaxValue)]
    [InlineData("9007199254740993", 9007199254740993)]
    [InlineData("0", 0)]
    public async Task Numbers_Of64Bits_AreExact(string text, ulong expected)
    {
        Assert.Equal(expected, await Client(text).Client.GetBlockHeightAsync());
        Assert.Equal(expected, await Client($$$"""{"context":{"slot":1},"value":{{{text}}}}""").Client.GetBalanceAsync(Payer));
    }

    [Theory]
    [InlineData("18446744073709551616")]
    [InlineData("-1")]
    [InlineData("1.0")]
    [InlineData("1e3")]
    [InlineData("\"1\"")]
    [InlineData("null")]
    [InlineData("9007199254740993.0")]
    public async Task Numbers_OfOtherForms_AreMalformed(string text) => await MalformedAsync(() => Client(text).Client.GetBlockHeightAsync());

    [Fact]
    public async Task GetAccountAsync_Answer_IsRead()
    {
        var (client, node) = Client(SolanaAnswers.Account);

        var account = await client.GetAccountAsync(Payer);

        Assert.Equal(TokenProgram, account!.Owner);
        Assert.Equal(2_039_280UL, account.Lamports);
        Assert.Equal(165, account.Data.Length);
        Assert.Equal(Mint.ToArray(), account.Data[..32].ToArray());
        Assert.False(account.IsExecutable);
        Assert.True(account.Slot > 10_000);
        Assert.Equal($$"""getAccountInfo ["{{Payer}}",{"commitment":"confirmed","encoding":"base64"}]""", Asked(node));
    }

    [Fact]
    public async Task GetAccountAsync_None_IsNull() => Assert.Null(await Client(SolanaAnswers.NoAccount).Client.GetAccountAsync(Payer));

    [Theory]
    [InlineData("\"base64\"", "\"base58\"")]
    [InlineData("\"space\":165", "\"space\":164")]
    [InlineData("\"executable\":false", "\"executable\":0")]
    [InlineData("\"owner\":\"Token", "\"owner\":\"0oken")]
    [InlineData("\"lamports\":2039280", "\"lamports\":2039280.5")]
    public async Task GetAccountAsync_FormIsAnother_IsMalformed(string old, string by)
        => await MalformedAsync(() => Client(SolanaAnswers.Account.Replace(old, by, StringComparison.Ordinal)).Client.GetAccountAsync(Payer));

    [Fact]
    public async Task GetAccountAsync_AnswerIsOlderThanAsked_IsMalformed() => await MalformedAsync(() => Client(SolanaAnswers.Account).Client.GetAccountAsync(Payer, minContextSlot: 1_000_000));

    [Fact]
    public async Task GetAccountsAsync_MoreThanNodesGive_AreAskedForInParts()
    {
        var counts = new List<int>();
        var node = new FakeNode(request =>
        {
            int count = JsonElement.Parse(request.Parameters.Span)[0].GetArrayLength();
            counts.Add(count);
            return $$$"""{"context":{"slot":5},"value":[{{{string.Join(',', Enumerable.Repeat("null", count))}}}]}""";
        });

        var accounts = await new SolanaClient(node).GetAccountsAsync([.. Enumerable.Range(0, 250).Select(SolanaSamples.Address)]);

        Assert.Equal(250, accounts.Count);
        Assert.Equal([100, 100, 50], counts);
    }

    [Fact]
    public async Task GetAccountsAsync_Answer_KeepsTheOrder()
    {
        var accounts = await Client(SolanaAnswers.Accounts).Client.GetAccountsAsync([Payer, Mint, TokenProgram]);

        Assert.Equal([9_998_990_000UL, 1_001_000_000UL, null], accounts.Select(account => account?.Lamports));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public async Task GetAccountsAsync_OtherNumber_IsMalformed(int asked)
        => await MalformedAsync(() => Client(SolanaAnswers.Accounts).Client.GetAccountsAsync([.. Enumerable.Range(0, asked).Select(SolanaSamples.Address)]));

    [Fact]
    public async Task GetProgramAccountsAsync_Answer_IsHeldAgainstTheFilters()
    {
        var (client, node) = Client(SolanaAnswers.ProgramAccounts);

        var accounts = await client.GetProgramAccountsAsync(TokenProgram, [SolanaAccountFilter.OfSize(165), OfMint]);

        Assert.Equal(2, accounts.Select(account => account.Address).Distinct().Count());
        Assert.Equal(
            $$$"""getProgramAccounts ["{{{TokenProgram}}}",{"commitment":"confirmed","encoding":"base64","withContext":true,"filters":[{"dataSize":165},{"memcmp":{"offset":0,"bytes":"{{{Convert.ToBase64String(Mint.ToArray())}}}","encoding":"base64"}}]}]""",
            Asked(node));
    }

    [Fact]
    public async Task GetProgramAccountsAsync_AccountDoesNotFit_IsMalformed()
    {
        await MalformedAsync(() => Client(SolanaAnswers.ProgramAccounts).Client.GetProgramAccountsAsync(Mint, []));
        await MalformedAsync(() => Client(SolanaAnswers.ProgramAccounts).Client.GetProgramAccountsAsync(TokenProgram, [SolanaAccountFilter.OfSize(164)]));
        await MalformedAsync(() => Client(SolanaAnswers.ProgramAccounts).Client.GetProgramAccountsAsync(TokenProgram, [SolanaAccountFilter.OfBytes(1, Mint.ToArray())]));
        await MalformedAsync(() => Client(SolanaAnswers.ProgramAccounts).Client.GetProgramAccountsAsync(TokenProgram, [SolanaAccountFilter.OfBytes(ulong.MaxValue, [1])]));
    }

    [Fact]
    public async Task GetProgramAccountsAsync_AccountTwice_IsMalformed()
    {
        string twice = SolanaAnswers.ProgramAccounts.Replace("CVEU9QiKTEY5kw6EN8YWF9oHbs8rMszi2gQfm8TYh3MC", "GX1yo3uvd98znE8qKofWtCKcQ5nnYqz4yVqHkRNdrMtr", StringComparison.Ordinal);

        await MalformedAsync(() => Client(twice).Client.GetProgramAccountsAsync(TokenProgram, []));
    }

    [Fact]
    public async Task GetProgramAccountsAsync_FiveFilters_Throws()
        => await Assert.ThrowsAsync<ArgumentException>(() => Client("[]").Client.GetProgramAccountsAsync(TokenProgram, [.. Enumerable.Repeat(OfMint, 5)]));

    [Fact]
    public async Task GetSignatureStatusesAsync_Answer_IsRead()
    {
        var (client, node) = Client(SolanaAnswers.Statuses);
        var failed = SolanaSignature.Parse(SolanaAnswers.FailedSignature);

        var statuses = await client.GetSignatureStatusesAsync([Signature, failed, default], searchHistory: true);

        Assert.Equal(638UL, statuses.Slot);
        Assert.Equal(3, statuses.Count);
        Assert.Equal(new SolanaSignatureStatus { Slot = 611, Confirmations = 27, Commitment = SolanaCommitment.Confirmed }, statuses[0]);
        Assert.Equal("instruction 0 failed with the program's error 1 (0x1)", statuses[1]!.Error!.ToString());
        Assert.Null(statuses[2]);
        Assert.Equal($$"""getSignatureStatuses [["{{Signature}}","{{failed}}","{{default(SolanaSignature)}}"],{"searchTransactionHistory":true}]""", Asked(node));
    }

    [Fact]
    public async Task GetSignatureStatusesAsync_SeveralParts_AreAsOldAsTheOldest()
    {
        ulong slot = 20;
        var node = new FakeNode(request => $$$"""{"context":{"slot":{{{--slot}}}},"value":[{{{string.Join(',', Enumerable.Repeat("null", JsonElement.Parse(request.Parameters.Span)[0].GetArrayLength()))}}}]}""");

        var statuses = await new SolanaClient(node).GetSignatureStatusesAsync(new SolanaSignature[600]);

        Assert.Equal(600, statuses.Count);
        Assert.Equal(17UL, statuses.Slot);
    }

    [Theory]
    [InlineData("""{"slot":1,"confirmations":null,"err":null}""", SolanaCommitment.Finalized)]
    [InlineData("""{"slot":1,"confirmations":3,"err":null}""", SolanaCommitment.Processed)]
    [InlineData("""{"slot":1,"confirmations":3,"confirmationStatus":"confirmed","err":null}""", SolanaCommitment.Confirmed)]
    public async Task GetSignatureStatusesAsync_CommitmentIsLeftAway_IsNotOverrated(string status, SolanaCommitment expected)
        => Assert.Equal(expected, (await Client($$$"""{"context":{"slot":1},"value":[{{{status}}}]}""").Client.GetSignatureStatusesAsync([Signature]))[0]!.Commitment);

    [Fact]
    public async Task GetSignaturesForAddressAsync_Answer_IsRead()
    {
        var (client, node) = Client(SolanaAnswers.Signatures);

        var found = await client.GetSignaturesForAddressAsync(Payer, 10, until: default(SolanaSignature));

        Assert.Equal([614UL, 611UL, 31UL], found.Select(info => info.Slot));
        Assert.Equal(Signature, found[1].Signature);
        Assert.Null(found[1].Error);
        Assert.Equal(1U, found[0].Error!.CustomCode);
        Assert.Equal(SolanaCommitment.Finalized, found[2].Commitment);
        Assert.Equal(1_795_289_561L, found[0].BlockTime!.Value.ToUnixTimeSeconds());
        Assert.Equal($$"""getSignaturesForAddress ["{{Payer}}",{"commitment":"confirmed","limit":10,"until":"{{default(SolanaSignature)}}"}]""", Asked(node));
    }

    [Fact]
    public async Task GetSignaturesForAddressAsync_AnswerContradicts_IsMalformed()
    {
        await MalformedAsync(() => Client(SolanaAnswers.Signatures).Client.GetSignaturesForAddressAsync(Payer, 2));
        await MalformedAsync(() => Client(SolanaAnswers.Signatures).Client.GetSignaturesForAddressAsync(Payer, 3, before: Signature));
        await MalformedAsync(() => Client(SolanaAnswers.Signatures).Client.GetSignaturesForAddressAsync(Payer, 3, until: Signature));
        await MalformedAsync(() => Client(SolanaAnswers.Signatures.Replace("\"slot\":31", "\"slot\":612", StringComparison.Ordinal)).Client.GetSignaturesForAddressAsync(Payer, 3));
        await MalformedAsync(() => Client(SolanaAnswers.Signatures.Replace(SolanaAnswers.FailedSignature, SolanaAnswers.Signature, StringComparison.Ordinal)).Client.GetSignaturesForAddressAsync(Payer, 3));
    }

    [Fact]
    public async Task GetTransactionAsync_Answer_IsRead()
    {
        var (client, node) = Client(SolanaAnswers.Transaction);

        var record = await client.GetTransactionAsync(Signature);

        Assert.Equal(Sent, record!.Transaction.ToArray());
        Assert.Equal(611UL, record.Slot);
        Assert.Equal(5000UL, record.Fee);
        Assert.Equal(424UL, record.ComputeUnitsConsumed);
        Assert.Null(record.Error);
        Assert.Contains("Program log: hi", record.LogMessages);
        Assert.Equal([10_000_000_000UL, 1_000_000_000UL, 1UL, 16_926_720UL], record.PreBalances);
        Assert.Equal([9_998_995_000UL, 1_001_000_000UL, 1UL, 16_926_720UL], record.PostBalances);
        Assert.Equal($$"""getTransaction ["{{Signature}}",{"commitment":"confirmed","encoding":"base64","maxSupportedTransactionVersion":0}]""", Asked(node));
    }

    [Fact]
    public async Task GetTransactionAsync_Tokens_AreExact()
    {
        var record = await Client(SolanaAnswers.TokenTransaction).Client.GetTransactionAsync(SolanaSignature.Parse(SolanaAnswers.TokenSignature));

        var before = Assert.Single(record!.PreTokenBalances);
        Assert.Equal((2, 9_007_199_254_740_992UL, 6), (before.AccountIndex, before.Amount, before.Decimals));
        Assert.Equal((Mint, Payer, TokenProgram), (before.Mint, before.Owner!.Value, before.TokenProgram!.Value));
        Assert.Equal([(1, 9_007_199_254_740_991UL), (2, 1UL)], record.PostTokenBalances.Select(balance => (balance.AccountIndex, balance.Amount)));
        Assert.Equal([0, 0, 0, 0], record.InnerInstructions.Select(inner => inner.InstructionIndex));
        Assert.Equal([5], record.InnerInstructions[0].AccountIndexes);
        Assert.Equal((7, 2), (record.InnerInstructions[0].ProgramIndex, record.InnerInstructions[0].StackHeight));
        Assert.Equal([21, 7, 0], record.InnerInstructions[0].Data!.Value.ToArray());
    }

    [Fact]
    public async Task GetTransactionAsync_Failed_SaysWhy()
        => Assert.Equal(1U, (await Client(SolanaAnswers.FailedTransaction).Client.GetTransactionAsync(SolanaSignature.Parse(SolanaAnswers.FailedSignature)))!.Error!.CustomCode);

    [Fact]
    public async Task GetTransactionAsync_None_IsNull() => Assert.Null(await Client("null").Client.GetTransactionAsync(Signature));

    [Fact]
    public async Task GetTransactionAsync_AnotherTransaction_IsMalformed() => await MalformedAsync(() => Client(SolanaAnswers.FailedTransaction).Client.GetTransactionAsync(Signature));

    [Theory]
    [InlineData("\"accountIndex\":2,", "\"accountIndex\":8,")]
    [InlineData("\"accountIndex\":1,", "\"accountIndex\":2,")]
    [InlineData("\"amount\":\"1\"", "\"amount\":\"-1\"")]
    [InlineData("\"amount\":\"1\"", "\"amount\":\"18446744073709551616\"")]
    [InlineData("\"amount\":\"1\"", "\"amount\":1")]
    [InlineData("\"postBalances\":[", "\"postBalances\":[0,")]
    [InlineData("\"programIdIndex\":7", "\"programIdIndex\":8")]
    [InlineData("\"data\":\"84eT\"", "\"data\":\"0\"")]
    [InlineData("\"meta\":{", "\"meta\":null,\"other\":{")]
    public async Task GetTransactionAsync_FormIsAnother_IsMalformed(string old, string by)
        => await MalformedAsync(() => Client(SolanaAnswers.TokenTransaction.Replace(old, by, StringComparison.Ordinal)).Client.GetTransactionAsync(SolanaSignature.Parse(SolanaAnswers.TokenSignature)));

    [Fact]
    public async Task SimulateTransactionAsync_Answer_IsRead()
    {
        var (client, node) = Client(SolanaAnswers.Simulation);

        var simulation = await client.SimulateTransactionAsync(Sent, replaceBlockhash: true, accounts: [Mint]);

        Assert.Null(simulation.Error);
        Assert.Equal(424UL, simulation.UnitsConsumed);
        Assert.Equal(7, simulation.Logs.Count);
        Assert.Equal(1_001_000_000UL, Assert.Single(simulation.Accounts)!.Lamports);
        Assert.Equal(
            $$$"""simulateTransaction ["{{{SolanaAnswers.SentTransaction}}}",{"commitment":"confirmed","encoding":"base64","sigVerify":false,"replaceRecentBlockhash":true,"accounts":{"encoding":"base64","addresses":["{{{Mint}}}"]}}]""",
            Asked(node));
    }

    [Fact]
    public async Task SimulateTransactionAsync_Fails_IsAnAnswer()
    {
        var simulation = await Client(SolanaAnswers.FailedSimulation).Client.SimulateTransactionAsync(Sent, verifySignatures: true, accounts: [Mint]);

        Assert.Equal(1U, simulation.Error!.CustomCode);
        Assert.Empty(simulation.Accounts);
    }

    [Fact]
    public async Task SimulateTransactionAsync_AccountsAreMissing_IsMalformed() => await MalformedAsync(() => Client(SolanaAnswers.Simulation).Client.SimulateTransactionAsync(Sent, accounts: [Mint, Payer]));

    [Fact]
    public async Task SimulateTransactionAsync_BothOptions_Throws()
        => await Assert.ThrowsAsync<ArgumentException>(() => Client("{}").Client.SimulateTransactionAsync(Sent, verifySignatures: true, replaceBlockhash: true));

    [Fact]
    public async Task SendTransactionAsync_Taken_IsItsSignature()
    {
        var (client, node) = Client($"\"{Signature}\"");

        Assert.Equal(Signature, await client.SendTransactionAsync(Sent, skipPreflight: true, SolanaCommitment.Processed, maxRetries: 0, minContextSlot: 7));
        Assert.Equal($$"""sendTransaction ["{{SolanaAnswers.SentTransaction}}",{"encoding":"base64","skipPreflight":true,"preflightCommitment":"processed","maxRetries":0,"minContextSlot":7}]""", Asked(node));
    }

    [Fact]
    public async Task SendTransactionAsync_AnotherSignature_MayHaveBeenReceived()
    {
        var problem = await MalformedAsync(() => Client($"\"{SolanaAnswers.FailedSignature}\"").Client.SendTransactionAsync(Sent));

        Assert.True(problem.MayHaveBeenReceived);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(65)]
    [InlineData(1233)]
    public async Task SendTransactionAsync_NoTransaction_Throws(int length)
    {
        var bytes = new byte[length];
        if (length > 1)
        {
            bytes[0] = 1;
        }

        await Assert.ThrowsAsync<ArgumentException>(() => Client("\"\"").Client.SendTransactionAsync(bytes));
    }

    [Fact]
    public async Task GetRecentPrioritizationFeesAsync_Answer_IsInOrder()
        => Assert.Equal(
            [new SolanaPrioritizationFee(4, 0), new SolanaPrioritizationFee(5, ulong.MaxValue)],
            await Client("""[{"slot":5,"prioritizationFee":18446744073709551615},{"slot":4,"prioritizationFee":0}]""").Client.GetRecentPrioritizationFeesAsync([Payer]));

    [Fact]
    public async Task GetSignaturesForAddressAsync_Processed_Throws()
        => await Assert.ThrowsAsync<ArgumentException>(() => Client("[]").Client.GetSignaturesForAddressAsync(Payer, commitment: SolanaCommitment.Processed));

    [Theory]
    [InlineData(RpcTransportError.Unavailable, SolanaRpcError.Unavailable)]
    [InlineData(RpcTransportError.TimedOut, SolanaRpcError.TimedOut)]
    [InlineData(RpcTransportError.RateLimited, SolanaRpcError.RateLimited)]
    [InlineData(RpcTransportError.Malformed, SolanaRpcError.Malformed)]
    [InlineData(RpcTransportError.LimitExceeded, SolanaRpcError.LimitExceeded)]
    [InlineData(RpcTransportError.WrongChain, SolanaRpcError.WrongChain)]
    [InlineData(RpcTransportError.NoQuorum, SolanaRpcError.NoQuorum)]
    [InlineData(RpcTransportError.Refused, SolanaRpcError.Other)]
    public async Task AnyCall_TransportFails_IsTyped(RpcTransportError kind, SolanaRpcError expected)
    {
        var client = new SolanaClient(new FakeNode(_ => throw new RpcTransportException(kind, "down", mayHaveBeenReceived: true)));

        var problem = await Assert.ThrowsAsync<SolanaRpcException>(() => client.GetSlotAsync());

        Assert.Equal(expected, problem.Kind);
        Assert.True(problem.MayHaveBeenReceived);
    }

    [Fact]
    public async Task AnyCall_TransportOfTheCallersOwnThrows_IsTyped()
    {
        var problem = await Assert.ThrowsAsync<SolanaRpcException>(() => new SolanaClient(new FakeNode(_ => throw new IOException("x"))).GetSlotAsync());

        Assert.Equal(SolanaRpcError.Unavailable, problem.Kind);
    }

    [Fact]
    public async Task AnyCall_Cancelled_IsCancellation()
        => await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Client("1").Client.GetSlotAsync(cancellationToken: new CancellationToken(canceled: true)));

    private static async Task<SolanaRpcException> MalformedAsync(Func<Task> call)
    {
        var problem = await Assert.ThrowsAsync<SolanaRpcException>(call);
        Assert.Equal(SolanaRpcError.Malformed, problem.Kind);
        return problem;
    }

    private static string Asked(FakeNode node)
    {
        var call = Assert.Single(node.Calls);
        return string.Create(CultureInfo.InvariantCulture, $"{call.Method} {System.Text.Encoding.UTF8.GetString(call.Parameters.Span).Replace("\\u002B", "+", StringComparison.Ordinal)}");
    }

    private static (SolanaClient Client, FakeNode Node) Client(string result)
    {
        var node = new FakeNode(_ => result);
        return (new SolanaClient(node), node);
    }
}
