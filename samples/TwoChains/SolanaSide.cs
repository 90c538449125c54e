using DePin.Sdk;
using DePin.Sdk.Chains.Cryptography;
using DePin.Sdk.Chains.Rpc;
using DePin.Sdk.Chains.Solana;
using DePin.Sdk.Chains.Solana.Channels;
using DePin.Sdk.Chains.Solana.Rpc;
using DePin.Sdk.Chains.Solana.Sending;
using DePin.Sdk.Identity;
using DePin.Sdk.Settlement;
using DePin.Sdk.Testing.Solana;

namespace TwoChains;

/// <summary>A Solana chain of one's own with a test double of the payment-channels program and a test dollar; the player has no SOL, a sponsor pays fees and rent.</summary>
internal sealed class SolanaSide(SurfpoolNode node, SolanaSettlement settlement, SolanaAddress mint, Ed25519Signer sponsor, Ed25519Signer player, Ed25519Signer provider) : ChainSide
{
    public override ISettlementBackend Settlement => settlement;

    public override Asset Dollar => settlement.GetAsset(mint);

    public override ISigner Player => player;

    public override ISigner Provider => provider;

    public static async Task<ChainSide> StartAsync()
    {
        var options = new SurfpoolOptions { Progress = Console.WriteLine };
        options.Programs.Add(PaymentChannelProgram.Mainnet.ProgramId.ToString(), SolanaPrograms.PaymentChannels);
        var node = await SurfpoolNode.StartAsync(options);
        var sponsor = Ed25519Signer.FromPrivateKey(node.Payer.PrivateKey.Span);
        var (player, provider) = (await node.CreateAccountAsync(), await node.CreateAccountAsync());
        var mint = await node.CreateMintAsync(Decimals);
        await node.SetTokenAccountAsync(player.Address, mint, 1_000_000);
        var settlement = await SolanaSettlement.ConnectAsync(
            new SolanaClient(new HttpJsonRpcTransport(node.RpcUrl)),
            new SolanaSettlementOptions { FeePayer = sponsor, Sender = new SolanaSenderOptions { PollInterval = TimeSpan.FromSeconds(0.1) } });
        return new SolanaSide(
            node, settlement, SolanaAddress.Parse(mint), sponsor, Ed25519Signer.FromPrivateKey(player.PrivateKey.Span), Ed25519Signer.FromPrivateKey(provider.PrivateKey.Span));
    }

    public override async ValueTask DisposeAsync()
    {
        await settlement.DisposeAsync();
        sponsor.Dispose();
        player.Dispose();
        provider.Dispose();
        await node.DisposeAsync();
    }
}
