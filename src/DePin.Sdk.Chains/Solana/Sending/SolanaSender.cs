using DePin.Sdk.Chains.Internal;
using DePin.Sdk.Chains.Rpc;
using DePin.Sdk.Chains.Solana.Rpc;
using DePin.Sdk.Chains.Solana.Sending.Internal;
using DePin.Sdk.Identity;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace DePin.Sdk.Chains.Solana.Sending;

/// <summary>
/// Sends the transactions of one fee payer, each request taking effect once at most: it remembers what it signed before a node sees it, and signs nothing anew before that is
/// certainly dead. A node that dies or does not answer, a process that is killed, a blockhash that expires or a fork delays a transaction. Thread-safe.
/// </summary>
public sealed class SolanaSender : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, SendTicket> _byKey = new(StringComparer.Ordinal);
    private readonly SenderContext _context;
    private readonly OutboxLoop _loop;
    private readonly Preparation _preparation;
    private Exception? _failure;
    private bool _isDisposed;

    private SolanaSender(SenderContext context)
    {
        _context = context;
        _loop = new OutboxLoop(context)
        {
            Completed = Forget,
            Prepare = job => _preparation!.Post(job),
            Failed = problem => Volatile.Write(ref _failure, problem),
        };
        _preparation = new Preparation(context, _loop);
    }

    /// <summary>Who pays for the transactions.</summary>
    public SolanaAddress FeePayer => _context.FeePayer;

    /// <summary>How many requests are being tried out or signed.</summary>
    internal int Preparing => _preparation.Pending;

    /// <summary>Opens a fee payer's outbox, and goes on with what an earlier run left open in the journal.</summary>
    /// <param name="client">The node; it stays the caller's.</param>
    /// <param name="feePayer">The key (Ed25519); it stays the caller's. It gets the bytes of each message.</param>
    /// <param name="options">How to send; null for the defaults, which keep the journal in memory.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    /// <param name="logger">Where the log goes; null for nowhere.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ArgumentException">An option is out of its range, or the key is not of Ed25519.</exception>
    /// <exception cref="SolanaRpcException">The node cannot be asked.</exception>
    /// <exception cref="DePinException"><see cref="DePinErrorCode.StorageFailed"/>: the journal cannot be opened, belongs to another fee payer or cluster, or another sender has it open.</exception>
    public static Task<SolanaSender> OpenAsync(
        SolanaClient client,
        ISigner feePayer,
        SolanaSenderOptions? options = null,
        TimeProvider? timeProvider = null,
        ILogger? logger = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        options = (options ?? new SolanaSenderOptions()).Snapshot();
        return OpenAsync(new ClientNode(client, options), feePayer, options, timeProvider, logger, cancellationToken);
    }

    /// <summary>Sends a transaction and waits until it is as sure as <see cref="SolanaSenderOptions.Commitment"/> asks for.</summary>
    /// <remarks>It is tried out first; what would fail is not sent and costs nothing. Once it is signed, giving up only ends the waiting: a request with the same <see cref="SolanaTransactionRequest.Key"/> waits for it again.</remarks>
    /// <param name="request">What to do.</param>
    /// <param name="cancellationToken">Ends the waiting; what is not signed yet is then not sent.</param>
    /// <returns>Where the transaction is; it succeeded.</returns>
    /// <exception cref="ArgumentException">The request is malformed.</exception>
    /// <exception cref="SolanaSendException">It was refused, failed, expired, or its outcome is unknown so far; see <see cref="SolanaSendException.Error"/>.</exception>
    /// <exception cref="ObjectDisposedException">The sender is closed, and the transaction was not sent.</exception>
    public async Task<SolanaReceipt> SendAsync(SolanaTransactionRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        request.Validate(FeePayer);
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
                ? new SolanaSendException(SolanaSendError.Unavailable, $"The transaction was not ready to be sent within {timeout}. Nothing was sent.")
                : new SolanaSendException(SolanaSendError.Pending, $"The transaction is on its way and was not {_context.Options.Commitment} within {timeout}. It goes on; the same key joins it.", mayHaveBeenBroadcast: true, ticket.Transaction);
        }
    }

    /// <summary>Reads what a transaction did: its token balances before and after, its logs, its fee. One call to the node, or a few until the node has it.</summary>
    /// <param name="receipt">The receipt of <see cref="SendAsync"/>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SolanaRpcException">The node cannot be asked.</exception>
    /// <exception cref="SolanaSendException"><see cref="SolanaSendError.Unknown"/>: the node does not have it, because it is behind, keeps no history, or a fork took the transaction away.</exception>
    public async Task<SolanaTransactionRecord> GetTransactionAsync(SolanaReceipt receipt, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(receipt);
        const int tries = 20;
        for (int i = 1; ; i++)
        {
            if (await _context.Node.GetTransactionAsync(receipt.Signature, cancellationToken).ConfigureAwait(false) is { } record)
            {
                return record;
            }

            if (i == tries)
            {
                throw new SolanaSendException(SolanaSendError.Unknown, "The node does not know the transaction, although it was confirmed: it is behind, keeps no history, or a fork took the transaction away. Ask again later, or ask another node.", mayHaveBeenBroadcast: true, receipt.Signature);
            }

            await Task.Delay(_context.Options.PollInterval, _context.Time, cancellationToken).ConfigureAwait(false);
        }
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

    internal static async Task<SolanaSender> OpenAsync(ISenderNode node, ISigner feePayer, SolanaSenderOptions options, TimeProvider? timeProvider, ILogger? logger, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(feePayer);
        options = options.Snapshot();
        if (!SolanaAddress.TryFromPublicKey(feePayer.PublicKey, out var address))
        {
            throw new ArgumentException($"A fee payer on Solana has a key of Ed25519; this one is '{feePayer.PublicKey.Algorithm}'.", nameof(feePayer));
        }

        var genesis = await node.GetGenesisHashAsync(cancellationToken).ConfigureAwait(false);
        var journal = Journal<OutboxStore>.Open(options.JournalPath, () => OutboxStore.Open(options.JournalPath, genesis, address));
        try
        {
            var time = timeProvider ?? TimeProvider.System;
            await journal.WriteAsync(store => store.Prune(time.GetUtcNow() - options.JournalRetention)).ConfigureAwait(false);
            var sender = new SolanaSender(new SenderContext(feePayer, address, node, journal, options, time, logger ?? NullLogger.Instance));
            await sender.StartAsync().ConfigureAwait(false);
            return sender;
        }
        catch
        {
            await journal.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async Task StartAsync()
    {
        foreach (var ticket in await _loop.LoadAsync().ConfigureAwait(false))
        {
            _byKey.Add(ticket.Key!, ticket);
        }

        _loop.Start();
        _preparation.Start();
    }

    private SendTicket Join(SolanaTransactionRequest request)
    {
        var body = RequestBody.Of(request);
        var signers = request.Signers.ToArray();
        lock (_gate)
        {
            ThrowIfClosed();
            if (request.Key is { } key && _byKey.TryGetValue(key, out var earlier))
            {
                if (earlier.Body.Digest != body.Digest)
                {
                    throw Preparation.KeyReused(key);
                }

                if (earlier.TryJoin(signers))
                {
                    return earlier;
                }
            }

            var ticket = new SendTicket(body, request.Key, signers);
            ticket.TryJoin([]);
            if (request.Key is not null)
            {
                _byKey[request.Key] = ticket;
            }

            ObjectDisposedException.ThrowIf(!_preparation.Post(new PreparationJob(body, ticket) { IsNew = true }), this);
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
            throw new SolanaSendException(SolanaSendError.JournalFailed, $"The sender has failed and sends nothing more; open a new one: {problem.Message}", innerException: problem);
        }
    }
}
