using System.Collections.Concurrent;
using DePin.Sdk.Chains.Diagnostics;
using DePin.Sdk.Chains.Evm.Logs;
using DePin.Sdk.Chains.Evm.Registry.Internal;
using DePin.Sdk.Chains.Evm.Rpc;
using DePin.Sdk.Market;
using DePin.Sdk.Transport;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace DePin.Sdk.Chains.Evm.Registry;

/// <summary>
/// The providers of an on-chain registry: it follows the registry's events, fetches the document that each provider registered, and asks the provider for its
/// signed offers. Only providers whose stake in force reaches the minimum are listed; what thaws does not count. Thread-safe.
/// </summary>
/// <remarks>Nothing has to be trusted but the chain: a document must hash to what is registered, and offers must be signed by the registered key.</remarks>
public sealed class EvmProviderDirectory : IProviderDirectory, IAsyncDisposable
{
    private readonly EvmProviderDirectoryOptions _options;
    private readonly ulong _chainId;
    private readonly IProviderConnector _connector;
    private readonly bool _ownsConnector;
    private readonly HttpClient? _ownHttp;
    private readonly DocumentFetcher _documents;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly EvmLogFollower _follower;
    private readonly ConcurrentDictionary<EvmAddress, ProviderOffers> _providers = new();
    private readonly SemaphoreSlim _refreshing = new(1, 1);
    private readonly CancellationTokenSource _disposed = new();
    private readonly Task _following;
    private readonly StaleFlag _stale;
    private volatile Snapshot? _snapshot;
    private int _isDisposed;

    private EvmProviderDirectory(EvmLogFollower follower, StaleFlag stale, ulong chainId, EvmProviderDirectoryOptions options, IProviderConnector? connector, TimeProvider time, ILogger logger)
    {
        _follower = follower;
        _stale = stale;
        _chainId = chainId;
        _options = options;
        _time = time;
        _logger = logger;
        _ownsConnector = connector is null;
        _connector = connector ?? new HttpProviderConnector();
        _ownHttp = options.HttpClient is null ? DocumentFetcher.CreateClient() : null;
        _documents = new DocumentFetcher(options.HttpClient ?? _ownHttp!, options.Patience, time);
        _following = Task.Run(() => FollowAsync(_disposed.Token));
    }

    /// <summary>Opens a registry's directory: reads its events so far, and goes on reading them in the background.</summary>
    /// <param name="client">The node. It is not disposed.</param>
    /// <param name="registry">The registry's contract.</param>
    /// <param name="options">How it is followed and how providers are asked; null for the defaults.</param>
    /// <param name="connector">How providers are reached; it is not disposed. Null for HTTP/2.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    /// <param name="loggerFactory">Where rollbacks and providers that cannot be reached are logged.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="EvmRpcException">The node does not answer.</exception>
    /// <exception cref="DePinException"><see cref="DePinErrorCode.InvalidRequest"/>: there is no contract at that address. <see cref="DePinErrorCode.StorageFailed"/>: the database cannot be used.</exception>
    public static async Task<EvmProviderDirectory> OpenAsync(
        EvmClient client,
        EvmAddress registry,
        EvmProviderDirectoryOptions? options = null,
        IProviderConnector? connector = null,
        TimeProvider? timeProvider = null,
        ILoggerFactory? loggerFactory = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        options = (options ?? new EvmProviderDirectoryOptions()).Snapshot();
        loggerFactory ??= NullLoggerFactory.Instance;
        ulong chainId = await client.GetChainIdAsync(cancellationToken).ConfigureAwait(false);
        if ((await client.GetCodeAsync(registry, cancellationToken: cancellationToken).ConfigureAwait(false)).Length == 0)
        {
            throw new DePinException(DePinErrorCode.InvalidRequest, Fault.Consumer, $"There is no contract at {registry} on chain {chainId}. Check the registry's address and the chain.");
        }

        var stale = new StaleFlag();
        var follower = await EvmLogFollower.OpenAsync(
            client,
            new EvmLogFilter { Addresses = [registry] },
            new RegistryIndex(stale.Raise),
            options.Following,
            timeProvider,
            loggerFactory.CreateLogger<EvmLogFollower>(),
            cancellationToken).ConfigureAwait(false);
        try
        {
            await follower.CatchUpAsync(cancellationToken).ConfigureAwait(false);
            return new EvmProviderDirectory(follower, stale, chainId, options, connector, timeProvider ?? TimeProvider.System, loggerFactory.CreateLogger<EvmProviderDirectory>());
        }
        catch
        {
            await follower.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    /// <remarks>A first page asks the providers again when the offers have grown old or the registry has changed; further pages go on with what the first one was of.</remarks>
    /// <exception cref="DePinException"><see cref="DePinErrorCode.Unavailable"/>: there are providers, and none of them answered. Or following the registry failed for good.</exception>
    public async Task<OfferPage> QueryAsync(OfferQuery query, CancellationToken cancellationToken = default)
    {
        OfferQueryRules.Check(query);
        cancellationToken.ThrowIfCancellationRequested();
        if (_following.IsFaulted)
        {
            await _following.ConfigureAwait(false);
        }

        var snapshot = _snapshot;
        if (snapshot is null || string.IsNullOrEmpty(query.PageToken))
        {
            snapshot = await GetFreshAsync(cancellationToken).ConfigureAwait(false);
        }

        return await snapshot.Directory.QueryAsync(query, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Every provider that ever registered, with what it offers or why it offers nothing: for finding out why one is not chosen.</summary>
    public IReadOnlyList<EvmProviderListing> ListProviders() =>
    [
        .. _follower.Read(RegistryIndex.ListAll).Select(provider => _providers.TryGetValue(provider.Address, out var offers) && provider.IsActive
            ? new EvmProviderListing(provider, offers.Offers, offers.Failure)
            : new EvmProviderListing(provider, [], null)),
    ];

    /// <summary>Reads the registry's newest events now, instead of at the next poll; the next query then goes by them.</summary>
    /// <exception cref="DePinException">The node or the database fails.</exception>
    public Task CatchUpAsync(CancellationToken cancellationToken = default) => _follower.CatchUpAsync(cancellationToken);

    /// <summary>Stops following.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 1)
        {
            return;
        }

        await _disposed.CancelAsync().ConfigureAwait(false);
        await _following.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _follower.DisposeAsync().ConfigureAwait(false);
        _ownHttp?.Dispose();
        if (_ownsConnector)
        {
            await _connector.DisposeAsync().ConfigureAwait(false);
        }

        _disposed.Dispose();
    }

    private async Task FollowAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _follower.RunAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // It was disposed.
        }
        catch (Exception failure)
        {
            FollowerLog.Ended(_logger, failure);
            throw;
        }
    }

    private async Task<Snapshot> GetFreshAsync(CancellationToken cancellationToken)
    {
        await _refreshing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_snapshot is { } known && !_stale.IsRaised && _time.GetElapsedTime(known.ReadAt) < _options.RefreshInterval)
            {
                return known;
            }

            // Lowered first: what the registry says during the questions counts for the next time.
            _stale.Lower();
            try
            {
                return _snapshot = await AskAllAsync(cancellationToken).ConfigureAwait(false);
            }
            catch
            {
                _stale.Raise();
                throw;
            }
        }
        finally
        {
            _refreshing.Release();
        }
    }

    private async Task<Snapshot> AskAllAsync(CancellationToken cancellationToken)
    {
        var active = _follower.Read(transaction => RegistryIndex.ListActive(transaction, _options.MaxProviders));
        var known = active.Select(provider => (provider, Offers: _providers.GetOrAdd(provider.Address, static _ => new ProviderOffers()))).ToArray();
        var limits = new ParallelOptions { MaxDegreeOfParallelism = _options.MaxConcurrency, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(known, limits, async (entry, stop) =>
        {
            var before = entry.Offers.Failure;
            await entry.Offers.RefreshAsync(entry.provider, _chainId, _documents, _connector, _options, _time, stop).ConfigureAwait(false);
            if (entry.Offers.Failure is { } failure && failure != before)
            {
                FollowerLog.ProviderFailed(_logger, entry.provider.Address.ToString(), failure.Message);
            }
        }).ConfigureAwait(false);
        if (known.Length > 0 && known.All(entry => entry.Offers.Failure is not null))
        {
            throw new DePinException(
                DePinErrorCode.Unavailable,
                Fault.Network,
                $"None of the {known.Length} registered provider(s) answered; check that this machine reaches them. First: {known[0].Offers.Failure!.Message}",
                isTransient: true,
                known[0].Offers.Failure);
        }

        return new Snapshot(new StaticDirectory(known.SelectMany(entry => entry.Offers.Offers), _time), _time.GetTimestamp());
    }

    private sealed record Snapshot(StaticDirectory Directory, long ReadAt);

    /// <summary>Says that the registry changed since the offers were read.</summary>
    private sealed class StaleFlag
    {
        private volatile bool _raised;

        public bool IsRaised => _raised;

        public void Raise() => _raised = true;

        public void Lower() => _raised = false;
    }
}
