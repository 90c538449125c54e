using DePin.Sdk.Identity;
using DePin.Sdk.Market;
using DePin.Sdk.Payments;
using DePin.Sdk.Providers;
using DePin.Sdk.Settlement;
using DePin.Sdk.Transport;

namespace DePin.Sdk.Testing;

/// <summary>One provider of a <see cref="LocalNetwork"/>.</summary>
public sealed class LocalProvider : IAsyncDisposable
{
    private readonly InProcessConnector _connector;
    private readonly LedgerSettlement _ledger;
    private readonly P256Signer _signer;
    private readonly FaultyService _service;

    private LocalProvider(string name, InProcessConnector connector, LedgerSettlement ledger, P256Signer signer, PublicKey publicKey, ProviderRuntime runtime, Uri endpoint, TokenPrice price)
    {
        Name = name;
        PublicKey = publicKey;
        _connector = connector;
        _ledger = ledger;
        _signer = signer;
        Runtime = runtime;
        Endpoint = endpoint;
        _service = new FaultyService(runtime, Faults, price, () => Kill());
    }

    /// <summary>Its host name, for example <c>provider-0</c>.</summary>
    public string Name { get; }

    /// <summary>Where consumers reach it.</summary>
    public Uri Endpoint { get; }

    /// <summary>The provider itself.</summary>
    public ProviderRuntime Runtime { get; }

    /// <summary>The key that signs its offers and receipts.</summary>
    public PublicKey PublicKey { get; }

    /// <summary>The account that it is paid on.</summary>
    public AccountId Account => Runtime.Payee;

    /// <summary>What goes wrong with it; change it at any time.</summary>
    public ProviderFaults Faults { get; } = new();

    /// <summary>Takes it off the network as if its process had ended: running jobs break off, new ones cannot reach it. Its journal stays.</summary>
    /// <returns>False when it was not there.</returns>
    public bool Kill() => _connector.Unregister(Endpoint);

    /// <summary>Brings a killed provider back.</summary>
    public void Restart() => _connector.Register(Endpoint, _service);

    /// <summary>What its account holds.</summary>
    public Task<Amount> GetBalanceAsync(CancellationToken cancellationToken = default) =>
        _ledger.GetBalanceAsync(Account, LedgerSettlement.Credit, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Kill();
        await Runtime.DisposeAsync().ConfigureAwait(false);
        _signer.Dispose();
    }

    internal static LocalProvider Start(int number, LocalNetworkOptions network, LedgerSettlement ledger, InProcessConnector connector)
    {
        var signer = P256Signer.Create();
        var name = $"provider-{number}";
        var endpoint = new Uri($"{InProcessConnector.Scheme}://{name}");
        var options = new ProviderOptions { Signer = signer, Settlement = ledger, Journal = new MemoryVoucherJournal(), Endpoint = endpoint };
        network.ConfigureProvider?.Invoke(number, options);
        var models = new List<ServedModel> { Serve(new ChatJobHandler(network.ChatClient(number))) };
        if (network.EmbeddingGenerator is { } embeddings)
        {
            models.Add(Serve(new EmbeddingsJobHandler(embeddings(number))));
        }

        var runtime = new ProviderRuntime(options, models, endpoint: null, network.LoggerFactory, network.TimeProvider);
        var provider = new LocalProvider(name, connector, ledger, signer, options.Signer!.PublicKey, runtime, endpoint, network.Price(number));
        provider.Restart();
        return provider;

        ServedModel Serve(IJobHandler handler) => new(network.Model, handler, network.Price(number)) { CreditWindow = network.CreditWindow?.Invoke(number) };
    }
}
