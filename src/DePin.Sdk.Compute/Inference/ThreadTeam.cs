using System.Diagnostics;
using System.Runtime.InteropServices;

namespace DePin.Sdk.Compute.Inference;

/// <summary>A few threads that go through one computation after another together, in phases.</summary>
/// <remarks>
/// A transformer has a hundred short phases for each token, so members meet by spinning, not by sleeping. Between computations they
/// look for the next one for a fraction of a millisecond, then sleep. Used by one thread at a time.
/// </remarks>
internal sealed class ThreadTeam : IDisposable
{
    private const int PausesBeforeYield = 2000;
    private static readonly long LookTicks = Stopwatch.Frequency / 4000;

    private readonly List<Worker> _workers = [];
    private ITeamWork? _work;
    private Exception? _failure;
    private volatile bool _stopping;
    private int _members = 1;
    private ThreadPriority _priority = ThreadPriority.Normal;
    private Counters _counters;

    /// <summary>Lets the calling thread and others go through a computation; returns when all are through.</summary>
    /// <param name="members">How many take part, the caller included; threads are started when first needed.</param>
    /// <param name="work">The computation.</param>
    /// <exception cref="InvalidOperationException">A member failed; the inner exception says how.</exception>
    public void Run(int members, ITeamWork work)
    {
        _members = members;
        _counters.Next = 0;
        _counters.Arrived = 0;
        if (members == 1)
        {
            work.Execute(0, 1);
            return;
        }

        while (_workers.Count < members - 1)
        {
            _workers.Add(new Worker(this, _workers.Count + 1));
        }

        _failure = null;
        _work = work;
        Volatile.Write(ref _counters.Running, members - 1);
        for (int i = 0; i < members - 1; i++)
        {
            _workers[i].Start();
        }

        Execute(0, members);
        int pauses = 0;
        while (Volatile.Read(ref _counters.Running) != 0)
        {
            Pause(ref pauses);
        }

        if (_failure is { } failure)
        {
            throw new InvalidOperationException("A computing thread failed.", failure);
        }
    }

    /// <summary>Waits inside a computation until every member has come this far; hands out pieces from the first again.</summary>
    public void Barrier()
    {
        if (_members == 1)
        {
            _counters.Next = 0;
            return;
        }

        int phase = Volatile.Read(ref _counters.Phase);
        if (Interlocked.Increment(ref _counters.Arrived) == _members)
        {
            _counters.Arrived = 0;
            _counters.Next = 0;
            Volatile.Write(ref _counters.Phase, phase + 1);
            return;
        }

        int pauses = 0;
        while (Volatile.Read(ref _counters.Phase) == phase)
        {
            Pause(ref pauses);
            if (Volatile.Read(ref _failure) is not null)
            {
                throw new OperationCanceledException("Another member failed.");
            }
        }
    }

    /// <summary>Hands out the pieces of a phase one by one; a value at or above their number means that none is left.</summary>
    public int NextPiece() => _members == 1 ? _counters.Next++ : Interlocked.Increment(ref _counters.Next) - 1;

    /// <summary>Sets the priority that the computing threads take on with the next computation; that of the caller is its own affair.</summary>
    public void SetPriority(ThreadPriority priority) => _priority = priority;

    public void Dispose()
    {
        _stopping = true;
        _workers.ForEach(static w => w.Dispose());
    }

    private static void Pause(ref int pauses)
    {
        // Whoever is waited for may have lost its processor to another program: give it back after a while.
        if (++pauses < PausesBeforeYield)
        {
            Thread.SpinWait(1);
        }
        else
        {
            Thread.Yield();
        }
    }

    private void Execute(int member, int members)
    {
        try
        {
            _work!.Execute(member, members);
        }
#pragma warning disable CA1031 // Passed on to the thread that asked for the computation.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Interlocked.CompareExchange(ref _failure, e, null);
        }
    }

    /// <summary>What all members write lies on cache lines of its own.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 640)]
    private struct Counters
    {
        [FieldOffset(128)]
        public int Next;

        [FieldOffset(256)]
        public int Arrived;

        [FieldOffset(384)]
        public int Phase;

        [FieldOffset(512)]
        public int Running;
    }

    private sealed class Worker : IDisposable
    {
        private readonly ThreadTeam _team;
        private readonly int _member;
        private readonly Thread _thread;
        private readonly ManualResetEventSlim _wake = new(false, spinCount: 0);
        private int _started;
        private int _done;
        private volatile bool _isAsleep;

        public Worker(ThreadTeam team, int member)
        {
            _team = team;
            _member = member;
            _thread = new Thread(Work) { IsBackground = true, Name = "DePin.Sdk.Compute kernel" };
            _thread.Start();
        }

        public void Start()
        {
            Interlocked.Increment(ref _started);
            if (_isAsleep)
            {
                _wake.Set();
            }
        }

        public void Dispose()
        {
            _wake.Set();
            _thread.Join();
            _wake.Dispose();
        }

        private void Work()
        {
            var priority = ThreadPriority.Normal;
            while (WaitForStart())
            {
                _done++;
                if (priority != _team._priority)
                {
                    priority = _team._priority;
                    OwnThreadPriority.Set(priority);
                }

                _team.Execute(_member, _team._members);
                Interlocked.Decrement(ref _team._counters.Running);
            }
        }

        private bool WaitForStart()
        {
            long giveUp = Stopwatch.GetTimestamp() + LookTicks;
            for (int looks = 1; Volatile.Read(ref _started) == _done; looks++)
            {
                if (_team._stopping)
                {
                    return false;
                }

                Thread.SpinWait(1);
                if (looks % 32 == 0 && Stopwatch.GetTimestamp() > giveUp)
                {
                    Sleep();
                }
            }

            return true;
        }

        private void Sleep()
        {
            // Announce the sleep, then look once more: whoever starts work either sees the announcement or is seen here.
            _wake.Reset();
            _isAsleep = true;
            Interlocked.MemoryBarrier();
            if (Volatile.Read(ref _started) == _done && !_team._stopping)
            {
                _wake.Wait();
            }

            _isAsleep = false;
        }
    }
}
