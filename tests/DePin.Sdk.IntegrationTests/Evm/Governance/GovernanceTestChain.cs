using System.Text.Json;
using DePin.Sdk.Chains.Evm;
using DePin.Sdk.Chains.Evm.Encoding;
using DePin.Sdk.Chains.Evm.Rpc;
using DePin.Sdk.Chains.Evm.Sending;
using DePin.Sdk.IntegrationTests.Evm.Settlement;

namespace DePin.Sdk.IntegrationTests.Evm.Governance;

/// <summary>
/// A node of its own with the whole governed set on it, deployed in the order that contracts/evm/README.md tells: votes, a timelock without delay
/// in which the deployer proposes, the governor, what is governed (the timelock's from its first block on), and one batch that hands all over.
/// </summary>
public sealed class GovernanceTestChain : IAsyncDisposable
{
    public const ulong MinStake = 1_000_000_000;
    public const ulong RewardCap = 1_000_000_000_000;

    public static readonly TimeSpan VotingDelay = TimeSpan.FromDays(1);
    public static readonly TimeSpan VotingPeriod = TimeSpan.FromDays(5);
    public static readonly TimeSpan Delay = TimeSpan.FromDays(28);

    private static readonly UInt256 Supply = UInt256.Parse("1000000000000000000000000000");

    private readonly EvmTestChain _chain;

    private GovernanceTestChain(EvmTestChain chain)
    {
        _chain = chain;
        Deployer = EvmAddress.Parse(chain.Node.Accounts[0].Address);
    }

    /// <summary>Deploys everything, and holds all votes.</summary>
    public EvmAddress Deployer { get; }

    public EvmAddress Votes { get; private set; }

    public EvmAddress Timelock { get; private set; }

    public EvmAddress Governor { get; private set; }

    public EvmAddress Registry { get; private set; }

    public EvmAddress Arbiter { get; private set; }

    public EvmAddress Distributor { get; private set; }

    public static async Task<GovernanceTestChain> StartAsync()
    {
        var test = new GovernanceTestChain(await EvmTestChain.StartAsync(isFree: false));
        try
        {
            await test.DeployAsync();
            return test;
        }
        catch
        {
            await test.DisposeAsync();
            throw;
        }
    }

    public Task AdvanceAsync(TimeSpan time) => _chain.Node.AdvanceTimeAsync(time);

    /// <summary>Sends a call as the deployer.</summary>
    public Task<EvmReceipt> SendAsync(EvmAddress contract, string function, params AbiValue[] arguments) =>
        _chain.SendAsync(new EvmTransactionRequest { To = contract, Data = Call(function, arguments) });

    /// <summary>Asks a contract for one value.</summary>
    public async Task<AbiValue> AskAsync(EvmAddress contract, string function, string result, params AbiValue[] arguments)
    {
        var asked = AbiFunction.Parse(function, $"({result})");
        return asked.DecodeResults(await _chain.Client.CallAsync(new EvmCall { To = contract, Data = asked.EncodeCall(arguments) }))[0];
    }

    public static byte[] Call(string function, params AbiValue[] arguments) => AbiFunction.Parse(function).EncodeCall(arguments);

    public ValueTask DisposeAsync() => _chain.DisposeAsync();

    private async Task DeployAsync()
    {
        var money = await _chain.DeployAsync();
        Votes = await CreateAsync("governance/GovernanceToken", "(string,string,address,uint256)", "DePin Governance", "DPG", Deployer, Supply);
        Timelock = await CreateAsync("governance/GovernanceTimelock", "(uint256,address[],address[],address)", 0UL, AbiValue.List(Deployer), AbiValue.List(default(EvmAddress)), default(EvmAddress));
        Governor = await CreateAsync(
            "governance/ParameterGovernor",
            "(string,address,address,uint48,uint32,uint256,uint256)",
            "DePin Parameters", Votes, Timelock, Seconds(VotingDelay), Seconds(VotingPeriod), UInt256.Parse("1000000000000000000000000"), 4UL);
        Registry = await CreateAsync(
            "ProviderRegistry",
            "(address,address,address,address,uint96,uint16,uint256,uint256,uint256)",
            money, Timelock, default(EvmAddress), Timelock, MinStake, 2_000UL, Seconds(Delay), Seconds(TimeSpan.FromDays(7)), Seconds(TimeSpan.FromDays(2)));
        Arbiter = await CreateAsync("DisputeArbiter", "(address,address,uint256,uint256,uint256)", Registry, _chain.Escrow, 50_000_000UL, Seconds(TimeSpan.FromDays(7)), 1_000UL);
        ulong start = (ulong)(await _chain.NowAsync()).ToUnixTimeSeconds();
        Distributor = await CreateAsync(
            "EpochDistributor",
            "(address,address,address,(uint64,uint64,uint64,uint64,uint64),uint128,uint96)",
            money,
            Timelock,
            Timelock,
            AbiValue.List(start, Seconds(TimeSpan.FromDays(7)), Seconds(TimeSpan.FromDays(2)), Seconds(TimeSpan.FromDays(45)), Seconds(TimeSpan.FromDays(90))),
            RewardCap,
            1_000_000_000UL);
        await HandOverAsync();
    }

    private async Task HandOverAsync()
    {
        var proposer = await AskAsync(Timelock, "PROPOSER_ROLE()", "bytes32");
        var canceller = await AskAsync(Timelock, "CANCELLER_ROLE()", "bytes32");
        (EvmAddress To, byte[] Data)[] calls =
        [
            (Timelock, Call("grantRole(bytes32,address)", proposer, Governor)),
            (Timelock, Call("grantRole(bytes32,address)", canceller, Governor)),
            (Timelock, Call("revokeRole(bytes32,address)", proposer, Deployer)),
            (Timelock, Call("revokeRole(bytes32,address)", canceller, Deployer)),
            (Timelock, Call("updateDelay(uint256)", Seconds(Delay))),
            (Registry, Call("setArbiter(address,bool)", Arbiter, true)),
        ];
        var targets = AbiValue.List([.. calls.Select(call => (AbiValue)call.To)]);
        var values = AbiValue.List([.. calls.Select(_ => (AbiValue)0UL)]);
        var data = AbiValue.List([.. calls.Select(call => (AbiValue)call.Data)]);
        await SendAsync(Timelock, "scheduleBatch(address[],uint256[],bytes[],bytes32,bytes32,uint256)", targets, values, data, default(Hash32), default(Hash32), 0UL);
        await SendAsync(Timelock, "executeBatch(address[],uint256[],bytes[],bytes32,bytes32)", targets, values, data, default(Hash32), default(Hash32));
    }

    private async Task<EvmAddress> CreateAsync(string contract, string constructor, params AbiValue[] arguments)
    {
        using var artifact = JsonDocument.Parse(await File.ReadAllTextAsync(RepositoryFiles.PathOf("contracts", "evm", "artifacts", contract + ".json")));
        byte[] code = [.. Hex.Decode(artifact.RootElement.GetProperty("bytecode").GetString()!), .. AbiType.Parse(constructor).Encode(arguments)];
        return (await _chain.SendAsync(new EvmTransactionRequest { To = null, Data = code })).ContractAddress!.Value;
    }

    private static ulong Seconds(TimeSpan period) => (ulong)period.TotalSeconds;
}
