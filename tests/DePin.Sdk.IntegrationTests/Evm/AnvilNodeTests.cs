using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using DePin.Sdk.Testing.Evm;

namespace DePin.Sdk.IntegrationTests.Evm;

public sealed class AnvilNodeTests(AnvilFixture anvil) : IClassFixture<AnvilFixture>
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);
    private readonly CancellationToken _limit = new CancellationTokenSource(Limit).Token;

    [AnvilFact]
    public async Task Call_FreshNode_HasItsChainAndFundedAccounts()
    {
        Assert.Equal("0x7a69", (await anvil.Node.CallAsync("eth_chainId", cancellationToken: _limit)).GetString());
        Assert.Equal(10, anvil.Node.Accounts.Count);
        var account = anvil.Node.Accounts[3];
        Assert.Equal("0x90f79bf6eb2c4f870365e785982e1f101e93b906", account.Address);
        Assert.Equal(32, account.PrivateKey.Length);
        Assert.Equal("0x21e19e0c9bab2400000", (await anvil.Node.CallAsync("eth_getBalance", [account.Address, "latest"], _limit)).GetString());
    }

    [AnvilFact]
    public async Task Call_UnknownMethod_SaysWhatTheNodeSays()
    {
        var error = await Assert.ThrowsAsync<DePinException>(() => anvil.Node.CallAsync("eth_noSuchMethod", cancellationToken: _limit));
        Assert.Contains("eth_noSuchMethod", error.Message, StringComparison.Ordinal);
        Assert.False(error.IsTransient);
    }

    [AnvilFact]
    public async Task Restart_AfterStop_KeepsChainAndPort()
    {
        await using var node = await AnvilFixture.StartAsync(new AnvilOptions { ChainId = 4242, Accounts = 2 });
        var url = node.HttpUrl;
        var escrow = await AnvilFixture.DeployAsync(node, "ChannelEscrow", GracePeriod(3600));
        await node.AdvanceTimeAsync(TimeSpan.FromDays(1), _limit);
        var block = await BlockAsync(node);

        await node.StopAsync();
        Assert.False(node.IsRunning);
        var error = await Assert.ThrowsAsync<DePinException>(() => node.CallAsync("eth_chainId", cancellationToken: _limit));
        Assert.True(error.IsTransient);
        await node.RestartAsync(_limit);

        Assert.True(node.IsRunning);
        Assert.Equal(url, node.HttpUrl);
        Assert.Equal("0x1092", (await node.CallAsync("eth_chainId", cancellationToken: _limit)).GetString());
        Assert.Equal(block, await BlockAsync(node));
        Assert.True((await node.CallAsync("eth_getCode", [escrow, "latest"], _limit)).GetString()!.Length > 1000);
    }

    [AnvilFact]
    public async Task Restart_AfterKill_BeginsWithTheStateOfTheLastStop()
    {
        await using var node = await AnvilFixture.StartAsync();
        await node.MineAsync(3, _limit);
        await node.RestartAsync(_limit);
        await node.MineAsync(5, _limit);
        await node.KillAsync();
        await node.RestartAsync(_limit);
        Assert.Equal("0x3", await BlockAsync(node));
    }

    [AnvilFact]
    public async Task Start_BlockTime_MinesByItself()
    {
        await using var node = await AnvilFixture.StartAsync(new AnvilOptions { BlockTime = TimeSpan.FromMilliseconds(100) });
        while (await BlockAsync(node) is "0x0" or "0x1")
        {
            await Task.Delay(20, _limit);
        }
    }

    [AnvilFact]
    public async Task Start_UnknownArgument_FailsWithWhatItPrinted()
    {
        var options = new AnvilOptions();
        options.Arguments.Add("--no-such-argument");
        var error = await Assert.ThrowsAsync<DePinException>(() => AnvilFixture.StartAsync(options));
        Assert.Contains("--no-such-argument", error.Message, StringComparison.Ordinal);
    }

    [AnvilFact]
    public async Task Parent_Killed_NodeEnds()
    {
        if (OperatingSystem.IsWindows())
        {
            return; // there the node only ends with an orderly end of its parent
        }

        // The child starts a node, prints where it listens, and is killed before it can end the node.
        await using var child = PaymentTests.ChildProcess.Start("anvil", await AnvilFixture.GetProgramAsync());
        var line = await child.ReadLineAsync().WaitAsync(Limit);
        var url = new Uri(line!);
        Assert.True(await ListensAsync(url));

        child.Kill();
        while (await ListensAsync(url))
        {
            await Task.Delay(20, _limit);
        }
    }

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

    private static byte[] GracePeriod(int seconds)
    {
        var word = new byte[32];
        BinaryPrimitives.WriteInt32BigEndian(word.AsSpan(28), seconds);
        return word;
    }

    private async Task<string?> BlockAsync(AnvilNode node) => (await node.CallAsync("eth_blockNumber", cancellationToken: _limit)).GetString();
}
