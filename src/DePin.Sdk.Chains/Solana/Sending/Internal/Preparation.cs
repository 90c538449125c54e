using System.Threading.Channels;
using DePin.Sdk.Chains.Rpc;
using DePin.Sdk.Chains.Solana.Rpc;
using DePin.Sdk.Chains.Solana.Transactions;
using DePin.Sdk.Identity;

namespace DePin.Sdk.Chains.Solana.Sending.Internal;

/// <summary>What happens to a request before the loop takes it, several at a time, so that the loop is never held up by it: its key is looked up, it is tried out and signed.</summary>
internal sealed class Preparation(SenderContext context, OutboxLoop loop) : IAsyncDisposable
{
    /// <summary>How often a node that is behind is asked; some seconds in all.</summary>
    private const int TriesWhileBehind = 10;

    private readonly Channel<PreparationJob> _queue = Channel.CreateUnbounded<PreparationJob>();
    private readonly CancellationTokenSource _stop = new();
    private readonly BlockhashSource _blockhashes = new(context);
    private readonly PriorityFees _fees = new(context.Node, context.Options, context.Time);
    private Task _running = Task.CompletedTask;
    private int _pending;

    /// <summary>How many requests are neither passed on nor answered.</summary>
    public int Pending => Volatile.Read(ref _pending);

    public void Start() => _running = Task.WhenAll(Enumerable.Range(0, context.Options.MaxConcurrency).Select(_ => Task.Run(RunAsync, CancellationToken.None)));

    /// <summary>False when nothing is prepared any more.</summary>
    public bool Post(PreparationJob job)
    {
        Interlocked.Increment(ref _pending);
        if (_queue.Writer.TryWrite(job))
        {
            return true;
        }

        Interlocked.Decrement(ref _pending);
        return false;
    }

    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        await foreach (var job in _queue.Reader.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
        {
            try
            {
                _stop.Token.ThrowIfCancellationRequested();
                if (job.Renewal is null && (job.Ticket!.IsAbandoned || job.Ticket.IsCompleted))
                {
                    loop.Completed(job.Ticket);
                }
                else if ((job.IsNew ? await LookUpAsync(job).ConfigureAwait(false) : job) is { } open)
                {
                    await PrepareAsync(open).ConfigureAwait(false);
                }
            }
            catch (Exception problem)
            {
                Fail(job, problem);
            }
            finally
            {
                Interlocked.Decrement(ref _pending);
            }
        }
    }

    /// <summary>Answers a request whose key the journal knows; returns what is to be signed for another one.</summary>
    private async Task<PreparationJob?> LookUpAsync(PreparationJob job)
    {
        var ticket = job.Ticket!;
        var known = ticket.Key is { } key ? await context.Journal.ReadAsync(store => store.Find(key)).ConfigureAwait(false) : null;
        switch (known)
        {
            case null:
                return job with { IsNew = false };
            case { } other when other.Digest != job.Body.Digest:
                Fail(ticket, KeyReused(ticket.Key!));
                return null;
            case { Outcome: OutboxOutcome.Open }:
                Pass(new OutboxCommand.Attach(ticket, known.Id), job);
                return null;
            case { Outcome: OutboxOutcome.Expired }:
                return job with { IsNew = false, Reopens = known.Id };
            case { Outcome: OutboxOutcome.Failed }:
                Fail(ticket, Endings.Failed(known.Transaction!.Value, known.Slot, known.Error!, [], TransactionDraft.Lead(job.Body)));
                return null;
            default:
                loop.Completed(ticket);
                ticket.Complete(new SolanaReceipt(known.Transaction!.Value, known.Slot, context.FeePayer));
                return null;
        }
    }

    private async Task PrepareAsync(PreparationJob job)
    {
        ulong price = await _fees.OfferAsync(job.Body, context.FeePayer, job.EarlierPrice, _stop.Token).ConfigureAwait(false);
        var limit = await SimulateAsync(job.Body).ConfigureAwait(false);
        var (blockhash, salt) = await _blockhashes.TakeAsync(job.Body, isFresh: job.Renewal is not null, _stop.Token).ConfigureAwait(false);
        var message = TransactionDraft.Compile(job.Body, context.FeePayer, blockhash.Hash, Salted(limit, salt + job.Salt), price);
        var signed = await SignAsync(message, job.Ticket?.Signers ?? []).ConfigureAwait(false);
        var attempt = new OutboxAttempt(signed.Id, signed.Serialize(), blockhash.Hash, blockhash.Slot, blockhash.LastValidBlockHeight, job.Body.Nonce?.Account, price);
        if (job.Ticket is { } ticket)
        {
            ticket.Transaction = attempt.Id;
        }

        Pass(new OutboxCommand.Admit(job, attempt), job);
    }

    /// <summary>Tries a request out and finds its limit of compute units.</summary>
    private async Task<uint> SimulateAsync(RequestBody body)
    {
        if (body.ComputeUnitLimit is { } given && !context.Options.Simulate)
        {
            return given;
        }

        // A nonce is tried out with its value, because the runtime treats it as one only then. No priority is offered, since it would be paid for the widest limit.
        var blockhash = body.Nonce is null ? default : (await _blockhashes.ReadNonceAsync(body.Nonce.Value, _stop.Token).ConfigureAwait(false)).Hash;
        var message = TransactionDraft.Compile(body, context.FeePayer, blockhash, body.ComputeUnitLimit ?? SolanaTransactionRequest.MaxComputeUnits, price: 0);
        var result = await TryOutAsync(new SolanaTransaction(message).Serialize(), replaceBlockhash: body.Nonce is null).ConfigureAwait(false);
        if (result.Error is { } error)
        {
            throw Endings.Refused(error, result.Logs, TransactionDraft.Lead(body), context.FeePayer);
        }

        return body.ComputeUnitLimit ?? WithMargin(result.ComputeUnits ?? SolanaTransactionRequest.MaxComputeUnits);
    }

    /// <summary>Tries a transaction out on a state that holds the ones before it. A node that is behind is given a while.</summary>
    private async Task<SimulationReading> TryOutAsync(byte[] transaction, bool replaceBlockhash)
    {
        for (int i = 1; ; i++)
        {
            try
            {
                return await context.Node.SimulateAsync(transaction, replaceBlockhash, context.SeenSlot, _stop.Token).ConfigureAwait(false);
            }
            catch (SolanaRpcException problem) when (problem.Kind == SolanaRpcError.MinContextSlot && i < TriesWhileBehind)
            {
                await Task.Delay(context.Options.PollInterval, context.Time, _stop.Token).ConfigureAwait(false);
            }
        }
    }

    private uint WithMargin(ulong units) => (uint)Math.Clamp(Math.Ceiling(units * (1 + context.Options.ComputeUnitMargin)), 1, SolanaTransactionRequest.MaxComputeUnits);

    private static uint Salted(uint limit, uint salt) => limit + salt <= SolanaTransactionRequest.MaxComputeUnits ? limit + salt : limit - salt;

    private async Task<SolanaTransaction> SignAsync(SolanaMessage message, IReadOnlyList<ISigner> others)
    {
        using var timeout = new CancellationTokenSource(Timeout.InfiniteTimeSpan, context.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, _stop.Token);
        try
        {
            var needed = message.StaticAccounts.Take(message.SignerCount).ToHashSet();
            needed.Remove(context.FeePayer);
            var signers = new List<ISigner> { context.FeePayerKey };
            signers.AddRange(others.Where(signer => needed.Remove(SolanaTransactionRequest.AddressOf(signer))));
            var signing = new SolanaTransaction(message).SignAsync(signers, either.Token).AsTask();
            if (!signing.IsCompleted)
            {
                timeout.CancelAfter(context.Options.SigningTimeout);
            }

            var signed = await signing.WaitAsync(either.Token).ConfigureAwait(false);

            // Remote keys may be others than their names say; what they signed must never be sent, nor waited for.
            return signed.IsComplete && signed.Verify()
                ? signed
                : throw new SolanaSendException(SolanaSendError.SigningFailed, "A signature is missing, or not valid under the public key that its signer names. Nothing was sent.");
        }
        catch (Exception problem) when (problem is not SolanaSendException && !_stop.IsCancellationRequested)
        {
            string why = timeout.IsCancellationRequested ? $"no signature came within {context.Options.SigningTimeout}" : problem.Message;
            throw new SolanaSendException(SolanaSendError.SigningFailed, $"The transaction could not be signed: {why}. Nothing was sent.", innerException: problem);
        }
    }

    public static SolanaSendException KeyReused(string key) => new(SolanaSendError.KeyReused, $"The key '{key}' names an earlier transaction with other instructions. Use a new key for a new transaction.");

    private void Pass(OutboxCommand command, PreparationJob job)
    {
        if (!loop.Post(command))
        {
            Fail(job, Closed());
        }
    }

    private static ObjectDisposedException Closed() => new(nameof(SolanaSender), "The sender was closed before the transaction was sent.");

    private void Fail(PreparationJob job, Exception problem)
    {
        bool isStopped = _stop.IsCancellationRequested && problem is not SolanaSendException;
        if (job.Renewal is { } entry)
        {
            loop.Post(new OutboxCommand.NotRenewed(entry, problem));
            return;
        }

        Fail(job.Ticket!, isStopped ? Closed() : problem switch
        {
            SolanaSendException or ObjectDisposedException => problem,
            RpcException => new SolanaSendException(SolanaSendError.Unavailable, $"The transaction could not be tried out or prepared, so it was not sent: {problem.Message}", innerException: problem),
            _ => new SolanaSendException(SolanaSendError.JournalFailed, $"The sender failed before the transaction was sent: {problem.Message}", innerException: problem),
        });
    }

    private void Fail(SendTicket ticket, Exception problem)
    {
        loop.Completed(ticket);
        ticket.Fail(problem);
    }
}
