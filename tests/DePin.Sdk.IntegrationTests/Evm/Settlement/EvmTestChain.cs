using System.Text.Json;
using DePin.Sdk.Chains.Cryptography;
using DePin.Sdk.Chains.Evm;
using DePin.Sdk.Chains.Evm.Accounts;
using DePin.Sdk.Chains.Evm.Encoding;
using DePin.Sdk.Chains.Evm.Escrow;
using DePin.Sdk.Chains.Evm.Rpc;
using DePin.Sdk.Chains.Evm.Sending;
using DePin.Sdk.Testing.Evm;

namespace DePin.Sdk.IntegrationTests.Evm.Settlement;

/// <summary>A node of its own with an escrow and a token on it, for the tests of the settlement.</summary>
public sealed class EvmTestChain : IAsyncDisposable
{
    public static readonly TimeSpan GracePeriod = TimeSpan.FromHours(1);

    private static readonly AbiFunction Mint = AbiFunction.Parse("mint(address to, uint256 amount)");
    private static readonly AbiFunction BalanceOf = AbiFunction.Parse("balanceOf(address account)", "(uint256)");
    private static readonly AbiFunction TotalSupply = AbiFunction.Parse("totalSupply()", "(uint256)");

    private readonly bool _isFree;
    private readonly Secp256k1Signer _owner;
    private EvmSender? _sender;
    private int _next;

    private EvmTestChain(AnvilNode node, bool isFree)
    {
        _isFree = isFree;
        Node = node;
        _owner = Secp256k1Signer.FromPrivateKey(node.Accounts[0].PrivateKey.Span);
        Transport = new MiningTransport(node);
        Client = new EvmClient(Transport);
    }

    public AnvilNode Node { get; }

    public EvmClient Client { get; }

    public EvmAddress Escrow { get; private set; }

    internal MiningTransport Transport { get; }

    /// <summary>Starts a node that mines when it is given a transaction.</summary>
    /// <param name="isFree">Whether gas costs nothing, so that balances of the chain's coin come out even.</param>
    public static async Task<EvmTestChain> StartAsync(bool isFree)
    {
        var options = new AnvilOptions { Accounts = 2 };
        foreach (var argument in isFree ? ["--no-mining", "--base-fee", "0", "--gas-price", "0", "--disable-min-priority-fee"] : new[] { "--no-mining" })
        {
            options.Arguments.Add(argument);
        }

        var chain = new EvmTestChain(await AnvilFixture.StartAsync(options), isFree);
        try
        {
            chain._sender = await EvmSender.OpenAsync(chain.Client, chain._owner, chain.SenderOptions());
            chain.Escrow = (await chain.DeployEscrowAsync(GracePeriod)).Address;
            return chain;
        }
        catch
        {
            await chain.DisposeAsync();
            throw;
        }
    }

    public Task<EvmEscrow> DeployEscrowAsync(TimeSpan gracePeriod) => EvmEscrow.DeployAsync(Client, _sender!, gracePeriod);

    /// <summary>Deploys one of the contracts of contracts/evm/src/testing.</summary>
    public async Task<EvmAddress> DeployAsync(string contract = "TestToken", params byte[] constructorArguments)
    {
        using var artifact = JsonDocument.Parse(await File.ReadAllTextAsync(RepositoryFiles.PathOf("contracts", "evm", "artifacts", "testing", contract + ".json")));
        byte[] code = [.. Hex.Decode(artifact.RootElement.GetProperty("bytecode").GetString()!), .. constructorArguments];
        return (await SendAsync(new EvmTransactionRequest { To = null, Data = code })).ContractAddress!.Value;
    }

    public Task<EvmSettlement> ConnectAsync(Action<EvmSettlementOptions>? change = null) => ConnectAsync(Client, change);

    public Task<EvmSettlement> ConnectAsync(EvmClient client, Action<EvmSettlementOptions>? change = null)
    {
        var options = new EvmSettlementOptions { Escrow = Escrow, Sender = SenderOptions() };
        change?.Invoke(options);
        return EvmSettlement.ConnectAsync(client, options);
    }

    public EvmSenderOptions SenderOptions() => new()
    {
        PollInterval = TimeSpan.FromMilliseconds(5),
        MinPriorityFeePerGas = _isFree ? UInt256.Zero : 1_000_000UL,
        ConfirmationTimeout = TimeSpan.FromSeconds(60),
    };

    /// <summary>A key that nobody used, with coins for gas where gas costs any.</summary>
    public async Task<Secp256k1Signer> CreateAccountAsync()
    {
        var key = new byte[32];
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(key.AsSpan(28), 0x10000 + Interlocked.Increment(ref _next));
        var signer = Secp256k1Signer.FromPrivateKey(key);
        await SetBalanceAsync(signer.GetEvmAddress(), UInt256.Parse("1000000000000000000"));
        return signer;
    }

    public Task SetBalanceAsync(EvmAddress account, UInt256 wei) => Node.CallAsync("anvil_setBalance", [account.ToString(), Hex.EncodeQuantity(wei)]);

    public Task MintAsync(EvmAddress token, EvmAddress to, UInt128 amount) => SendAsync(new EvmTransactionRequest { To = token, Data = Mint.EncodeCall(to, amount) });

    /// <summary>Sends a transaction of the account that deployed everything.</summary>
    public Task<EvmReceipt> SendAsync(EvmTransactionRequest request) => _sender!.SendAsync(request);

    public async Task<UInt256> BalanceAsync(EvmAddress token, EvmAddress account) => token.IsZero
        ? await Client.GetBalanceAsync(account)
        : UInt256.FromBigEndian(await Client.CallAsync(new EvmCall { To = token, Data = BalanceOf.EncodeCall(account) }));

    public async Task<UInt256> SupplyAsync(EvmAddress token) => UInt256.FromBigEndian(await Client.CallAsync(new EvmCall { To = token, Data = TotalSupply.EncodeCall() }));

    public async Task<DateTimeOffset> NowAsync() => DateTimeOffset.FromUnixTimeSeconds((long)(await Client.GetBlockAsync(EvmBlockTag.Latest))!.Timestamp);

    public async ValueTask DisposeAsync()
    {
        if (_sender is not null)
        {
            await _sender.DisposeAsync();
        }

        _owner.Dispose();
        await Transport.DisposeAsync();
        await Node.DisposeAsync();
    }
}
