using System.Reflection;
using System.Text.Json;
using DePin.Sdk;
using DePin.Sdk.Chains.Cryptography;
using DePin.Sdk.Chains.Evm;
using DePin.Sdk.Chains.Evm.Encoding;
using DePin.Sdk.Chains.Evm.Escrow;
using DePin.Sdk.Chains.Evm.Rpc;
using DePin.Sdk.Chains.Evm.Sending;
using DePin.Sdk.Chains.Rpc;
using DePin.Sdk.Identity;
using DePin.Sdk.Settlement;
using DePin.Sdk.Testing.Evm;

namespace TwoChains;

/// <summary>An EVM chain of one's own with an escrow contract and a test dollar; everybody has coin for gas.</summary>
internal sealed class EvmSide(AnvilNode node, EvmSettlement settlement, EvmAddress token) : ChainSide
{
    private readonly Secp256k1Signer _player = KeyOf(node, 1);
    private readonly Secp256k1Signer _provider = KeyOf(node, 2);

    public override ISettlementBackend Settlement => settlement;

    public override Asset Dollar => settlement.GetAsset(token);

    public override ISigner Player => _player;

    public override ISigner Provider => _provider;

    public static async Task<ChainSide> StartAsync()
    {
        var node = await AnvilNode.StartAsync(new AnvilOptions { BlockTime = TimeSpan.FromSeconds(0.2), Progress = Console.WriteLine });
        var client = new EvmClient(new HttpJsonRpcTransport(node.HttpUrl));
        var options = new EvmSenderOptions { PollInterval = TimeSpan.FromSeconds(0.1) };
        using var bankKey = KeyOf(node, 0);
        await using var bank = await EvmSender.OpenAsync(client, bankKey, options);
        var escrow = await EvmEscrow.DeployAsync(client, bank, gracePeriod: TimeSpan.FromDays(1));
        using var artifact = JsonDocument.Parse(Assembly.GetExecutingAssembly().GetManifestResourceStream("TestToken.json")!);
        var deployed = await bank.SendAsync(new EvmTransactionRequest { To = null, Data = Hex.Decode(artifact.RootElement.GetProperty("bytecode").GetString()!) });
        var settlement = await EvmSettlement.ConnectAsync(client, new EvmSettlementOptions { Escrow = escrow.Address, Sender = options });
        var side = new EvmSide(node, settlement, deployed.ContractAddress!.Value);
        var mint = AbiFunction.Parse("mint(address to, uint256 amount)").EncodeCall(EvmAddress.FromPublicKey(side._player.Point), side.Dollars(1).BaseUnits);
        await bank.SendAsync(new EvmTransactionRequest { To = deployed.ContractAddress, Data = mint });
        return side;
    }

    public override async ValueTask DisposeAsync()
    {
        await settlement.DisposeAsync();
        _player.Dispose();
        _provider.Dispose();
        await node.DisposeAsync();
    }

    private static Secp256k1Signer KeyOf(AnvilNode node, int account) => Secp256k1Signer.FromPrivateKey(node.Accounts[account].PrivateKey.Span);
}
