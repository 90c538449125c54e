using DePin.Sdk.Chains.Cryptography;
using DePin.Sdk.Chains.Evm.Rpc;
using DePin.Sdk.Chains.Evm.Sending.Internal;
using DePin.Sdk.Chains.Internal;
using DePin.Sdk.Identity;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace DePin.Sdk.Chains.Evm.Sending;

/// <summary>
/// Sends the transactions of one account, each exactly once: it gives the nonces, and remembers what it signed before a node sees it. A node that dies or does not
/// answer, a process that is killed, or a reorganisation delays a transaction; it is looked up and the same bytes are sent again. Thread-safe.
/// </summary>
/// <remarks>An account belongs to one sender at a time. Whoever else signs with its key takes nonces away from it (<see cref="EvmSendError.NonceTaken"/>).</remarks>
public sealed class EvmSender : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, SendTicket> _byKey = new(StringComparer.Ordinal);
    private readonly SenderContext _context;
    private readonly SenderLoop _loop;
    private readonly Preparation _preparation;
    private Exception? _failure;
    private bool _isDisposed;

    private EvmSender(SenderContext context)
    {
        _context = context;
        _loop = new SenderLoop(context)
        {
            Completed = Forget,
            Returned = ticket => _preparation!.Post(ticket),
            Failed = problem => Volatile.Write(ref _failure, problem),
        };
        _preparation = new Preparation(context, _loop);
    }

    /// <summary>The account.</summary>
    public EvmAddress Address => _context.Address;

    /// <summary>The chain (EIP-155), as the node says when the sender is opened.</summary>
    public ulong ChainId => _context.ChainId;

    /// <summary>Opens an account's lane, and goes on with what an earlier run left open in the journal.</summary>
    /// <param name="client">The node; it stays the caller's.</param>
    /// <param name="account">The key (secp256k1); it stays the caller's. It gets the unsigned encoding of each transaction.</param>
    /// <param name="options">How to send; null for the defaults, which keep the journal in memory.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    /// <param name="logger">Where the log goes; null for nowhere.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ArgumentException">An option is out of its range, or the key is not of secp256k1.</exception>
    /// <exception cref="EvmRpcException">The node cannot be asked.</exception>
    /// <exception cref="DePinException"><see cref="DePinErrorCode.StorageFailed"/>: the journal cannot be opened, belongs to another account or chain, or another sender has it open.</exception>
    public static async Task<EvmSender> OpenAsync(
        EvmClient client,
        ISigner account,
        EvmSenderOptions? options = null,
        TimeProvider? timeProvider = null,
        ILogger? logger = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(account);
        options = (options ?? new EvmSenderOptions()).Snapshot();
        var address = AddressOf(account);
        ulong chainId = await client.GetChainIdAsync(cancellationToken).ConfigureAwait(false);
        var firstBlock = await FirstBlockAsync(client, cancellationToken).ConfigureAwait(false);
        var journal = Journal<SenderStore>.Open(options.JournalPath, () => SenderStore.Open(options.JournalPath, chainId, address, firstBlock));
        try
        {
            var time = timeProvider ?? TimeProvider.System;
            var context = new SenderContext(address, chainId, account, new LaneNode(client, address, options), journal, options, time, logger ?? NullLogger.Instance);
            await journal.WriteAsync(store => store.Prune(time.GetUtcNow() - options.JournalRetention)).ConfigureAwait(false);
            var sender = new EvmSender(context);
            await sender.StartAsync(cancellationToken).ConfigureAwait(false);
            return sender;
        }
        catch
        {
            await journal.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Sends a transaction and waits until it is as final as <see cref="EvmSenderOptions.Finality"/> asks for.</summary>
    /// <remarks>It is tried out first; what would fail is not sent and costs nothing. Once it is signed, giving up only ends the waiting: a request with the same <see cref="EvmTransactionRequest.Key"/> waits for it again.</remarks>
    /// <param name="request">What to do.</param>
    /// <param name="cancellationToken">Ends the waiting; what is not signed yet is then not sent.</param>
    /// <returns>The receipt of a transaction that succeeded.</returns>
    /// <exception cref="ArgumentException">The request is malformed.</exception>
    /// <exception cref="EvmSendException">It was refused, reverted, cancelled, or its outcome is unknown so far; see <see cref="EvmSendException.Error"/>.</exception>
    /// <exception cref="ObjectDisposedException">The sender is closed, and the transaction was not sent.</exception>
    public async Task<EvmReceipt> SendAsync(EvmTransactionRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        request.Validate();
        cancellationToken.ThrowIfCancellationRequested();
        var ticket = Join(request);
        if (_context.Options.ConfirmationTimeout is not { } timeout)
        {
            return await ticket.WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        using var timer = new CancellationTokenSource(timeout, _context.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        try
        {
            return await ticket.WaitAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (timer.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw ticket.IsAbandoned
                ? new EvmSendException(EvmSendError.Unavailable, $"The transaction had no turn within {timeout}. Nothing was sent.")
                : new EvmSendException(EvmSendError.Pending, $"The transaction is on its way and was not final within {timeout}. It goes on; the same key joins it.", mayHaveBeenBroadcast: true, ticket.Transaction);
        }
    }

    /// <summary>Cancels a transaction by its key: its nonce is used up by a transfer of nothing, unless the chain takes the transaction first. Waits until one of the two is final.</summary>
    /// <param name="key">The request's <see cref="EvmTransactionRequest.Key"/>.</param>
    /// <param name="cancellationToken">Ends the waiting; the cancellation goes on once it is signed.</param>
    /// <returns>True when the transaction has no effect; false when it is on the chain, or another program's is.</returns>
    /// <exception cref="DePinException"><see cref="DePinErrorCode.InvalidRequest"/>: no transaction has the key.</exception>
    /// <exception cref="ObjectDisposedException">The sender is closed.</exception>
    public async Task<bool> CancelAsync(string key, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        SendTicket? ticket;
        lock (_gate)
        {
            ThrowIfClosed();
            ticket = _byKey.GetValueOrDefault(key);
        }

        if (ticket is not null && ticket.TryAbandon())
        {
            Forget(ticket);
            ticket.Fail(new EvmSendException(EvmSendError.Cancelled, "The transaction was cancelled before it was signed. Nothing was sent."));
            return true;
        }

        var done = new TaskCompletionSource<bool?>(TaskCreationOptions.RunContinuationsAsynchronously);
        ObjectDisposedException.ThrowIf(!_loop.Post(new LaneCommand.Cancel(key, done)), this);
        if (await done.Task.WaitAsync(cancellationToken).ConfigureAwait(false) is { } isCancelled)
        {
            return isCancelled;
        }

        return await _context.Journal.ReadAsync(store => store.Find(key)).ConfigureAwait(false) is { } slot
            ? slot.Outcome == SlotOutcome.Cancelled
            : throw new DePinException(DePinErrorCode.InvalidRequest, Fault.Consumer, $"No transaction has the key '{key}'.");
    }

    /// <summary>What gas costs now, and what a transaction would offer for it.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The market's price; <see cref="EvmSenderOptions.MaxFeePerGas"/> is not applied to it.</returns>
    /// <exception cref="EvmRpcException">The node cannot be asked.</exception>
    public async Task<EvmFees> GetFeesAsync(CancellationToken cancellationToken = default)
    {
        var view = await _context.Node.ReadAsync(cancellationToken).ConfigureAwait(false);
        return await _context.Node.GetMarketAsync(view.Head, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Closes the sender where it stands. Transactions that are on their way stay in the journal, and whoever waits for them is told so.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            if (_isDisposed)
            {
                return;
            }

            _isDisposed = true;
        }

        await _preparation.DisposeAsync().ConfigureAwait(false);
        await _loop.DisposeAsync().ConfigureAwait(false);
        await _context.Journal.DisposeAsync().ConfigureAwait(false);
    }

    private static async Task<Hash32?> FirstBlockAsync(EvmClient client, CancellationToken cancellationToken)
    {
        try
        {
            return (await client.GetBlockAsync(EvmBlockTag.Number(0), cancellationToken).ConfigureAwait(false))?.Hash;
        }
        catch (EvmRpcException problem) when (!problem.IsTransient || problem.Kind == EvmRpcError.UnknownBlock)
        {
            return null; // A node may have pruned it.
        }
    }

    private static EvmAddress AddressOf(ISigner account) =>
        EvmAddress.TryFromPublicKey(account.PublicKey, out var address)
            ? address
            : throw new ArgumentException($"An EVM account has a key of secp256k1; this one is '{account.PublicKey.Algorithm}'.", nameof(account));

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var ticket in await _loop.LoadAsync(cancellationToken).ConfigureAwait(false))
        {
            _byKey.Add(ticket.Key!, ticket);
        }

        _loop.Start();
        _preparation.Start();
    }

    private SendTicket Join(EvmTransactionRequest request)
    {
        var digest = request.Digest();
        lock (_gate)
        {
            ThrowIfClosed();
            if (request.Key is { } key && _byKey.TryGetValue(key, out var earlier))
            {
                if (earlier.Digest != digest)
                {
                    throw Preparation.KeyReused(key);
                }

                if (earlier.TryJoin())
                {
                    return earlier;
                }
            }

            var ticket = new SendTicket(request, digest);
            ticket.TryJoin();
            if (request.Key is not null)
            {
                _byKey[request.Key] = ticket;
            }

            ObjectDisposedException.ThrowIf(!_preparation.Post(ticket), this);
            return ticket;
        }
    }

    private void Forget(SendTicket ticket)
    {
        lock (_gate)
        {
            if (ticket.Key is { } key && _byKey.GetValueOrDefault(key) == ticket)
            {
                _byKey.Remove(key);
            }
        }
    }

    private void ThrowIfClosed()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (Volatile.Read(ref _failure) is { } problem)
        {
            throw new EvmSendException(EvmSendError.JournalFailed, $"The sender has failed and sends nothing more; open a new one: {problem.Message}", innerException: problem);
        }
    }
}
