using System.Runtime.ExceptionServices;
using System.Threading.Tasks.Sources;

namespace DePin.Sdk.Compute.Generation;

/// <summary>The generated tokens of one answer on their way from the engine's thread to one reader; moving a token allocates nothing.</summary>
internal sealed class TokenStream(int[] tokens, int start) : IValueTaskSource<bool>, IThreadPoolWorkItem
{
    private ManualResetValueTaskSourceCore<bool> _wait;
    private int _written;
    private int _read;
    private int _isWaiting;
    private Exception? _error;
    private volatile bool _isCompleted;

    /// <summary>How many tokens the reader has not taken yet.</summary>
    public int Unread => Volatile.Read(ref _written) - Volatile.Read(ref _read);

    /// <summary>Whether nothing will be added any more; tokens may still be unread, so look here before trying to read.</summary>
    public bool IsCompleted => _isCompleted;

    /// <summary>Why the stream ended early; null when it did not. Valid once it is completed.</summary>
    public Exception? Error => _error;

    /// <summary>Takes a token if there is one. For the reader.</summary>
    public bool TryRead(out int token)
    {
        if (_read < Volatile.Read(ref _written))
        {
            token = tokens[start + _read];
            Volatile.Write(ref _read, _read + 1);
            return true;
        }

        token = 0;
        return false;
    }

    /// <summary>True when it is worth trying to read, false at the end; throws the error that the stream ended with. For the reader.</summary>
    public ValueTask<bool> WaitToReadAsync()
    {
        if (IsReady)
        {
            return new ValueTask<bool>(Result());
        }

        _wait.Reset();
        short version = _wait.Version;

        // Announce the wait, then look once more: the writer either sees the announcement or is seen here.
        Interlocked.Exchange(ref _isWaiting, 1);
        return IsReady && Interlocked.Exchange(ref _isWaiting, 0) == 1
            ? new ValueTask<bool>(Result())
            : new ValueTask<bool>(this, version);
    }

    /// <summary>Publishes one more token, which stands in the array already. For the writer.</summary>
    public void Publish()
    {
        Volatile.Write(ref _written, _written + 1);
        Signal();
    }

    /// <summary>Ends the stream. For the writer.</summary>
    public void Complete(Exception? error)
    {
        if (!_isCompleted)
        {
            _error = error;
            _isCompleted = true;
            Signal();
        }
    }

    /// <summary>Lets the reader go on, on a thread of the pool: the engine's thread has better things to do.</summary>
    void IThreadPoolWorkItem.Execute() => _wait.SetResult(true);

    bool IValueTaskSource<bool>.GetResult(short token)
    {
        _wait.GetResult(token);
        return Result();
    }

    ValueTaskSourceStatus IValueTaskSource<bool>.GetStatus(short token) => _wait.GetStatus(token);

    void IValueTaskSource<bool>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _wait.OnCompleted(continuation, state, token, flags);

    private bool IsReady => Unread > 0 || _isCompleted;

    private bool Result()
    {
        // A wake-up may come late, for a token that has been read since; that is no end. And the end is looked at first, because
        // the last tokens come before it.
        bool isCompleted = _isCompleted;
        if (!isCompleted || Unread > 0)
        {
            return true;
        }

        if (_error is not null)
        {
            ExceptionDispatchInfo.Throw(_error);
        }

        return false;
    }

    private void Signal()
    {
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _isWaiting) != 0 && Interlocked.Exchange(ref _isWaiting, 0) == 1)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }
}
