using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using DePin.Sdk.Chains.Cryptography;
using DePin.Sdk.Chains.Solana;
using DePin.Sdk.Chains.Solana.Channels;
using DePin.Sdk.Chains.Solana.Transactions;
using DePin.Sdk.Testing.Solana;

namespace DePin.Sdk.IntegrationTests.Solana;

public sealed class SurfpoolNodeTests(SurfpoolFixture surfpool) : IClassFixture<SurfpoolFixture>
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);
    private readonly CancellationToken _limit = new CancellationTokenSource(Limit).Token;

    [SurfpoolFact]
    public async Task Call_FreshNode_HasFundedAccounts()
    {
        Assert.Equal(10, surfpool.Node.Accounts.Count);
        Assert.Same(surfpool.Node.Accounts[0], surfpool.Node.Payer);
        foreach (var account in surfpool.Node.Accounts)
        {
            Assert.Equal(32, account.PrivateKey.Length);
            Assert.Equal(10_000_000_000_000UL, await LamportsAsync(surfpool.Node, account.Address));
        }
    }

    [SurfpoolFact]
    public async Task Account_Key_BelongsToItsAddress()
    {
        var account = await surfpool.Node.CreateAccountAsync(cancellationToken: _limit);
        using var signer = Ed25519Signer.FromPrivateKey(account.PrivateKey.Span);
        Assert.Equal(account.PublicKey.ToArray(), signer.PublicKey.Bytes.ToArray());
        Assert.Equal(account.Address, new SolanaAddress(account.PublicKey.Span).ToString());
    }

    [SurfpoolFact]
    public async Task Call_UnknownMethod_SaysWhatTheServerSays()
    {
        var error = await Assert.ThrowsAsync<DePinException>(() => surfpool.Node.CallAsync("noSuchMethod", cancellationToken: _limit));
        Assert.Contains("noSuchMethod", error.Message, StringComparison.Ordinal);
        Assert.False(error.IsTransient);
    }

    [SurfpoolFact]
    public async Task Kill_ServerAway_ChainGoesOnAndRestartKeepsPortsAndState()
    {
        await using var node = await SurfpoolFixture.StartAsync(new SurfpoolOptions { SlotTime = TimeSpan.FromMilliseconds(20) });
        var (url, webSocketUrl) = (node.RpcUrl, node.WebSocketUrl);
        var account = await node.CreateAccountAsync(5_000_000_000, _limit);
        var genesis = (await node.CallAsync("getGenesisHash", cancellationToken: _limit)).GetString();
        var slot = (await node.GetClockAsync(_limit)).Slot;
        using var subscriber = new ClientWebSocket();
        await subscriber.ConnectAsync(webSocketUrl, _limit);

        await node.KillAsync(_limit);
        Assert.False(node.IsRunning);
        Assert.True((await Assert.ThrowsAsync<DePinException>(() => node.CallAsync("getSlot", cancellationToken: _limit))).IsTransient);
        await Assert.ThrowsAsync<WebSocketException>(() => subscriber.ReceiveAsync(new byte[16], _limit));
        await node.KillAsync(_limit);

        await node.RestartAsync(_limit);
        Assert.True(node.IsRunning);
        Assert.Equal(url, node.RpcUrl);
        Assert.Equal(webSocketUrl, node.WebSocketUrl);
        Assert.Equal(genesis, (await node.CallAsync("getGenesisHash", cancellationToken: _limit)).GetString());
        Assert.Equal(5_000_000_000UL, await LamportsAsync(node, account.Address));
        while ((await node.GetClockAsync(_limit)).Slot <= slot)
        {
            await Task.Delay(5, _limit);
        }
    }

    [SurfpoolFact]
    public async Task Restart_Running_CutsConnectionsAndServesAgain()
    {
        await using var node = await SurfpoolFixture.StartAsync();
        await node.RestartAsync(_limit);
        Assert.Equal("ok", (await node.CallAsync("getHealth", cancellationToken: _limit)).GetString());
    }

    [SurfpoolFact]
    public async Task WebSocket_SlotSubscription_TellsSlots()
    {
        using var subscriber = new ClientWebSocket();
        await subscriber.ConnectAsync(surfpool.Node.WebSocketUrl, _limit);
        await subscriber.SendAsync(Encoding.UTF8.GetBytes("""{"jsonrpc":"2.0","id":1,"method":"slotSubscribe","params":[]}"""), WebSocketMessageType.Text, true, _limit);
        var buffer = new byte[4096];
        string text;
        do
        {
            var message = await subscriber.ReceiveAsync(buffer, _limit);
            text = Encoding.UTF8.GetString(buffer, 0, message.Count);
        }
        while (!text.Contains("slotNotification", StringComparison.Ordinal));
        Assert.Contains("\"parent\"", text, StringComparison.Ordinal);
    }

    [SurfpoolFact]
    public async Task AdvanceTime_OneMonth_IsWhatProgramsSee()
    {
        await using var node = await SurfpoolFixture.StartAsync();
        var before = await node.GetClockAsync(_limit);
        await node.AdvanceTimeAsync(TimeSpan.FromDays(30), _limit);
        var after = await node.GetClockAsync(_limit);
        Assert.InRange(after.Time - before.Time, TimeSpan.FromDays(30), TimeSpan.FromDays(30) + Limit);
        Assert.True(after.Slot > before.Slot + 1_000_000);

        // It goes on from there.
        await node.AdvanceTimeAsync(TimeSpan.FromHours(1), _limit);
        Assert.True((await node.GetClockAsync(_limit)).Time >= after.Time + TimeSpan.FromHours(1));
    }

    [SurfpoolFact]
    public async Task AdvanceSlots_1500_IsWhatProgramsSee()
    {
        await using var node = await SurfpoolFixture.StartAsync();
        var before = await node.GetClockAsync(_limit);
        await node.AdvanceSlotsAsync(1500, _limit);
        var after = await node.GetClockAsync(_limit);
        Assert.True(after.Slot >= before.Slot + 1500);
        Assert.True(after.Time >= before.Time + TimeSpan.FromSeconds(149));
    }

    [SurfpoolFact]
    public async Task AdvanceBlocks_151_BlockhashOfBeforeIsGoodNoMore()
    {
        await using var node = await SurfpoolFixture.StartAsync();
        var latest = (await node.CallAsync("getLatestBlockhash", [Commitment("processed")], _limit)).GetProperty("value");
        var blockhash = latest.GetProperty("blockhash").GetString();
        Assert.True(await IsValidAsync(blockhash));
        await node.AdvanceBlocksAsync(151, _limit);
        Assert.False(await IsValidAsync(blockhash));
        var height = await node.CallAsync("getBlockHeight", [Commitment("processed")], _limit);
        Assert.True(height.GetUInt64() > latest.GetProperty("lastValidBlockHeight").GetUInt64() - 32, $"{height} after {latest}");

        async Task<bool> IsValidAsync(string? hash) => (await node.CallAsync("isBlockhashValid", [hash, Commitment("processed")], _limit)).GetProperty("value").GetBoolean();
    }

    [SurfpoolTheory]
    [InlineData(SurfpoolNode.TokenProgram)]
    [InlineData(SurfpoolNode.Token2022Program)]
    public async Task Mint_TokenAccountWritten_HoldsTheAmountInTheTokensUnits(string tokenProgram)
    {
        var mint = await surfpool.Node.CreateMintAsync(6, tokenProgram, canFreeze: true, _limit);
        var owner = await surfpool.Node.CreateAccountAsync(cancellationToken: _limit);
        await surfpool.Node.SetTokenAccountAsync(owner.Address, mint, 12_345_678, tokenProgram, cancellationToken: _limit);
        var info = await TokenAccountAsync(owner.Address, mint);
        Assert.Equal("12345678", info.GetProperty("tokenAmount").GetProperty("amount").GetString());
        Assert.Equal(6, info.GetProperty("tokenAmount").GetProperty("decimals").GetInt32());
        Assert.Equal("initialized", info.GetProperty("state").GetString());

        await surfpool.Node.SetTokenAccountAsync(owner.Address, mint, 1, tokenProgram, isFrozen: true, _limit);
        info = await TokenAccountAsync(owner.Address, mint);
        Assert.Equal("frozen", info.GetProperty("state").GetString());

        var parsed = await surfpool.Node.CallAsync("getAccountInfo", [mint, new JsonObject { ["encoding"] = "jsonParsed" }], _limit);
        Assert.Equal(tokenProgram, parsed.GetProperty("value").GetProperty("owner").GetString());
        var mintInfo = parsed.GetProperty("value").GetProperty("data").GetProperty("parsed").GetProperty("info");
        Assert.Equal(surfpool.Node.Payer.Address, mintInfo.GetProperty("mintAuthority").GetString());
        Assert.Equal(surfpool.Node.Payer.Address, mintInfo.GetProperty("freezeAuthority").GetString());
    }

    [SurfpoolFact]
    public async Task SetProgram_PaymentChannels_RunsWhenCalled()
    {
        var program = PaymentChannelProgram.Mainnet;
        using var payer = SurfpoolFixture.SignerOf(surfpool.Node.Payer);
        var latest = await surfpool.Node.CallAsync("getLatestBlockhash", [Commitment("processed")], _limit);
        var blockhash = SolanaHash.Parse(latest.GetProperty("value").GetProperty("blockhash").GetString()!);
        var call = new SolanaInstruction(program.ProgramId, [], new byte[] { 250 });
        var transaction = await new SolanaTransaction(SolanaMessage.Compile(new SolanaAddress(surfpool.Node.Payer.PublicKey.Span), [call], blockhash)).SignAsync(payer, _limit);
        var simulated = await surfpool.Node.CallAsync(
            "simulateTransaction", [Convert.ToBase64String(transaction.Serialize()), new JsonObject { ["encoding"] = "base64", ["commitment"] = "processed" }], _limit);

        // An instruction that it does not know, says the program.
        var value = simulated.GetProperty("value");
        Assert.Equal(0, value.GetProperty("err").GetProperty("InstructionError")[0].GetInt32());
        Assert.Contains($"Program {program.ProgramId} invoke [1]", value.GetProperty("logs").EnumerateArray().Select(line => line.GetString()));
        Assert.True(value.GetProperty("unitsConsumed").GetUInt64() > 0);
    }

    [SurfpoolFact]
    public async Task SetAccount_Data_IsReadBack()
    {
        var account = await surfpool.Node.CreateAccountAsync(cancellationToken: _limit);
        await surfpool.Node.SetAccountAsync(account.Address, 7_000_000, new byte[] { 1, 2, 3 }, SurfpoolNode.TokenProgram, _limit);
        var value = (await surfpool.Node.CallAsync("getAccountInfo", [account.Address, new JsonObject { ["encoding"] = "base64" }], _limit)).GetProperty("value");
        Assert.Equal([1, 2, 3], value.GetProperty("data")[0].GetBytesFromBase64());
        Assert.Equal(7_000_000UL, value.GetProperty("lamports").GetUInt64());
    }

    [SurfpoolFact]
    public async Task Airdrop_NewAccount_HasTheLamports()
    {
        var account = await surfpool.Node.CreateAccountAsync(cancellationToken: _limit);
        await surfpool.Node.AirdropAsync(account.Address, 3_000_000_000, _limit);
        Assert.Equal(3_000_000_000UL, await LamportsAsync(surfpool.Node, account.Address));
    }

    [SurfpoolFact]
    public async Task Start_PortInUse_SaysSo()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        int port = ((IPEndPoint)taken.LocalEndpoint).Port;
        var error = await Assert.ThrowsAsync<DePinException>(() => SurfpoolFixture.StartAsync(new SurfpoolOptions { Port = port }));
        Assert.Contains("EADDRINUSE", error.Message, StringComparison.Ordinal);
    }

    [SurfpoolFact]
    public async Task Start_NoPackageThere_SaysWhichFile()
    {
        var error = await Assert.ThrowsAsync<DePinException>(() => SurfpoolFixture.StartAsync(new SurfpoolOptions { Package = Path.Combine(Path.GetTempPath(), "no-surfpool-here") }));
        Assert.Contains("no-surfpool-here", error.Message, StringComparison.Ordinal);
    }

    [SurfpoolFact]
    public async Task Dispose_Running_NobodyListensAnyMore()
    {
        var node = await SurfpoolFixture.StartAsync();
        int port = node.RpcUrl.Port;
        await node.DisposeAsync();
        using var client = new TcpClient();
        await Assert.ThrowsAnyAsync<SocketException>(() => client.ConnectAsync(IPAddress.Loopback, port, _limit).AsTask());
    }

    [SurfpoolFact]
    public async Task Parent_Killed_ChainEnds()
    {
        // The child starts a chain, prints where it listens, and is killed before it can end the chain.
        await using var child = PaymentTests.ChildProcess.Start("surfpool", await SurfpoolFixture.GetPackageAsync());
        var line = await child.ReadLineAsync().WaitAsync(Limit);
        var url = new Uri(line!);
        Assert.True(await ListensAsync(url));

        child.Kill();
        while (await ListensAsync(url))
        {
            await Task.Delay(20, _limit);
        }
    }

    [Fact]
    public async Task Start_OptionOutOfRange_Throws() =>
        await Assert.ThrowsAsync<ArgumentException>(() => SurfpoolNode.StartAsync(new SurfpoolOptions { Accounts = 0 }));

    private async Task<bool> ListensAsync(Uri url)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, url.Port, _limit);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static JsonObject Commitment(string commitment) => new() { ["commitment"] = commitment };

    private async Task<ulong> LamportsAsync(SurfpoolNode node, string address) =>
        (await node.CallAsync("getBalance", [address, Commitment("processed")], _limit)).GetProperty("value").GetUInt64();

    private async Task<JsonElement> TokenAccountAsync(string owner, string mint)
    {
        var accounts = await surfpool.Node.CallAsync(
            "getTokenAccountsByOwner", [owner, new JsonObject { ["mint"] = mint }, new JsonObject { ["encoding"] = "jsonParsed", ["commitment"] = "processed" }], _limit);
        return Assert.Single(accounts.GetProperty("value").EnumerateArray()).GetProperty("account").GetProperty("data").GetProperty("parsed").GetProperty("info");
    }
}
