using DePin.Sdk.Consumers.Internal;
using DePin.Sdk.Diagnostics;
using DePin.Sdk.Market;
using DePin.Sdk.Payments;
using DePin.Sdk.Transport;
using DePin.Sdk.Verification;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace DePin.Sdk.Consumers;

/// <summary>
/// The whole network as one client: finds providers, chooses among them, pays them by the token, and moves on when one fails. Thread-safe; one
/// per process and paying account is enough. It pays from one account, or from one on each of several chains (<see cref="DePinClientOptions.OtherAccounts"/>).
/// </summary>
/// <remarks>Money stays in payment channels until <see cref="SettleAsync"/> closes them: call it before the process ends for good.</remarks>
public sealed class DePinClient : IAsyncDisposable
{
    private readonly ConsumerServices _services;
    private readonly ChannelCloser _closer;
    private readonly List<IAsyncDisposable> _owned;
    private int _disposed;

    private DePinClient(ConsumerServices services, ChannelCloser closer, List<IAsyncDisposable> owned)
    {
        _services = services;
        _closer = closer;
        _owned = owned;
    }

    /// <summary>What this client has seen of each provider.</summary>
    public ProviderStatistics Statistics => _services.Statistics;

    /// <summary>Checks the options and opens the journal. Touches no provider: they are found when the first request comes.</summary>
    /// <exception cref="ArgumentException">An option is missing or wrong; the message says what to write.</exception>
    /// <exception cref="DePinException"><see cref="DePinErrorCode.StorageFailed"/>: the journal cannot be opened.</exception>
    public static Task<DePinClient> ConnectAsync(DePinClientOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        cancellationToken.ThrowIfCancellationRequested();
        var time = options.TimeProvider;
        ILoggerFactory loggers = options.LoggerFactory ?? NullLoggerFactory.Instance;
        var logger = loggers.CreateLogger("DePin.Sdk.Consumers");
        var owned = new List<IAsyncDisposable>();
        var connector = options.Connector ?? Own(owned, new HttpProviderConnector(new HttpProviderConnectorOptions { TimeProvider = time }));
        var journal = options.Journal ?? Own(owned, OpenJournal(options, logger));
        var first = new ConsumerAccount { Settlement = options.Settlement!, Signer = options.Signer!, Payments = options.Payments };
        var accounts = options.OtherAccounts.Prepend(first).Select(account => new PayingAccount(
            account.Settlement.Chain,
            Own(owned, new PaymentSession(account.Settlement, account.Signer, journal, account.Payments, time, loggers.CreateLogger<PaymentSession>())),
            account.Signer,
            account.Payments.SpendPolicy.PerRequest)).ToList();
        var verifier = new OfferVerifier(options.SignatureVerifiers);
        var offers = new OfferBook(
            options.Directory!,
            new OfferBookOptions { RefreshInterval = options.OfferRefreshInterval },
            verifier,
            time,
            loggers.CreateLogger<OfferBook>());
        var services = new ConsumerServices(
            offers,
            verifier,
            options.Selector ?? new PowerOfTwoSelector(),
            new ProviderStatistics(time),
            connector,
            new PayingAccounts(accounts),
            options.Verifier ?? new ReceiptVerifier(options.SignatureVerifiers),
            new BackgroundWork(),
            time,
            logger);
        return Task.FromResult(new DePinClient(services, new ChannelCloser(services, options.Directory!), owned));
    }

    /// <summary>A chat client over all providers of a model. Dispose it or not: it holds nothing of its own.</summary>
    /// <param name="model">The model's name on the network; <see cref="ChatOptions.ModelId"/> overrides it for one request.</param>
    /// <param name="options">Limits and routing; null for the defaults. Read once, here.</param>
    /// <returns>A thread-safe client. See <see cref="DePinChatProperties"/> for what its answers say about who delivered them.</returns>
    /// <exception cref="ArgumentException">The name is empty, or an option is out of range.</exception>
    public IChatClient AsIChatClient(string model, ChatRoutingOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(model);
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        options ??= new ChatRoutingOptions();
        options.Validate();
        return new NetworkChatClient(this, _services, model, options);
    }

    /// <summary>An embedding generator over all providers of a model. Dispose it or not: it holds nothing of its own.</summary>
    /// <param name="model">The model's name on the network; <see cref="EmbeddingGenerationOptions.ModelId"/> overrides it for one request.</param>
    /// <param name="options">Limits and routing; null for the defaults. Read once, here.</param>
    /// <exception cref="ArgumentException">The name is empty, or an option is out of range.</exception>
    public IEmbeddingGenerator<string, Embedding<float>> AsIEmbeddingGenerator(string model, EmbeddingRoutingOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(model);
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        options ??= new EmbeddingRoutingOptions();
        options.Validate();
        return new NetworkEmbeddingGenerator(this, _services, model, options);
    }

    /// <summary>
    /// Closes every payment channel: the provider is given the last voucher and asked to close, so that the rest of the deposit comes back at once.
    /// Where it does not answer, the grace period is started; where that is over, the rest is taken back. Jobs that still run keep their channels from
    /// being closed well: finish them first.
    /// </summary>
    /// <returns>What became of each channel. One that fails does not hold up the others.</returns>
    public Task<IReadOnlyList<ChannelReport>> SettleAsync(CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        return _closer.CloseAllAsync(cancellationToken);
    }

    /// <summary>Waits a moment for what goes on in the background (the vouchers and receipts of cancelled jobs), then lets go of connections and journal. Channels stay open.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await _services.Background.WhenIdleAsync(CancellationToken.None).ConfigureAwait(false);
        _services.Offers.Dispose();
        for (int i = _owned.Count - 1; i >= 0; i--)
        {
            await _owned[i].DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Completes when the jobs that nobody waits for any more have been paid and closed.</summary>
    internal Task WhenIdleAsync(CancellationToken cancellationToken = default) => _services.Background.WhenIdleAsync(cancellationToken);

    internal void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(_disposed != 0, this);

    private static IVoucherJournal OpenJournal(DePinClientOptions options, ILogger logger)
    {
        if (options.DataDirectory is { } folder)
        {
            Directory.CreateDirectory(folder);
            return SqliteVoucherJournal.Open(Path.Combine(folder, "vouchers.db"));
        }

        ConsumerLog.JournalInMemory(logger);
        return new MemoryVoucherJournal();
    }

    private static T Own<T>(List<IAsyncDisposable> owned, T part)
        where T : IAsyncDisposable
    {
        owned.Add(part);
        return part;
    }
}
