using DePin.Sdk.Chains.Cryptography;
using DePin.Sdk.Chains.Rpc;
using DePin.Sdk.Chains.Solana;
using DePin.Sdk.Chains.Solana.Channels;
using DePin.Sdk.Chains.Solana.Keys;
using DePin.Sdk.Chains.Solana.LookupTables;
using DePin.Sdk.Chains.Solana.Programs;
using DePin.Sdk.Chains.Solana.Rpc;
using DePin.Sdk.Chains.Solana.Sending;
using DePin.Sdk.Chains.Solana.Transactions;
using DePin.Sdk.Consumers;
using DePin.Sdk.Hosting;
using DePin.Sdk.Identity;
using DePin.Sdk.IntegrationTests.Solana;
using DePin.Sdk.Settlement;
using DePin.Sdk.Testing;
using DePin.Sdk.Testing.Solana;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;

namespace DePin.Sdk.IntegrationTests.Documentation;

/// <summary>The snippets of docs/guides/solana.md, run as they are shown, from a key file to a settled job on a chain of our own.</summary>
public sealed class SolanaSnippets
{
    private const int Decimals = 6;

    [SurfpoolFact]
    public async Task Solana_FromAKeyFileToASettledJob()
    {
        var options = new SurfpoolOptions { Package = await SurfpoolFixture.GetPackageAsync() };

        // begin-snippet: solana-node
        options.Programs.Add(PaymentChannelProgram.Mainnet.ProgramId.ToString(), SolanaPrograms.PaymentChannels);
        await using var node = await SurfpoolNode.StartAsync(options);
        var mintAddress = await node.CreateMintAsync(decimals: 6);
        await node.SetTokenAccountAsync(node.Accounts[1].Address, mintAddress, amount: 1_000_000);
        // end-snippet

        var folder = Directory.CreateTempSubdirectory("depin-guide-").FullName;

        // begin-snippet: solana-key
        var keyFile = Path.Combine(folder, "provider.json");
        using Ed25519Signer signer = File.Exists(keyFile) ? await SolanaKeyFile.ReadAsync(keyFile) : await SolanaKeyFile.CreateAsync(keyFile);
        Console.WriteLine($"Send {new SolanaAddress(signer.PublicKey.Bytes.Span)} a little SOL, for fees.");
        // end-snippet

        await node.AirdropAsync(new SolanaAddress(signer.PublicKey.Bytes.Span).ToString(), 1_000_000_000);
        var (rpcUrl, otherRpcUrl) = (node.RpcUrl, new Uri("http://localhost:" + node.RpcUrl.Port));
        var cluster = new SolanaRpcChain(SolanaHash.Parse((await node.CallAsync("getGenesisHash")).GetString()!));

        // begin-snippet: solana-rpc
        await using var transport = new FailoverJsonRpcTransport(cluster, [JsonRpcEndpoint.At(rpcUrl), JsonRpcEndpoint.At(otherRpcUrl)]);
        var client = new SolanaClient(transport);
        // end-snippet

        var mint = SolanaAddress.Parse(mintAddress);

        // begin-snippet: solana-settlement
        await using var settlement = await SolanaSettlement.ConnectAsync(client, new SolanaSettlementOptions
        {
            Program = PaymentChannelProgram.Mainnet,
            DataDirectory = Path.Combine(folder, "chain"),
            RentSweepInterval = TimeSpan.FromHours(1),
            Sender = new SolanaSenderOptions { Commitment = SolanaCommitment.Confirmed, MaxComputeUnitPrice = 100_000 },
        });
        Asset dollar = settlement.GetAsset(mint);
        // end-snippet

        var app = CreateProvider(settlement, signer, dollar, Path.Combine(folder, "provider"));
        await app.StartAsync();
        using var player = SurfpoolFixture.SignerOf(node.Accounts[1]);
        var endpoint = app.Urls.First();

        // begin-snippet: solana-consumer
        await using var directory = new EndpointDirectory(endpoint);
        await using var network = await DePinClient.ConnectAsync(new DePinClientOptions
        {
            Directory = directory,
            Settlement = settlement,
            Signer = player,
            SignatureVerifiers = SignatureVerifiers.Default.With(new Ed25519Verifier()),
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

        // begin-snippet: solana-fee
        if (await settlement.GetSettlementFeeAsync() is { } fee)
        {
            Console.WriteLine($"Settling 1 voucher costs {fee.For(1)} now, 100 of them {fee.For(100)}.");
        }
        // end-snippet

        var payee = settlement.GetAccount(signer.PublicKey);
        using var house = SurfpoolFixture.SignerOf(node.Payer);
        var houseAddress = new SolanaAddress(node.Payer.PublicKey.Span);

        // begin-snippet: solana-authorize
        var consent = await settlement.AuthorizeOpeningAsync(
            new OpenChannelRequest { Payee = payee, Deposit = Amount.FromDecimal(0.10m, dollar, decimals: 6) }, player, sponsor: houseAddress);
        var opened = await settlement.OpenAuthorizedAsync(consent, sponsor: house);
        // end-snippet

        Assert.Equal(ChannelStatus.Open, opened.Status);
        await settlement.CloseAsync(opened.Id, final: null, signer);
        await node.AdvanceSlotsAsync(1_501);

        // begin-snippet: solana-rent
        int freed = await settlement.ReclaimRentAsync(house);
        Console.WriteLine($"{freed} channel accounts are gone, and their rent is back.");
        // end-snippet

        Assert.Equal(1, freed);
        await app.StopAsync();
        await app.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [SurfpoolFact]
    public async Task Solana_LookupTable_FourVouchersTravelTogether()
    {
        await using var node = await SurfpoolFixture.StartAsync();
        var mint = SolanaAddress.Parse(await node.CreateMintAsync());
        var client = new SolanaClient(new HttpJsonRpcTransport(node.RpcUrl));
        using var signer = SurfpoolFixture.SignerOf(node.Payer);
        await node.SetTokenAccountAsync(node.Payer.Address, mint.ToString(), 0);
        await node.SetTokenAccountAsync(PaymentChannelProgram.Mainnet.TreasuryOwner.ToString(), mint.ToString(), 0);
        await using var opening = await SolanaSettlement.ConnectAsync(client);
        var channels = new List<(SolanaAddress Payer, SolanaAddress Address)>();
        var vouchers = new List<SignedVoucher>();
        foreach (var account in node.Accounts.Skip(1).Take(4))
        {
            await node.SetTokenAccountAsync(account.Address, mint.ToString(), 1_000_000);
            using var player = SurfpoolFixture.SignerOf(account);
            var deposit = Amount.FromDecimal(1, opening.GetAsset(mint), Decimals);
            var channel = await opening.OpenAsync(new OpenChannelRequest { Payee = opening.GetAccount(signer.PublicKey), Deposit = deposit }, player);
            channels.Add((new SolanaAddress(account.PublicKey.Span), new SolanaAddress(channel.Id.Bytes.Span)));
            var voucher = new Voucher(channel.Id, Amount.FromDecimal(0.25m, opening.GetAsset(mint), Decimals));
            vouchers.Add(new SignedVoucher(voucher, await player.SignAsync(opening.GetVoucherSigningBytes(voucher))));
        }

        {
            // begin-snippet: solana-table
            await using var sender = await SolanaSender.OpenAsync(client, signer);
            var program = PaymentChannelProgram.Mainnet;
            var self = sender.FeePayer;
            SolanaAddress[] shared = [mint, TokenProgram.ProgramId, Sysvars.Instructions, program.EventAuthority, TokensOf(program.TreasuryOwner), TokensOf(self)];
            var table = await new SolanaLookupTables(client, sender).CreateAsync([.. shared, .. channels.SelectMany(c => new[] { c.Payer, TokensOf(c.Payer), c.Address, TokensOf(c.Address) })]);
            var options = new SolanaSettlementOptions { LookupTables = [table] };

            SolanaAddress TokensOf(SolanaAddress owner) => AssociatedTokenAddress.Find(owner, mint, TokenProgram.ProgramId);
            // end-snippet

            await using var settlement = await SolanaSettlement.ConnectAsync(client, options);
            var results = await settlement.SettleAsync(vouchers, signer);
            Assert.Single(results.Select(result => result.TransactionId).Distinct());
            Assert.Equal(Amount.FromDecimal(1, settlement.GetAsset(mint), Decimals), await settlement.GetBalanceAsync(settlement.GetAccount(signer.PublicKey), settlement.GetAsset(mint)));
        }
    }

    private static WebApplication CreateProvider(SolanaSettlement settlement, Ed25519Signer signer, Asset dollar, string folder)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");

        // begin-snippet: solana-provider
        builder.Services.AddDePinProvider(o =>
            {
                o.Signer = signer;
                o.Settlement = settlement;
                o.Verifiers = SignatureVerifiers.Default.With(new Ed25519Verifier());
                o.DataDirectory = folder;
                o.Payments.MinimumGracePeriod = TimeSpan.FromHours(6);

                // A fee in lamports, in dollars of six decimals: 150 of them for a SOL of 10^9 lamports.
                o.Payments.ConvertFee = (fee, asset) => new Amount(fee.BaseUnits * 150 / 1_000, asset);
            })
            .AddInference("greeter", _ => new ScriptedChatClient(["Well ", "met."]), o => o.PricePerMillionOutputTokens = Amount.FromDecimal(2, dollar, decimals: 6));
        // end-snippet

        var app = builder.Build();
        app.MapDePinProvider();
        return app;
    }
}
