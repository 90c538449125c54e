using DePin.Sdk.Chains.Cryptography;
using DePin.Sdk.Chains.Evm;
using DePin.Sdk.Chains.Evm.Accounts;
using DePin.Sdk.Chains.Evm.Disputes;
using DePin.Sdk.Chains.Evm.Registry;
using DePin.Sdk.Chains.Evm.Rpc;
using DePin.Sdk.Chains.Evm.Sending;
using DePin.Sdk.Chains.Rpc;
using DePin.Sdk.Consumers;
using DePin.Sdk.Hosting;
using DePin.Sdk.Identity;
using DePin.Sdk.IntegrationTests.Evm;
using DePin.Sdk.IntegrationTests.Evm.Registry;
using DePin.Sdk.Jobs;
using DePin.Sdk.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;

namespace DePin.Sdk.IntegrationTests.Documentation;

/// <summary>The snippets of docs/guides/registry.md, run as they are shown: a provider registers, is found and paid through the chain, contradicts itself, is slashed, and leaves.</summary>
public sealed class RegistrySnippets : IAsyncLifetime
{
    private readonly CancellationToken _limit = new CancellationTokenSource(TimeSpan.FromMinutes(4)).Token;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("depin-guide-");
    private readonly List<IAsyncDisposable> _parts = [];
    private RegistryTestChain? _chain;

    private RegistryTestChain Chain => _chain!;

    public async Task InitializeAsync() => _chain = AnvilFixture.MissingReason is null ? await RegistryTestChain.StartAsync().WaitAsync(TimeSpan.FromMinutes(5)) : null;

    public async Task DisposeAsync()
    {
        foreach (var part in Enumerable.Reverse(_parts))
        {
            await part.DisposeAsync();
        }

        if (_chain is not null)
        {
            await _chain.DisposeAsync();
        }

        _folder.Delete(recursive: true);
    }

    [AnvilFact]
    public Task Registry_StrangerRegisters_IsFoundPaidAndSlashed() => RunAsync().WaitAsync(TimeSpan.FromMinutes(5));

    private async Task RunAsync()
    {
        // A node like any other, which makes its blocks by itself.
        await Chain.Chain.Node.CallAsync("evm_setAutomine", [true], _limit);
        var (nodeUrl, registryAddress, stake) = (Chain.Chain.Node.HttpUrl, Chain.Registry.Address, (UInt128)RegistryTestChain.Stake);
        var stakingKey = await AccountAsync(RegistryTestChain.Stake);
        var providerKey = await AccountAsync(0);
        var dataDirectory = _folder.CreateSubdirectory("provider").FullName;
        await using var app = await StartProviderAsync(nodeUrl, providerKey, dataDirectory);
        var publicAddress = new Uri(app.Urls.First());

        // begin-snippet: registry-register
        await using var transport = new HttpJsonRpcTransport(nodeUrl);
        var client = new EvmClient(transport);
        await using var staking = await EvmSender.OpenAsync(client, stakingKey, new EvmSenderOptions { JournalPath = Path.Combine(dataDirectory, "staking.db") });
        var registry = await EvmProviderRegistry.ConnectAsync(client, registryAddress);

        var document = new EvmProviderDocument { Endpoints = [publicAddress], Name = "Oakvale inference" };
        var registration = new EvmProviderRegistration
        {
            Stake = stake,
            Document = document.ToBytes(),
            DocumentUri = document.ToDataUri(),
            Payee = providerKey.GetEvmAddress(),
        };
        await registry.RegisterAsync(staking, registration, providerKey);
        // end-snippet

        var receipt = await BuyAsync(client, registryAddress);
        Assert.Equal(providerKey.PublicKey, receipt.Provider);
        await app.StopAsync(_limit);
        Assert.Equal(receipt.Amount.BaseUnits, (UInt128)await Chain.BalanceAsync(providerKey.GetEvmAddress()));

        // A second receipt for the same run that says something else: what no honest provider signs.
        var other = receipt with { OutputHash = new byte[32] };
        var otherReceipt = other with { Signature = await providerKey.SignAsync(other.GetSigningBytes()) };
        await SlashAsync(client, registry, receipt, otherReceipt);
        await LeaveAsync(registry, staking);
    }

    private async Task<WebApplication> StartProviderAsync(Uri nodeUrl, Secp256k1Signer providerKey, string dataDirectory)
    {
        var (escrow, token) = (Chain.Chain.Escrow, Chain.Token);
        var transport = new HttpJsonRpcTransport(nodeUrl);
        _parts.Add(transport);
        var client = new EvmClient(transport);

        // begin-snippet: registry-provider
        var settlement = await EvmSettlement.ConnectAsync(client, new EvmSettlementOptions { Escrow = escrow, DataDirectory = dataDirectory });
        var builder = WebApplication.CreateBuilder();
        builder.Services.AddDePinProvider(o =>
            {
                o.Signer = providerKey;
                o.Settlement = settlement;
                o.DataDirectory = dataDirectory;
                o.Verifiers = SignatureVerifiers.Default.With(new Secp256k1Verifier());
            })
            .AddInference("greeter", _ => new ScriptedChatClient(["Well ", "met."]), o => o.PricePerMillionOutputTokens = new Amount(2_000_000, settlement.GetAsset(token)));
        // end-snippet

        _parts.Add(settlement);
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapDePinProvider();
        await app.StartAsync(_limit);
        return app;
    }

    private async Task<JobReceipt> BuyAsync(EvmClient client, EvmAddress registryAddress)
    {
        var player = await AccountAsync(1_000_000);
        var dataDirectory = _folder.CreateSubdirectory("player").FullName;
        ulong deploymentBlock = 0;
        await using var settlement = await Chain.Chain.ConnectAsync();
        var asset = settlement.GetAsset(Chain.Token);

        // begin-snippet: registry-find
        await using var directory = await EvmProviderDirectory.OpenAsync(client, registryAddress, new EvmProviderDirectoryOptions
        {
            Following = { StartBlock = deploymentBlock, DatabasePath = Path.Combine(dataDirectory, "registry.db") },
        });
        await using var network = await DePinClient.ConnectAsync(new DePinClientOptions
        {
            Directory = directory,
            Settlement = settlement,
            Signer = player,
            SignatureVerifiers = SignatureVerifiers.Default.With(new Secp256k1Verifier()),
            Payments = { GracePeriod = settlement.Escrow.GracePeriod },
        });
        // end-snippet

        using var chat = network.AsIChatClient("greeter", new() { MaxCostPerRequest = new Amount(10_000, asset) });
        var answer = await chat.GetResponseAsync("Greet the traveller.", cancellationToken: _limit);
        Assert.Equal("Well met.", answer.Text);
        await network.SettleAsync(_limit);
        return ((IReadOnlyList<ProviderDelivery>)answer.AdditionalProperties![DePinChatProperties.Attempts]!).Single().Receipt!;
    }

    private async Task SlashAsync(EvmClient client, EvmProviderRegistry registry, JobReceipt receipt, JobReceipt otherReceipt)
    {
        var (arbiterAddress, escrowDeploymentBlock) = (Chain.Arbiter.Address, 0UL);
        var reporter = await Chain.CreateStakerAsync(RegistryTestChain.Bond);

        // begin-snippet: registry-slash
        var arbiter = await EvmDisputeArbiter.ConnectAsync(client, arbiterAddress);
        var caseId = await arbiter.OpenCaseAsync(reporter, EvmDisputeEvidence.FromReceipts(receipt, otherReceipt));
        await arbiter.NameVictimAsync(reporter, caseId, escrowDeploymentBlock);
        // end-snippet

        await Chain.Chain.Node.AdvanceTimeAsync(arbiter.VetoWindow, _limit);

        // begin-snippet: registry-slash-end
        var entry = (await arbiter.GetCaseAsync(caseId))!;
        await arbiter.FinalizeAsync(reporter, caseId); // once entry.EndsAt has passed
        await arbiter.CollectAsync(reporter, reporter.Address); // the bond
        await registry.CollectAsync(reporter, reporter.Address); // a tenth of the slash
        await registry.CollectAsync(reporter, entry.Victim); // four tenths
        // end-snippet

        const ulong slashed = RegistryTestChain.Stake * RegistryTestChain.SlashShare / 10_000;
        Assert.Equal(RegistryTestChain.Bond + (slashed / 10), await Chain.BalanceAsync(reporter.Address));
        Assert.True(await Chain.BalanceAsync(entry.Victim) > (UInt256)(slashed * 4 / 10));
    }

    private async Task LeaveAsync(EvmProviderRegistry registry, EvmSender staking)
    {
        // begin-snippet: registry-leave
        var entry = (await registry.GetProviderAsync(staking.Address))!;
        await registry.RequestUnstakeAsync(staking, entry.Stake);
        // end-snippet

        await Chain.Chain.Node.AdvanceTimeAsync(registry.ThawPeriod, _limit);

        // begin-snippet: registry-withdraw
        await registry.WithdrawAsync(staking); // once registry.ThawPeriod has passed
        // end-snippet

        Assert.Equal(entry.Stake, (UInt128)await Chain.BalanceAsync(staking.Address));
        Assert.True(entry.Stake < RegistryTestChain.Stake);
    }

    private async Task<Secp256k1Signer> AccountAsync(ulong tokens)
    {
        var signer = await Chain.Chain.CreateAccountAsync();
        if (tokens > 0)
        {
            await Chain.Chain.MintAsync(Chain.Token, signer.GetEvmAddress(), tokens);
        }

        return signer;
    }
}
