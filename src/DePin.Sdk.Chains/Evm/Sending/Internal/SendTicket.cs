using DePin.Sdk.Chains.Evm.Rpc;

namespace DePin.Sdk.Chains.Evm.Sending.Internal;

/// <summary>A request and everybody who waits for it. Until it is committed to a nonce, it is dropped when the last of them leaves.</summary>
internal sealed class SendTicket(EvmTransactionRequest request, Hash32 digest)
{
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource<EvmReceipt> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _waiters;
    private bool _isCommitted;
    private bool _isAbandoned;

    public EvmTransactionRequest Request { get; } = request;

    public Hash32 Digest { get; } = digest;

    public string? Key => Request.Key;

    /// <summary>Set by the simulation.</summary>
    public ulong GasLimit { get; set; }

    /// <summary>Until when it waits for gas to become cheaper; null as long as it never had to.</summary>
    public DateTimeOffset? FeeDeadline { get; set; }

    /// <summary>The last transaction that was signed for it.</summary>
    public Hash32? Transaction { get; set; }

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
    public bool TryJoin()
    {
        lock (_gate)
        {
            if (_isAbandoned)
            {
                return false;
            }

            _waiters++;
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

    /// <summary>Takes the commitment back: what was signed is dropped unsent, and the request takes another turn.</summary>
    public void Uncommit()
    {
        lock (_gate)
        {
            _isCommitted = false;
            _isAbandoned = _waiters == 0;
        }
    }

    /// <summary>Drops the ticket if it is not committed yet.</summary>
    public bool TryAbandon()
    {
        lock (_gate)
        {
            return _isAbandoned = !_isCommitted;
        }
    }

    public void Complete(EvmReceipt receipt) => _completion.TrySetResult(receipt);

    public void Fail(Exception problem)
    {
        if (_completion.TrySetException(problem))
        {
            _ = _completion.Task.Exception; // nobody may be waiting
        }
    }

    /// <summary>Waits as one of those counted by <see cref="TryJoin"/>.</summary>
    public async Task<EvmReceipt> WaitAsync(CancellationToken cancellationToken)
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
