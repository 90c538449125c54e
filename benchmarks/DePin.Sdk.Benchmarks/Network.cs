using DePin.Sdk.Consumers;
using DePin.Sdk.Identity;
using DePin.Sdk.ProviderProcess;
using DePin.Sdk.Settlement;

namespace DePin.Sdk.Benchmarks;

/// <summary>A client and one provider in a process of its own, on loopback, with payments, receipts and journals on disk.</summary>
internal sealed class Network : IAsyncDisposable
{
    private readonly string _folder;
    private readonly LedgerSettlement _ledger;
    private readonly P256Signer _signer;
    private readonly EndpointDirectory _directory;

    private Network(string folder, LedgerSettlement ledger, P256Signer signer, EndpointDirectory directory, ChildProvider provider, DePinClient client)
    {
        _folder = folder;
        _ledger = ledger;
        _signer = signer;
        _directory = directory;
        Provider = provider;
        Client = client;
    }

    public ChildProvider Provider { get; }

    public DePinClient Client { get; }

    public static async Task<Network> StartAsync(int tokens, TimeSpan pace)
    {
        var folder = Directory.CreateTempSubdirectory("depin-benchmark-").FullName;
        var data = Directory.CreateDirectory(Path.Combine(folder, "provider")).FullName;
        var ledgerPath = Path.Combine(folder, "ledger.db");
        var ledger = LedgerSettlement.Open(ledgerPath);
        var signer = P256Signer.Create();
        await ledger.DepositAsync(ledger.GetAccount(signer.PublicKey), LedgerSettlement.Usd(10_000));
        var (provider, endpoint) = await ChildProvider.StartAsync(new ProviderProcessArguments(data, ledgerPath, Port: 0, tokens, pace, Announce: false));
        var directory = new EndpointDirectory([endpoint], connector: null);
        var options = new DePinClientOptions { Directory = directory, Settlement = ledger, Signer = signer, DataDirectory = Path.Combine(folder, "consumer") };
        options.Payments.DepositRequests = 1000;
        return new Network(folder, ledger, signer, directory, provider, await DePinClient.ConnectAsync(options));
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await _directory.DisposeAsync();
        await Provider.DisposeAsync();
        await _ledger.DisposeAsync();
        _signer.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
