using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using DePin.Sdk.Testing.Evm;

namespace DePin.Sdk.IntegrationTests.Evm;

/// <summary>
/// Real EVM nodes for tests: one that a class shares (<c>IClassFixture&lt;AnvilFixture&gt;</c> and <see cref="Node"/>), or one of a
/// test's own (<see cref="StartAsync"/>), which takes a quarter of a second. Use with [AnvilFact].
/// </summary>
public sealed class AnvilFixture : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);
    private AnvilNode? _node;

    /// <summary>Why there is no node on this machine; null when there is one.</summary>
    public static string? MissingReason { get; } = IsPinned || AnvilNode.FindProgram() is not null
        ? null
        : "There is no anvil on this machine: on Linux on x64 install Node.js 20 or later (https://nodejs.org); elsewhere install Foundry (https://getfoundry.sh), or name the program in DEPIN_ANVIL.";

    /// <summary>The node that the tests of a class share; it mines a block for each transaction.</summary>
    public AnvilNode Node => _node ?? throw new InvalidOperationException("Mark the test with [AnvilFact]: there is no anvil on this machine.");

    // Only for this platform is the program among the packages that the lock file pins.
    private static bool IsPinned => OperatingSystem.IsLinux() && RuntimeInformation.OSArchitecture == Architecture.X64 && NodePackages.IsNodeInstalled;

    /// <summary>Starts a node of a test's own; dispose it.</summary>
    public static async Task<AnvilNode> StartAsync(AnvilOptions? options = null)
    {
        options ??= new AnvilOptions();
        options.Program ??= await GetProgramAsync();
        return await AnvilNode.StartAsync(options).WaitAsync(Limit);
    }

    /// <summary>The program, for processes that start it themselves.</summary>
    public static async Task<string> GetProgramAsync() => IsPinned
        ? Path.Combine(await NodePackages.GetFolderAsync().WaitAsync(Limit), "node_modules", "@foundry-rs", "anvil-linux-amd64", "bin", "anvil")
        : AnvilNode.FindProgram() ?? throw new InvalidOperationException(MissingReason);

    /// <summary>Deploys a contract of <c>contracts/evm/artifacts</c> from an account that the node has unlocked. Returns its address, in lower case with 0x.</summary>
    /// <param name="node">The node.</param>
    /// <param name="contract">The contract's name.</param>
    /// <param name="constructorArguments">The constructor's arguments, ABI-encoded.</param>
    public static async Task<string> DeployAsync(AnvilNode node, string contract, params byte[] constructorArguments)
    {
        using var artifact = JsonDocument.Parse(await File.ReadAllTextAsync(RepositoryFiles.PathOf("contracts", "evm", "artifacts", contract + ".json")));
        var code = artifact.RootElement.GetProperty("bytecode").GetString()! + Convert.ToHexStringLower(constructorArguments);
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var transaction = new JsonObject { ["from"] = node.Accounts[0].Address, ["data"] = code };
        var hash = (await node.CallAsync("eth_sendTransaction", [transaction], limit.Token)).GetString();
        await node.MineAsync(1, limit.Token);
        var receipt = await node.CallAsync("eth_getTransactionReceipt", [hash], limit.Token);
        Assert.Equal("0x1", receipt.GetProperty("status").GetString());
        return receipt.GetProperty("contractAddress").GetString()!.ToLowerInvariant();
    }

    public async Task InitializeAsync()
    {
        if (MissingReason is null)
        {
            _node = await StartAsync();
        }
    }

    public async Task DisposeAsync()
    {
        if (_node is not null)
        {
            await _node.DisposeAsync();
        }
    }
}
