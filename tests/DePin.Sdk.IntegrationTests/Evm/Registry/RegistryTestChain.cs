using System.Text.Json;
using DePin.Sdk.Chains.Cryptography;
using DePin.Sdk.Chains.Evm;
using DePin.Sdk.Chains.Evm.Accounts;
using DePin.Sdk.Chains.Evm.Disputes;
using DePin.Sdk.Chains.Evm.Encoding;
using DePin.Sdk.Chains.Evm.Registry;
using DePin.Sdk.Chains.Evm.Rpc;
using DePin.Sdk.Chains.Evm.Sending;
using DePin.Sdk.Identity;
using DePin.Sdk.IntegrationTests.Evm.Settlement;

namespace DePin.Sdk.IntegrationTests.Evm.Registry;

/// <summary>A node of its own with a stake token, a registry and an arbiter on it, and accounts that stake. The account that deployed everything is the owner.</summary>
public sealed class RegistryTestChain : IAsyncDisposable
{
    public const ulong MinStake = 1_000_000_000;
    public const ulong Stake = 5_000_000_000;
    public const ulong Bond = 50_000_000;

    /// <summary>The share of a stake that a case takes, in ten-thousandths.</summary>
    public const ulong SlashShare = 2_000;

    public static readonly TimeSpan ThawPeriod = TimeSpan.FromDays(28);
    public static readonly TimeSpan DisputeWindow = TimeSpan.FromDays(7);
    public static readonly TimeSpan KeyDelay = TimeSpan.FromDays(2);
    public static readonly TimeSpan VetoWindow = TimeSpan.FromDays(7);

    private readonly List<IAsyncDisposable> _senders = [];
    private readonly List<Secp256k1Signer> _signers = [];

    private RegistryTestChain(EvmTestChain chain) => Chain = chain;

    public EvmTestChain Chain { get; }

    public EvmClient Client => Chain.Client;

    public EvmAddress Owner { get; private set; }

    public EvmAddress Treasury { get; } = EvmAddress.Parse("0x0000000000000000000000000000000000007ea5");

    public EvmAddress Token { get; private set; }

    public EvmProviderRegistry Registry { get; private set; } = null!;

    public EvmDisputeArbiter Arbiter { get; private set; } = null!;

    public static async Task<RegistryTestChain> StartAsync()
    {
        var test = new RegistryTestChain(await EvmTestChain.StartAsync(isFree: false));
        try
        {
            test.Owner = EvmAddress.Parse(test.Chain.Node.Accounts[0].Address);
            test.Token = await test.Chain.DeployAsync();
            var registry = await test.DeployAsync(
                "ProviderRegistry",
                "(address,address,address,address,uint96,uint16,uint256,uint256,uint256)",
                test.Token, test.Owner, test.Owner, test.Treasury, MinStake, SlashShare, Seconds(ThawPeriod), Seconds(DisputeWindow), Seconds(KeyDelay));
            var arbiter = await test.DeployAsync("DisputeArbiter", "(address,address,uint256,uint256,uint256)", registry, test.Chain.Escrow, Bond, Seconds(VetoWindow), SlashShare);
            await test.CallAsOwnerAsync(registry, "setArbiter(address,bool)", arbiter, true);
            test.Registry = await EvmProviderRegistry.ConnectAsync(test.Client, registry);
            test.Arbiter = await EvmDisputeArbiter.ConnectAsync(test.Client, arbiter);
            return test;
        }
        catch
        {
            await test.DisposeAsync();
            throw;
        }
    }

    /// <summary>Deploys a contract of contracts/evm/artifacts.</summary>
    public async Task<EvmAddress> DeployAsync(string contract, string constructor, params AbiValue[] arguments)
    {
        using var artifact = JsonDocument.Parse(await File.ReadAllTextAsync(RepositoryFiles.PathOf("contracts", "evm", "artifacts", contract + ".json")));
        byte[] code = [.. Hex.Decode(artifact.RootElement.GetProperty("bytecode").GetString()!), .. AbiType.Parse(constructor).Encode(arguments)];
        return (await Chain.SendAsync(new EvmTransactionRequest { To = null, Data = code })).ContractAddress!.Value;
    }

    public Task<EvmReceipt> CallAsOwnerAsync(EvmAddress contract, string function, params AbiValue[] arguments) =>
        Chain.SendAsync(new EvmTransactionRequest { To = contract, Data = AbiFunction.Parse(function).EncodeCall(arguments) });

    /// <summary>An account with coins for gas and tokens to stake.</summary>
    public async Task<EvmSender> CreateStakerAsync(ulong tokens = 10 * Stake)
    {
        var signer = await Chain.CreateAccountAsync();
        _signers.Add(signer);
        await Chain.MintAsync(Token, signer.GetEvmAddress(), tokens);
        var sender = await EvmSender.OpenAsync(Client, signer, Chain.SenderOptions());
        _senders.Add(sender);
        return sender;
    }

    /// <summary>A key for offers and receipts.</summary>
    public Secp256k1Signer CreateKey()
    {
        var key = Secp256k1Signer.Create();
        _signers.Add(key);
        return key;
    }

    /// <summary>Registers a provider that is reached at an endpoint; the document lies in the chain itself.</summary>
    public async Task<EvmSender> RegisterAsync(ISigner key, Uri endpoint, ulong stake = Stake, EvmAddress? payee = null)
    {
        var staker = await CreateStakerAsync();
        await Registry.RegisterAsync(staker, Registration(endpoint, stake) with { Payee = payee }, key);
        return staker;
    }

    public static EvmProviderRegistration Registration(Uri endpoint, ulong stake = Stake)
    {
        var document = new EvmProviderDocument { Endpoints = [endpoint] };
        return new EvmProviderRegistration { Stake = stake, Document = document.ToBytes(), DocumentUri = document.ToDataUri() };
    }

    public Task<UInt256> BalanceAsync(EvmAddress account) => Chain.BalanceAsync(Token, account);

    public async ValueTask DisposeAsync()
    {
        foreach (var sender in _senders)
        {
            await sender.DisposeAsync();
        }

        _signers.ForEach(signer => signer.Dispose());
        await Chain.DisposeAsync();
    }

    private static ulong Seconds(TimeSpan period) => (ulong)period.TotalSeconds;
}
