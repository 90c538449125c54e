using System.Text.Json;
using System.Text.Json.Nodes;
using DePin.Sdk.Chains.Evm;
using DePin.Sdk.Chains.Evm.Encoding;
using DePin.Sdk.Chains.Evm.Logs;
using DePin.Sdk.Chains.Evm.Rpc;
using DePin.Sdk.Chains.Rpc;
using DePin.Sdk.Testing.Evm;

namespace DePin.Sdk.IntegrationTests.Evm;

/// <summary>The follower on a real node: what it holds equals what the node's logs say, also after the node replaced blocks.</summary>
public sealed class LogFollowerTests : IAsyncDisposable
{
    private static readonly AbiEvent Transfer = AbiEvent.Parse("Transfer(address indexed from, address indexed to, uint256 value)");

    private readonly CancellationToken _limit = new CancellationTokenSource(TimeSpan.FromMinutes(2)).Token;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("depin-test-");
    private HttpJsonRpcTransport? _transport;

    public async ValueTask DisposeAsync()
    {
        if (_transport is not null)
        {
            await _transport.DisposeAsync();
        }

        _folder.Delete(recursive: true);
    }

    [AnvilFact]
    public async Task CatchUp_NodeReorganises_RollsBackAndAgreesWithTheNode()
    {
        await using var node = await AnvilFixture.StartAsync();
        var client = Connect(node);
        var token = await DeployTokenAsync(node);
        await using var follower = await OpenAsync(client, token, horizon: 16);
        for (int i = 1; i <= 10; i++)
        {
            await MintAsync(node, token, i % 3, i);
        }

        await follower.CatchUpAsync(_limit);
        Assert.Equal(await ExpectAsync(client, token), Dump(follower));

        // Seven blocks are replaced by empty ones: anvil drops their transactions and announces nothing.
        await node.CallAsync("anvil_reorg", [7, new JsonArray()], _limit);
        await MintAsync(node, token, 4, 1000);
        await follower.CatchUpAsync(_limit);

        var expected = await ExpectAsync(client, token);
        Assert.Equal(4, expected.Split('\n').Length);
        Assert.Equal(expected, Dump(follower));
    }

    [AnvilFact]
    public async Task CatchUp_ClosedBetweenBlocksAndAcrossAReorganisation_GoesOnWhereItWas()
    {
        await using var node = await AnvilFixture.StartAsync();
        var client = Connect(node);
        var token = await DeployTokenAsync(node);
        for (int round = 0; round < 6; round++)
        {
            await MintAsync(node, token, round % 3, 1 + round);
            await MintAsync(node, token, (round + 1) % 3, 10 + round);
            if (round % 2 == 1)
            {
                await node.CallAsync("anvil_reorg", [2, new JsonArray()], _limit);
            }

            await using var follower = await OpenAsync(client, token, horizon: 4);
            await follower.CatchUpAsync(_limit);
            Assert.Equal(await ExpectAsync(client, token), Dump(follower));
        }
    }

    [AnvilFact]
    public async Task CatchUp_ReorganisedDeeperThanTheHorizon_IsATypedError()
    {
        await using var node = await AnvilFixture.StartAsync();
        var client = Connect(node);
        var token = await DeployTokenAsync(node);
        await node.MineAsync(20, _limit);
        await using var follower = await OpenAsync(client, token, horizon: 4);
        await follower.CatchUpAsync(_limit);

        await node.CallAsync("anvil_reorg", [8, new JsonArray()], _limit);

        await Assert.ThrowsAsync<EvmReorgException>(() => follower.CatchUpAsync(_limit));
    }

    [AnvilFact]
    public async Task Run_SubscribedToNewHeads_ReadsWithoutPolling()
    {
        await using var node = await AnvilFixture.StartAsync();
        var client = Connect(node);
        var token = await DeployTokenAsync(node);
        await using var follower = await EvmLogFollower.OpenAsync(
            client, new EvmLogFilter { Addresses = [token] }, new BalancesHandler(), new EvmLogFollowerOptions { PollInterval = TimeSpan.FromHours(1) }, cancellationToken: _limit);
        await using var events = new WebSocketJsonRpcTransport(node.WebSocketUrl);
        await using var heads = await events.SubscribeNewHeadsAsync(_limit);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(_limit);
        var running = follower.RunAsync(heads, stop.Token);

        for (int i = 1; i <= 3; i++)
        {
            await MintAsync(node, token, i, i);
            while (Dump(follower) != await ExpectAsync(client, token))
            {
                Assert.False(running.IsCompleted);
                await Task.Delay(10, _limit);
            }
        }

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    private EvmClient Connect(AnvilNode node) => new(_transport = new HttpJsonRpcTransport(node.HttpUrl));

    private Task<EvmLogFollower> OpenAsync(EvmClient client, EvmAddress token, int horizon) => EvmLogFollower.OpenAsync(
        client,
        new EvmLogFilter { Addresses = [token], Topics = [[Transfer.Topic]] },
        new BalancesHandler(),
        new EvmLogFollowerOptions { DatabasePath = Path.Combine(_folder.FullName, "index.db"), ReorgHorizon = horizon, MaxBlocksPerQuery = 3 },
        cancellationToken: _limit);

    private static async Task<EvmAddress> DeployTokenAsync(AnvilNode node) => EvmAddress.Parse(await AnvilFixture.DeployAsync(node, "testing/TestToken"));

    private async Task MintAsync(AnvilNode node, EvmAddress token, int account, int amount)
    {
        var call = AbiFunction.Parse("mint(address,uint256)").EncodeCall(EvmAddress.Parse(node.Accounts[account].Address), (ulong)amount);
        var hash = await node.CallAsync("eth_sendTransaction", [new JsonObject { ["from"] = node.Accounts[0].Address, ["to"] = token.ToString(), ["data"] = Hex.Encode(call) }], _limit);

        // The node answers before its block is there, now and then.
        JsonElement receipt;
        while ((receipt = await node.CallAsync("eth_getTransactionReceipt", [hash.GetString()], _limit)).ValueKind == JsonValueKind.Null)
        {
            await Task.Delay(5, _limit);
        }

        Assert.Equal("0x1", receipt.GetProperty("status").GetString());
    }

    /// <summary>What the node's logs say now, one line for each account and one for each transfer.</summary>
    private async Task<string> ExpectAsync(EvmClient client, EvmAddress token)
    {
        var logs = await client.GetLogsAsync(new EvmLogFilter { Addresses = [token], Topics = [[Transfer.Topic]], FromBlock = EvmBlockTag.Earliest }, _limit);
        return string.Join('\n', logs.Select(log => (To: log.Decode(Transfer)[1].AsAddress(), Value: (ulong)log.Decode(Transfer)[2].AsUInt256(), log.BlockNumber))
            .GroupBy(transfer => transfer.To)
            .Select(transfers => $"{transfers.Key} {transfers.Sum(transfer => (long)transfer.Value)} {transfers.Max(transfer => transfer.BlockNumber)}")
            .Order(StringComparer.Ordinal));
    }

    private static string Dump(EvmLogFollower follower) => follower.Read(transaction =>
    {
        var lines = new List<string>();
        using var reader = transaction.Query("SELECT account || ' ' || amount || ' ' || block FROM balance ORDER BY account");
        while (reader.Read())
        {
            lines.Add(reader.GetString(0));
        }

        return string.Join('\n', lines.Order(StringComparer.Ordinal));
    });

    private sealed class BalancesHandler : IEvmLogHandler
    {
        public string Schema => "CREATE TABLE balance (account TEXT PRIMARY KEY, amount INTEGER NOT NULL, block INTEGER NOT NULL)";

        public void Apply(EvmLogBlock block, IReadOnlyList<EvmLog> logs, EvmLogTransaction transaction)
        {
            foreach (var values in logs.Select(log => log.Decode(Transfer)))
            {
                transaction.Execute(
                    "INSERT INTO balance (account, amount, block) VALUES ($1, $2, $3) ON CONFLICT (account) DO UPDATE SET amount = amount + $2, block = $3",
                    values[1].AsAddress().ToString(),
                    (long)(ulong)values[2].AsUInt256(),
                    (long)block.Number);
            }
        }
    }
}
