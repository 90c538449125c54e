using DePin.Sdk.Chains.Cryptography;
using DePin.Sdk.Chains.Diagnostics;
using DePin.Sdk.Chains.Evm.Logs.Internal;
using DePin.Sdk.Chains.Evm.Rpc;
using DePin.Sdk.Chains.Rpc;
using DePin.Sdk.Identity;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace DePin.Sdk.Chains.Evm.Logs;

/// <summary>
/// Follows the logs of contracts and keeps tables that agree with the chain: the position and the effects of a block are committed in one transaction, and what
/// a reorganisation removes is taken back. No log is missed and none applied twice, wherever the process ends. Thread-safe; one follower runs per database.
/// </summary>
/// <remarks>It never relies on a node to announce removed logs: whether a block still counts is read from the hashes of its successors alone.</remarks>
public sealed class EvmLogFollower : IAsyncDisposable
{
    private readonly LogStore _store;
    private readonly LogWalk _walk;
    private readonly IEvmLogHandler _handler;
    private readonly EvmLogFollowerOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _stepping = new(1, 1);
    private readonly SemaphoreSlim _nudged = new(0, 1);

    private EvmLogFollower(ILogSource source, LogStore store, IEvmLogHandler handler, EvmLogFollowerOptions options, TimeProvider? time, ILogger? logger)
    {
        _store = store;
        _handler = handler;
        _options = options;
        _walk = new LogWalk(source, store, handler, options);
        _time = time ?? TimeProvider.System;
        _logger = logger ?? NullLogger.Instance;
    }

    /// <summary>The last block whose logs are in the tables; null before the first.</summary>
    public EvmLogBlock? Head => _store.ReadPosition() is { Number: >= 0 } position ? new EvmLogBlock((ulong)position.Number, position.Hash) : null;

    /// <summary>Opens the index, or creates it; nothing is read from the chain yet but what tells it from others.</summary>
    /// <param name="client">The node. It is not disposed.</param>
    /// <param name="filter">The contracts and events to follow; its block range does not count.</param>
    /// <param name="handler">What the logs do.</param>
    /// <param name="options">Where the index lies and how it follows; null for the defaults.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    /// <param name="logger">Where rollbacks and failures are logged.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="DePinException"><see cref="DePinErrorCode.StorageFailed"/>: the file cannot be used, or is an index of something else.</exception>
    /// <exception cref="EvmRpcException">The node does not answer.</exception>
    public static Task<EvmLogFollower> OpenAsync(
        EvmClient client,
        EvmLogFilter filter,
        IEvmLogHandler handler,
        EvmLogFollowerOptions? options = null,
        TimeProvider? timeProvider = null,
        ILogger<EvmLogFollower>? logger = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(filter);
        return OpenAsync(new ClientLogSource(client, filter), handler, options, timeProvider, logger, cancellationToken);
    }

    /// <summary>Follows until cancelled. Failures that pass are logged and tried again, ever more slowly up to a minute.</summary>
    /// <exception cref="EvmReorgException">The chain was reorganised below what can be undone.</exception>
    /// <exception cref="DePinException">A failure that does not pass; what was committed before stays good.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled, which is how following ends.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        for (int failures = 0; ;)
        {
            try
            {
                await CatchUpAsync(cancellationToken).ConfigureAwait(false);
                failures = 0;
            }
            catch (DePinException failure) when (failure.IsTransient)
            {
                failures++;
                FollowerLog.StepFailed(_logger, failure, failures);
                FollowerMetrics.Failures.Add(1);
            }

            await WaitAsync(Backoff(failures), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Follows until cancelled, and reads at once when a subscription announces a block. When the subscription ends or fails, polling goes on.</summary>
    /// <param name="newHeads">For example of <see cref="EvmSubscriptions.SubscribeNewHeadsAsync"/>. It is not disposed.</param>
    /// <param name="cancellationToken">Ends following.</param>
    /// <exception cref="EvmReorgException">The chain was reorganised below what can be undone.</exception>
    /// <exception cref="DePinException">A failure that does not pass; what was committed before stays good.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled, which is how following ends.</exception>
    public async Task RunAsync(RpcSubscription<EvmBlock> newHeads, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(newHeads);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var listening = ListenAsync(newHeads, stop.Token);
        try
        {
            await RunAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await listening.ConfigureAwait(false);
        }
    }

    /// <summary>Reads on until the index stands at the newest block.</summary>
    /// <exception cref="EvmReorgException">The chain was reorganised below what can be undone.</exception>
    /// <exception cref="DePinException">The node or the database fails; what was committed before stays good, and the next call goes on from there.</exception>
    public async Task CatchUpAsync(CancellationToken cancellationToken = default)
    {
        while (await StepAsync(cancellationToken).ConfigureAwait(false))
        {
        }
    }

    /// <summary>Ends the wait of <see cref="RunAsync(CancellationToken)"/>, because there is a new block: for subscriptions to new heads. One that is missed does no harm.</summary>
    public void Nudge()
    {
        try
        {
            _nudged.Release();
        }
        catch (SemaphoreFullException)
        {
            // The wait is over already.
        }
    }

    /// <summary>Reads the tables, between two transactions of the follower.</summary>
    /// <param name="query">Runs queries; it changes nothing and keeps no reader open.</param>
    public T Read<T>(Func<EvmLogTransaction, T> query)
    {
        ArgumentNullException.ThrowIfNull(query);
        return _store.Read(query);
    }

    /// <summary>Closes the database. End <see cref="RunAsync(CancellationToken)"/> first.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stepping.WaitAsync().ConfigureAwait(false); // a step that was cancelled may still hold the database
        _store.Dispose();
        _stepping.Dispose();
        _nudged.Dispose();
    }

    internal static async Task<EvmLogFollower> OpenAsync(ILogSource source, IEvmLogHandler handler, EvmLogFollowerOptions? options, TimeProvider? time, ILogger? logger, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(handler);
        options = (options ?? new EvmLogFollowerOptions()).Snapshot();
        ulong chainId = await source.GetChainIdAsync(cancellationToken).ConfigureAwait(false);
        var genesis = await source.GetHeaderAsync(0, cancellationToken).ConfigureAwait(false);
        var identity = new CanonicalWriter("depin.evm-index.v1").Write((long)chainId).Write(source.Describe()).Write((long)options.StartBlock).Write(handler.Schema);
        var store = LogStore.Open(options.DatabasePath, options.ReorgHorizon, Keccak256.HashData(identity.Written.Span), handler.Schema);
        try
        {
            if (genesis is { } block && !store.IsGenesis(block.Hash))
            {
                throw new DePinException(
                    DePinErrorCode.StorageFailed,
                    Fault.Consumer,
                    $"'{options.DatabasePath}' is an index of another chain with the id {chainId}: the genesis block is another one. A development chain that was started anew needs a new index; delete the file.");
            }

            return new EvmLogFollower(source, store, handler, options, time, logger);
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    private async Task ListenAsync(RpcSubscription<EvmBlock> newHeads, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var _ in newHeads.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                Nudge();
            }
        }
        catch (OperationCanceledException)
        {
            // Following has ended.
        }
        catch (EvmRpcException failure)
        {
            FollowerLog.SubscriptionEnded(_logger, failure);
        }
    }

    private async Task<bool> StepAsync(CancellationToken cancellationToken)
    {
        await _stepping.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var before = _store.ReadPosition();
            bool moved = await _walk.StepAsync(cancellationToken).ConfigureAwait(false);
            var after = _store.ReadPosition();
            if (after != before)
            {
                if (after?.Number <= before?.Number)
                {
                    FollowerLog.RolledBack(_logger, before!.Value.Number, after!.Value.Number);
                    FollowerMetrics.Rollbacks.Add(1);
                }
                else if (before is { } from && after is { } to)
                {
                    FollowerMetrics.Blocks.Add(to.Number - from.Number);
                }

                _handler.Committed();
            }

            return moved;
        }
        finally
        {
            _stepping.Release();
        }
    }

    private TimeSpan Backoff(int failures) =>
        failures == 0 ? _options.PollInterval : TimeSpan.FromTicks(Math.Min(_options.PollInterval.Ticks << Math.Min(failures, 10), Math.Max(_options.PollInterval.Ticks, TimeSpan.TicksPerMinute)));

    private async Task WaitAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(patience, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            await _nudged.WaitAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The time is over.
        }
    }
}
