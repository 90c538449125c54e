using DePin.Sdk.Identity;

namespace DePin.Sdk.Chains.Solana.Sending.Internal;

/// <summary>A request and everybody who waits for it. Until what was signed for it is in the journal, it is dropped when the last of them leaves.</summary>
internal sealed class SendTicket(RequestBody body, string? key, IReadOnlyList<ISigner> signers)
{
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource<SolanaReceipt> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IReadOnlyList<ISigner> _signers = signers;
    private int _waiters;
    private bool _isCommitted;
    private bool _isAbandoned;

    public RequestBody Body { get; } = body;

    public string? Key { get; } = key;

    /// <summary>The keys beside the fee payer's. Those of whoever asked last: after a restart the first to ask brings them.</summary>
    public IReadOnlyList<ISigner> Signers
    {
        get
        {
            lock (_gate)
            {
                return _signers;
            }
        }
    }

    /// <summary>The last transaction that was signed for it.</summary>
    public SolanaSignature? Transaction { get; set; }

    public bool IsCompleted => _completion.Task.IsCompleted;

    public bool IsAbandoned
    {
        get
        {
            lock (_gate)
            {
                return _isAbandoned;
            }
        }
    }

    /// <summary>Counts one more waiter; false when the ticket was dropped already.</summary>
    public bool TryJoin(IReadOnlyList<ISigner> signers)
    {
        lock (_gate)
        {
            if (_isAbandoned)
            {
                return false;
            }

            _waiters++;
            _signers = signers.Count > 0 ? signers : _signers;
            return true;
        }
    }

    /// <summary>From here on it is sent whatever its waiters do; false when they have all left.</summary>
    public bool TryCommit()
    {
        lock (_gate)
        {
            if (_isAbandoned)
            {
                return false;
            }

            _isCommitted = true;
            return true;
        }
    }

    public void Complete(SolanaReceipt receipt) => _completion.TrySetResult(receipt);

    public void Fail(Exception problem)
    {
        if (_completion.TrySetException(problem))
        {
            _ = _completion.Task.Exception; // nobody may be waiting
        }
    }

    /// <summary>Waits as one of those counted by <see cref="TryJoin"/>.</summary>
    public async Task<SolanaReceipt> WaitAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _completion.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            lock (_gate)
            {
                _waiters--;
                _isAbandoned = _isAbandoned || (_waiters == 0 && !_isCommitted && !_completion.Task.IsCompleted);
            }
        }
    }
}
