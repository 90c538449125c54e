namespace DePin.Sdk.Compute.Inference;

/// <summary>A few threads that share the pieces of one computation after another.</summary>
/// <remarks>
/// Pieces are handed out one by one, so a thread that the operating system holds back costs little. Idle threads look for work for
/// some tens of microseconds, then sleep.
/// </remarks>
internal sealed class ThreadTeam : IDisposable
{
    private const int LooksBeforeSleep = 100;

    private readonly Thread[] _threads;
    private readonly SemaphoreSlim _wake = new(0);
    private Action<int, int>? _body;
    private Exception? _failure;
    private int _unfinished;
    private int _sleepers;
    private volatile bool _stopping;

    // The number of the computation in the upper half, the pieces not yet handed out in the lower.
    private long _ticket;

    public ThreadTeam(int threads)
    {
        _threads = new Thread[threads - 1];
        for (int i = 0; i < _threads.Length; i++)
        {
            int member = i + 1;
            _threads[i] = new Thread(() => Work(member)) { IsBackground = true, Name = "DePin.Sdk.Compute kernel" };
            _threads[i].Start();
        }
    }

    public int Count => _threads.Length + 1;

    /// <summary>Calls the body with each piece below <paramref name="pieces"/> and the number of the calling member.</summary>
    public void Run(int pieces, bool parallel, Action<int, int> body)
    {
        if (!parallel || _threads.Length == 0 || pieces == 1)
        {
            for (int i = 0; i < pieces; i++)
            {
                body(i, 0);
            }

            return;
        }

        _body = body;
        Volatile.Write(ref _unfinished, pieces);
        long number = (Volatile.Read(ref _ticket) >>> 32) + 1;
        Interlocked.Exchange(ref _ticket, (number << 32) | (uint)pieces);
        int sleepers = Interlocked.Exchange(ref _sleepers, 0);
        if (sleepers > 0)
        {
            _wake.Release(sleepers);
        }

        while (TryWork(0))
        {
        }

        var spin = default(SpinWait);
        while (Volatile.Read(ref _unfinished) != 0)
        {
            spin.SpinOnce(sleep1Threshold: -1);
        }

        if (Interlocked.Exchange(ref _failure, null) is { } failure)
        {
            throw new InvalidOperationException("A computing thread failed.", failure);
        }
    }

    public void Dispose()
    {
        _stopping = true;
        _wake.Release(_threads.Length + 1);
        foreach (var thread in _threads)
        {
            thread.Join();
        }

        _wake.Dispose();
    }

    private bool TryWork(int member)
    {
        long ticket = Volatile.Read(ref _ticket);
        while ((uint)ticket != 0)
        {
            long seen = Interlocked.CompareExchange(ref _ticket, ticket - 1, ticket);
            if (seen == ticket)
            {
                // The computation cannot end, nor the next begin, before this piece is finished.
                try
                {
                    _body!((int)(uint)ticket - 1, member);
                }
#pragma warning disable CA1031 // Passed on to the thread that asked for the computation.
                catch (Exception e)
#pragma warning restore CA1031
                {
                    Interlocked.CompareExchange(ref _failure, e, null);
                }

                Interlocked.Decrement(ref _unfinished);
                return true;
            }

            ticket = seen;
        }

        return false;
    }

    private void Work(int member)
    {
        int looks = 0;
        while (!_stopping)
        {
            if (TryWork(member))
            {
                looks = 0;
            }
            else if (++looks < LooksBeforeSleep)
            {
                Thread.SpinWait(10);
            }
            else
            {
                looks = 0;

                // Announce the sleep, then look once more: whoever hands out work either sees the announcement or is seen here.
                Interlocked.Increment(ref _sleepers);
                if ((uint)Volatile.Read(ref _ticket) == 0 || !TryWithdraw())
                {
                    _wake.Wait();
                }
            }
        }
    }

    /// <summary>Takes back one announced sleep; false when somebody has already answered it with a wake-up.</summary>
    private bool TryWithdraw()
    {
        int sleepers = Volatile.Read(ref _sleepers);
        while (sleepers > 0)
        {
            int seen = Interlocked.CompareExchange(ref _sleepers, sleepers - 1, sleepers);
            if (seen == sleepers)
            {
                return true;
            }

            sleepers = seen;
        }

        return false;
    }
}
