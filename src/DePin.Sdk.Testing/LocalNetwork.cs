using DePin.Sdk.Consumers;
using DePin.Sdk.Identity;
using DePin.Sdk.Market;
using DePin.Sdk.Payments;
using DePin.Sdk.Settlement;
using DePin.Sdk.Transport;

namespace DePin.Sdk.Testing;

/// <summary>
/// A whole network in one process: providers, a ledger, a directory and a client, with real payments and receipts and no sockets. Providers can be
/// killed, stalled and corrupted, so that an application can test what its users would see.
/// </summary>
/// <example>
/// <code>
/// await using var network = await LocalNetwork.StartAsync();
/// using IChatClient chat = network.Client.AsIChatClient(network.Model);
/// Console.WriteLine(await chat.GetResponseAsync("Greet the traveller."));
/// </code>
/// </example>
public sealed class LocalNetwork : IAsyncDisposable
{
    private readonly InProcessConnector _connector;
    private readonly P256Signer _consumer;

    private LocalNetwork(LocalNetworkOptions options, LedgerSettlement ledger, InProcessConnector connector, P256Signer consumer, IReadOnlyList<LocalProvider> providers, StaticDirectory directory, DePinClient client)
    {
        Model = options.Model;
        Ledger = ledger;
        _connector = connector;
        _consumer = consumer;
        Providers = providers;
        Directory = directory;
        Client = client;
    }

    /// <summary>The model that every provider serves.</summary>
    public string Model { get; }

    /// <summary>The consumer's client.</summary>
    public DePinClient Client { get; }

    /// <summary>The providers, by number.</summary>
    public IReadOnlyList<LocalProvider> Providers { get; }

    /// <summary>The ledger that everybody is paid on.</summary>
    public LedgerSettlement Ledger { get; }

    /// <summary>The offers of all providers.</summary>
    public IProviderDirectory Directory { get; }

    /// <summary>Connects to the providers; for further clients.</summary>
    public IProviderConnector Connector => _connector;

    /// <summary>The consumer's account.</summary>
    public AccountId Consumer => Ledger.GetAccount(_consumer.PublicKey);

    /// <summary>Starts a network.</summary>
    /// <param name="configure">Changes what it is made of; null for the defaults.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<LocalNetwork> StartAsync(Action<LocalNetworkOptions>? configure = null, CancellationToken cancellationToken = default)
    {
        var options = new LocalNetworkOptions();
        configure?.Invoke(options);
        ArgumentException.ThrowIfNullOrWhiteSpace(options.Model, nameof(configure));
        ArgumentOutOfRangeException.ThrowIfNegative(options.Providers, nameof(configure));
        var ledger = LedgerSettlement.CreateInMemory(options.TimeProvider);
        var connector = new InProcessConnector(options.TimeProvider);
        var consumer = P256Signer.Create();
        if (!options.ConsumerFunds.IsZero)
        {
            await ledger.DepositAsync(ledger.GetAccount(consumer.PublicKey), options.ConsumerFunds, cancellationToken).ConfigureAwait(false);
        }

        var providers = new List<LocalProvider>();
        var offers = new List<Offer>();
        for (int i = 0; i < options.Providers; i++)
        {
            providers.Add(LocalProvider.Start(i, options, ledger, connector));
            offers.AddRange(await providers[i].Runtime.GetOffersAsync(cancellationToken).ConfigureAwait(false));
        }

        var directory = new StaticDirectory(offers, options.TimeProvider);
        var clientOptions = new DePinClientOptions
        {
            Directory = directory,
            Settlement = ledger,
            Signer = consumer,
            Connector = connector,
            Journal = new MemoryVoucherJournal(),
            TimeProvider = options.TimeProvider,
            LoggerFactory = options.LoggerFactory,
        };
        options.ConfigureClient?.Invoke(clientOptions);
        var client = await DePinClient.ConnectAsync(clientOptions, cancellationToken).ConfigureAwait(false);
        return new LocalNetwork(options, ledger, connector, consumer, providers, directory, client);
    }

    /// <summary>What the consumer's account holds outside of channels.</summary>
    public Task<Amount> GetConsumerBalanceAsync(CancellationToken cancellationToken = default) =>
        Ledger.GetBalanceAsync(Consumer, LedgerSettlement.Credit, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync().ConfigureAwait(false);
        await _connector.DisposeAsync().ConfigureAwait(false);
        foreach (var provider in Providers)
        {
            await provider.DisposeAsync().ConfigureAwait(false);
        }

        await Ledger.DisposeAsync().ConfigureAwait(false);
        _consumer.Dispose();
    }
}
