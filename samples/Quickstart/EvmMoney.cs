using System.Globalization;
using System.Reflection;
using System.Text.Json;
using DePin.Sdk;
using DePin.Sdk.Chains.Cryptography;
using DePin.Sdk.Chains.Evm;
using DePin.Sdk.Chains.Evm.Encoding;
using DePin.Sdk.Chains.Evm.Escrow;
using DePin.Sdk.Chains.Evm.Keys;
using DePin.Sdk.Chains.Evm.Rpc;
using DePin.Sdk.Chains.Evm.Sending;
using DePin.Sdk.Chains.Rpc;
using DePin.Sdk.Identity;
using DePin.Sdk.Settlement;
using DePin.Sdk.Testing.Evm;

namespace Quickstart;

/// <summary>Test dollars on an EVM chain: one that is started here, or any other.</summary>
internal sealed class EvmMoney : ChainMoney
{
    private const ulong PlayerGas = 1_000_000;
    private const ulong ProviderGas = 3_000_000;
    private static readonly AbiFunction Mint = AbiFunction.Parse("mint(address to, uint256 amount)");
    private static readonly SignatureVerifiers AllVerifiers = SignatureVerifiers.Default.With(new Secp256k1Verifier());

    private readonly AnvilNode? _node;
    private readonly IJsonRpcTransport _transport;
    private readonly Uri _rpc;
    private readonly Secp256k1Signer _bankKey;
    private readonly EvmSender _bank;
    private readonly EvmSettlement _settlement;
    private readonly EvmAddress _token;
    private readonly EvmReport _report;

    private EvmMoney(AnvilNode? node, IJsonRpcTransport transport, Uri rpc, Secp256k1Signer bankKey, EvmSender bank, EvmSettlement settlement, EvmReport report)
    {
        (_node, _transport, _rpc, _bankKey, _bank, _settlement, _report) = (node, transport, rpc, bankKey, bank, settlement, report);
        _token = report.Token;
    }

    public override ISettlementBackend Settlement => _settlement;

    protected override ChainReport Report => _report;

    public override SignatureVerifiers Verifiers => AllVerifiers;

    public override string[] ProviderArguments => ["evm", _rpc.ToString(), _settlement.Escrow.Address.ToString(), _token.ToString(), _report.FirstBlock.ToString(CultureInfo.InvariantCulture)];

    /// <summary>Starts a chain for this run.</summary>
    public static async Task<Money> StartAsync(string folder)
    {
        // A block every fifth of a second: the chain should not be what you wait for.
        var node = await AnvilNode.StartAsync(new AnvilOptions { BlockTime = TimeSpan.FromSeconds(0.2), Progress = Console.WriteLine });
        Console.WriteLine($"Started an EVM chain of your own at {node.HttpUrl} (anvil, chain {node.ChainId}); it ends with this program. To settle on another one: --chain evm --rpc URL --key FILE");
        return await ConnectAsync(node, node.HttpUrl, Secp256k1Signer.FromPrivateKey(node.Accounts[0].PrivateKey.Span), folder);
    }

    /// <summary>Uses a chain that exists.</summary>
    public static async Task<Money> ConnectAsync(Uri rpc, string keyFile, string folder)
    {
        var text = (await File.ReadAllTextAsync(keyFile)).Trim();
        var key = text.StartsWith('{')
            ? await SecretStorage.DecryptAsync(text, Environment.GetEnvironmentVariable("DEPIN_KEY_PASSWORD") ?? string.Empty)
            : Secp256k1Signer.FromPrivateKey(Convert.FromHexString(text.StartsWith("0x", StringComparison.Ordinal) ? text[2..] : text));
        return await ConnectAsync(null, rpc, key, folder);
    }

    /// <summary>What a provider's process does: the same escrow, with a key of its own in an encrypted file.</summary>
    public static async Task<ProviderAccount> OpenProviderAsync(Uri rpc, string escrow, string token, string block, string folder)
    {
        // Little work for the password: this key guards test dollars. Leave the options away for a real one.
        var keys = new EvmKeyStore(Path.Combine(folder, "keys"), new EvmKeyStoreOptions { ScryptCost = 4096 });
        var entry = keys.List() is [var existing, ..] ? existing : await keys.CreateAsync("quickstart");
        var settlement = await EvmSettlement.ConnectAsync(new EvmClient(new HttpJsonRpcTransport(rpc)), Options(rpc, EvmAddress.Parse(escrow), ulong.Parse(block, CultureInfo.InvariantCulture), folder));
        var dollar = settlement.GetAsset(EvmAddress.Parse(token));
        return new ProviderAccount(await keys.OpenAsync(entry.Address, "quickstart"), settlement, AllVerifiers, dollars => Amount.FromDecimal(dollars, dollar, Decimals));
    }

    public override Amount Dollars(decimal dollars) => Amount.FromDecimal(dollars, _settlement.GetAsset(_token), Decimals);

    public override async Task<ISigner> CreatePlayerAsync(string name, decimal dollars)
    {
        var signer = Secp256k1Signer.Create();
        var address = EvmAddress.FromPublicKey(signer.Point);
        var minted = _bank.SendAsync(new EvmTransactionRequest { To = _token, Data = Mint.EncodeCall(address, Dollars(dollars).BaseUnits) });
        await Task.WhenAll(minted, FundAsync(name, address, PlayerGas, Dollars(dollars)));
        return signer;
    }

    // A provider's claims cost gas, and gas is paid in the chain's coin.
    public override Task WelcomeProviderAsync(string name, AccountId account) => FundAsync(name, EvmAddress.Parse(account.Address), ProviderGas, Dollars(0));

    public override async ValueTask DisposeAsync()
    {
        await _settlement.DisposeAsync();
        await _bank.DisposeAsync();
        _bankKey.Dispose();
        await _transport.DisposeAsync();
        if (_node is not null)
        {
            await _node.DisposeAsync();
        }
    }

    private static async Task<Money> ConnectAsync(AnvilNode? node, Uri rpc, Secp256k1Signer key, string folder)
    {
        var transport = new HttpJsonRpcTransport(rpc);
        var client = new EvmClient(transport);
        var firstBlock = await client.GetBlockNumberAsync();
        var bank = await EvmSender.OpenAsync(client, key, SenderOptions(rpc));
        var escrow = EvmEscrow.DeployAsync(client, bank, gracePeriod: TimeSpan.FromDays(1));
        var token = bank.SendAsync(new EvmTransactionRequest { To = null, Data = TokenCode() });
        var tokenAddress = (await token).ContractAddress!.Value;
        Console.WriteLine($"Deployed the escrow {(await escrow).Address} and a test dollar {tokenAddress}.");
        var settlement = await EvmSettlement.ConnectAsync(client, Options(rpc, (await escrow).Address, firstBlock, Path.Combine(folder, "players")));
        return new EvmMoney(node, transport, rpc, key, bank, settlement, new EvmReport(client, settlement.Escrow, tokenAddress, firstBlock, Decimals));
    }

    private static EvmSettlementOptions Options(Uri rpc, EvmAddress escrow, ulong block, string folder) =>
        new() { Escrow = escrow, DeploymentBlock = block, DataDirectory = folder, Sender = SenderOptions(rpc) };

    // A chain on this machine may be asked more often than others would like.
    private static EvmSenderOptions SenderOptions(Uri rpc) => rpc.IsLoopback ? new() { PollInterval = TimeSpan.FromSeconds(0.1) } : new();

    private static byte[] TokenCode()
    {
        using var artifact = JsonDocument.Parse(Assembly.GetExecutingAssembly().GetManifestResourceStream("TestToken.json")!);
        return Hex.Decode(artifact.RootElement.GetProperty("bytecode").GetString()!);
    }

    private async Task FundAsync(string name, EvmAddress address, ulong gas, Amount dollars)
    {
        var coin = (await _bank.GetFeesAsync()).MaxFeePerGas * gas;
        await _bank.SendAsync(new EvmTransactionRequest { To = address, Value = coin });
        _report.Add(name, address.ToString(), coin, dollars);
    }
}
