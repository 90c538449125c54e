using DePin.Sdk.Chains.Cryptography;
using DePin.Sdk.Chains.Evm;
using DePin.Sdk.Chains.Evm.Accounts;
using DePin.Sdk.Chains.Evm.Encoding;
using DePin.Sdk.Chains.Evm.Escrow;
using DePin.Sdk.Chains.Evm.Keys;
using DePin.Sdk.Chains.Evm.Rpc;
using DePin.Sdk.Chains.Evm.Sending;
using DePin.Sdk.Chains.Rpc;
using DePin.Sdk.Consumers;
using DePin.Sdk.Hosting;
using DePin.Sdk.Identity;
using DePin.Sdk.IntegrationTests.Evm;
using DePin.Sdk.Settlement;
using DePin.Sdk.Testing;
using DePin.Sdk.Testing.Evm;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;

namespace DePin.Sdk.IntegrationTests.Documentation;

/// <summary>The snippets of docs/guides/evm.md, run as they are shown, from a key file to a settled job on a node of our own.</summary>
public sealed class EvmSnippets
{
    private const int Decimals = 6;

    [AnvilFact]
    public async Task Evm_FromAKeyFileToASettledJob()
    {
        var options = new AnvilOptions { Program = await AnvilFixture.GetProgramAsync() };

        // begin-snippet: evm-node
        await using var node = await AnvilNode.StartAsync(options);
        Console.WriteLine($"Chain {node.ChainId} at {node.HttpUrl}, with {node.Accounts.Count} accounts that have money.");
        // end-snippet

        var folder = Directory.CreateTempSubdirectory("depin-guide-").FullName;
        string password = "correct horse battery staple";

        // begin-snippet: evm-key
        var keys = new EvmKeyStore(Path.Combine(folder, "keys"));
        var entry = keys.List() is [var first, ..] ? first : await keys.CreateAsync(password);
        using var signer = await keys.OpenAsync(entry.Address, password);
        Console.WriteLine($"Send {signer.GetEvmAddress()} a little of the chain's coin, for fees.");
        // end-snippet

        await node.CallAsync("anvil_setBalance", [entry.Address.ToString(), "0xde0b6b3a7640000"]);
        var rpcUrl = node.HttpUrl;
        var otherRpcUrl = node.WebSocketUrl;
        ulong chainId = node.ChainId;

        // begin-snippet: evm-rpc
        await using var transport = new FailoverJsonRpcTransport(new EvmRpcChain(chainId), [JsonRpcEndpoint.At(rpcUrl), JsonRpcEndpoint.At(otherRpcUrl)]);
        var client = new EvmClient(transport);
        // end-snippet

        EvmAddress escrowAddress;
        {
            // begin-snippet: evm-deploy
            await using var sender = await EvmSender.OpenAsync(client, signer);
            var escrow = await EvmEscrow.DeployAsync(client, sender, gracePeriod: TimeSpan.FromDays(1));
            // end-snippet

            escrowAddress = escrow.Address;
        }

        var tokenAddress = EvmAddress.Parse(await AnvilFixture.DeployAsync(node, "testing/TestToken"));
        ulong deploymentBlock = 0;

        // begin-snippet: evm-settlement
        await using var settlement = await EvmSettlement.ConnectAsync(client, new EvmSettlementOptions
        {
            Escrow = escrowAddress,
            DeploymentBlock = deploymentBlock,
            DataDirectory = Path.Combine(folder, "chain"),
            Sender = new EvmSenderOptions { Finality = EvmFinality.Confirmations(1), MaxFeePerGas = 100_000_000_000UL, MaxFeeWait = TimeSpan.FromMinutes(10) },
        });
        Asset dollar = settlement.GetAsset(tokenAddress);
        // end-snippet

        var app = CreateProvider(settlement, signer, dollar, Path.Combine(folder, "provider"));
        await app.StartAsync();
        using var player = Secp256k1Signer.FromPrivateKey(node.Accounts[1].PrivateKey.Span);
        await MintAsync(client, tokenAddress, node, player);
        var endpoint = app.Urls.First();

        // begin-snippet: evm-consumer
        await using var directory = new EndpointDirectory(endpoint);
        await using var network = await DePinClient.ConnectAsync(new DePinClientOptions
        {
            Directory = directory,
            Settlement = settlement,
            Signer = player,
            SignatureVerifiers = SignatureVerifiers.Default.With(new Secp256k1Verifier()),
        });
        using IChatClient chat = network.AsIChatClient("greeter", new() { MaxCostPerRequest = Amount.FromDecimal(0.01m, dollar, decimals: 6) });
        Console.WriteLine(await chat.GetResponseAsync("Greet the traveller."));

        foreach (var channel in await network.SettleAsync())
        {
            Console.WriteLine($"{channel.Payee}: paid {channel.Paid}, refunded {channel.Refunded}, {channel.Status}");
        }
        // end-snippet

        var earned = await settlement.GetBalanceAsync(settlement.GetAccount(signer.PublicKey), dollar);
        Assert.True(earned > Amount.Zero(dollar));
        Assert.Equal(Amount.FromDecimal(1, dollar, Decimals), earned + await settlement.GetBalanceAsync(settlement.GetAccount(player.PublicKey), dollar));

        // begin-snippet: evm-fee
        if (await settlement.GetSettlementFeeAsync() is { } fee)
        {
            Console.WriteLine($"Settling 1 voucher costs {fee.For(1)} now, 100 of them {fee.For(100)}.");
        }
        // end-snippet

        var payee = settlement.GetAccount(signer.PublicKey);

        // begin-snippet: evm-authorize
        var consent = await settlement.AuthorizeOpeningAsync(
            new OpenChannelRequest { Payee = payee, Deposit = Amount.FromDecimal(0.10m, dollar, decimals: 6) }, player, validFor: TimeSpan.FromMinutes(10));
        var opened = await settlement.OpenAuthorizedAsync(consent, submitter: signer);
        // end-snippet

        Assert.Equal(ChannelStatus.Open, opened.Status);

        await app.StopAsync();
        await app.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    private static WebApplication CreateProvider(EvmSettlement settlement, Secp256k1Signer signer, Asset dollar, string folder)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");

        // begin-snippet: evm-provider
        builder.Services.AddDePinProvider(o =>
            {
                o.Signer = signer;
                o.Settlement = settlement;
                o.Verifiers = SignatureVerifiers.Default.With(new Secp256k1Verifier());
                o.DataDirectory = folder;
                o.Payments.MinimumGracePeriod = TimeSpan.FromHours(6);

                // A fee in ether, in dollars of six decimals: 3,000 of them for an ether of 10^18 wei.
                o.Payments.ConvertFee = (fee, asset) => new Amount(fee.BaseUnits * 3_000 / 1_000_000_000_000, asset);
            })
            .AddInference("greeter", _ => new ScriptedChatClient(["Well ", "met."]), o => o.PricePerMillionOutputTokens = Amount.FromDecimal(2, dollar, decimals: 6));
        // end-snippet

        var app = builder.Build();
        app.MapDePinProvider();
        return app;
    }

    private static async Task MintAsync(EvmClient client, EvmAddress token, AnvilNode node, Secp256k1Signer player)
    {
        var call = AbiFunction.Parse("mint(address to, uint256 amount)").EncodeCall(player.GetEvmAddress(), (UInt128)1_000_000);
        using var bank = Secp256k1Signer.FromPrivateKey(node.Accounts[2].PrivateKey.Span);
        await using var sender = await EvmSender.OpenAsync(client, bank);
        await sender.SendAsync(new EvmTransactionRequest { To = token, Data = call });
    }
}
