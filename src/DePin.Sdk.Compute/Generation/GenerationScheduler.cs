using System.Collections.Concurrent;
using DePin.Sdk.Compute.Inference;
using DePin.Sdk.Compute.Sampling;

namespace DePin.Sdk.Compute.Generation;

/// <summary>
/// One thread that owns a runner and serves all sequences: each pass takes one token of every sequence that is generating, and a piece
/// of the prompts that are still being read. Sleeps when there is nothing to do.
/// </summary>
internal sealed class GenerationScheduler : IDisposable
{
    private readonly int _mostRows;
    private readonly IModelRunner _runner;
    private readonly GenerationOptions _options;
    private readonly ConcurrentQueue<GenerationSequence> _incoming = new();
    private readonly ConcurrentQueue<ISchedulerCommand> _commands = new();
    private readonly List<GenerationSequence> _active = [];
    private readonly SequenceStore _store;
    private readonly SequenceAdmission _admission;
    private readonly PassPlan _plan;
    private readonly TokenChooser _chooser;
    private readonly DutyCycle _cycle;
    private readonly AutoResetEvent _signal = new(false);
    private readonly Thread _thread;
    private int _sequenceCount;
    private int _isWaiting;
    private volatile bool _stopping;

    /// <param name="runner">The runner; from now on it belongs to the scheduler's thread, and is disposed with it.</param>
    /// <param name="isEnd">Whether a token ends an answer.</param>
    /// <param name="options">Bounds.</param>
    public GenerationScheduler(IModelRunner runner, Func<int, bool> isEnd, GenerationOptions options)
    {
        // Reading the weights once serves so many tokens at hardly more cost than one.
        _mostRows = Math.Min(16, runner.MaxBatchTokens);
        _runner = runner;
        _options = options;
        _store = new SequenceStore(runner, new PrefixCache(runner, options.CacheTokens));
        _admission = new SequenceAdmission(runner, _store, _active, usesCache: options.CacheTokens > 0);
        _plan = new PassPlan(runner, options.PromptChunk);
        _chooser = new TokenChooser(runner, isEnd);
        _cycle = new DutyCycle(options.Budget.Clock, Wake);
        options.Budget.Changed += Wake;
        _thread = new Thread(Work) { IsBackground = true, Name = "DePin.Sdk.Compute scheduler" };
        _thread.Start();
    }

    /// <summary>Accepts a sequence; its tokens then appear in it.</summary>
    /// <exception cref="InferenceException">As many sequences as the runner allows are running, and as many as may wait.</exception>
    public void Submit(GenerationSequence sequence)
    {
        ObjectDisposedException.ThrowIf(_stopping, typeof(LocalModel));
        if (Interlocked.Increment(ref _sequenceCount) > _runner.MaxSequences + _options.MaxQueued)
        {
            Interlocked.Decrement(ref _sequenceCount);
            throw new InferenceException(
                InferenceErrorCode.TooManySequences, $"All {_runner.MaxSequences} sequences of this model are in use; try again when one has ended.");
        }

        _incoming.Enqueue(sequence);
        Wake();
        if (_stopping)
        {
            // The thread may be past its last look at the queue.
            sequence.Complete(new ObjectDisposedException(nameof(LocalModel)));
        }
    }

    /// <summary>Writes as much of the state of some tokens as there is, and says of how many.</summary>
    public Task<int> SaveAsync(PrefixPartition partition, int[] tokens, Stream destination) =>
        InvokeAsync(() => _admission.Save(partition, tokens, destination));

    /// <summary>Takes over a state that was saved, pinned.</summary>
    public Task<CachedPrefix> RestoreAsync(PrefixPartition partition, int[] tokens, Stream source) =>
        InvokeAsync(() => _store.Restore(partition, tokens, source));

    /// <summary>Lets go of what a sequence pinned.</summary>
    public void Unpin(CachedPrefix entry)
    {
        if (!_stopping)
        {
            _ = InvokeAsync(() =>
            {
                _store.Cache.Unpin(entry);
                return true;
            });
        }
    }

    /// <summary>Ends a sequence early; it is released before the next pass.</summary>
    public void Cancel(GenerationSequence sequence)
    {
        sequence.Cancel();
        Wake();
    }

    /// <summary>To be called when a reader has taken tokens, since its sequence may have waited for room.</summary>
    public void Wake()
    {
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _isWaiting) != 0)
        {
            _signal.Set();
        }
    }

    public void Dispose()
    {
        if (_stopping)
        {
            return;
        }

        _stopping = true;
        _options.Budget.Changed -= Wake;
        _signal.Set();
        _thread.Join();

        // The signal is left to the finalizer: a reader may be about to set it.
    }

    /// <summary>Runs something on the scheduler's thread, between two passes.</summary>
    private Task<T> InvokeAsync<T>(Func<T> action)
    {
        var command = new SchedulerCommand<T>(action);
        _commands.Enqueue(command);
        Wake();
        if (_stopping)
        {
            command.Abandon();
        }

        return command.Done;
    }

    private bool IsHeldUp => _options.Budget.IsPaused || _cycle.IsResting;

    private void Work()
    {
        var priority = ThreadPriority.Normal;
        while (!_stopping)
        {
            if (priority != _options.Budget.Priority)
            {
                priority = _options.Budget.Priority;
                OwnThreadPriority.Set(priority);
            }

            try
            {
                // In this order, a request finds what was asked for before it done.
                TakeIncoming();
                RunCommands();
                RemoveCancelled();
                Admit();
                if (IsHeldUp || !RunPass())
                {
                    Wait();
                }
            }
#pragma warning disable CA1031 // Passed on to the callers of all sequences; the next request may fare better.
            catch (Exception e)
#pragma warning restore CA1031
            {
                Abandon(new InferenceException("The engine failed while it computed.", e));
            }
        }

        Stop();
    }

    private bool RunPass()
    {
        long start = _cycle.Begin();
        bool ran = Step();
        if (ran)
        {
            _cycle.End(start, _options.Budget.MaxShare);
        }

        return ran;
    }

    private void Stop()
    {
        var reason = new ObjectDisposedException(nameof(LocalModel));
        while (_incoming.TryDequeue(out var sequence))
        {
            sequence.Complete(reason);
        }

        foreach (var sequence in _admission.Queue)
        {
            sequence.Complete(reason);
        }

        foreach (var sequence in _active)
        {
            sequence.Complete(reason);
        }

        while (_commands.TryDequeue(out var command))
        {
            command.Abandon();
        }

        _cycle.Dispose();
        _options.Drafter?.Dispose();
        _runner.Dispose();
    }

    private void Wait()
    {
        // Announce the wait, then look once more: whoever brings work either sees the announcement or is seen here.
        Interlocked.Exchange(ref _isWaiting, 1);
        if (!_stopping && _incoming.IsEmpty && _commands.IsEmpty && !HasWork())
        {
            _signal.WaitOne();
        }

        Volatile.Write(ref _isWaiting, 0);
    }

    private bool HasWork()
    {
        bool isHeldUp = IsHeldUp;
        foreach (var sequence in _active)
        {
            if (sequence.IsCancelled || (!isHeldUp && sequence.HasRoom))
            {
                return true;
            }
        }

        foreach (var sequence in _admission.Queue)
        {
            if (sequence.IsCancelled)
            {
                return true;
            }
        }

        return false;
    }

    private void RunCommands()
    {
        while (_commands.TryDequeue(out var command))
        {
            command.Run();
        }
    }

    private void RemoveCancelled()
    {
        for (int i = _active.Count - 1; i >= 0; i--)
        {
            if (_active[i].IsCancelled)
            {
                Release(_active[i], null);
            }
        }

        while (_admission.TakeCancelled() is { } cancelled)
        {
            Finish(cancelled, null);
        }
    }

    private void TakeIncoming()
    {
        while (_incoming.TryDequeue(out var sequence))
        {
            _admission.Enqueue(sequence);
        }
    }

    private void Admit()
    {
        while (_admission.TryStart(mayWait: _options.MaxQueued > 0, out var sequence, out var error))
        {
            if (error is not null)
            {
                Finish(sequence, error);
                continue;
            }

            _active.Add(sequence);
            if (sequence.Outstanding == 0)
            {
                Release(sequence, null);
            }
        }
    }

    /// <summary>Ends all running sequences, whose state may be anything, and keeps nothing of them.</summary>
    private void Abandon(InferenceException error)
    {
        GenerationSequence[] abandoned = [.. _active];
        _active.Clear();
        foreach (var sequence in abandoned)
        {
            try
            {
                _options.Drafter?.Forget(sequence);
                if (sequence.IsOpen)
                {
                    sequence.IsOpen = false;
                    _runner.CloseSequence(sequence.Handle);
                }
            }
#pragma warning disable CA1031 // There is an error to report already.
            catch (Exception)
#pragma warning restore CA1031
            {
            }

            Finish(sequence, error);
        }
    }

    /// <summary>Ends a running sequence; what it has computed is kept for others where that is wanted.</summary>
    private void Release(GenerationSequence sequence, Exception? error)
    {
        _active.Remove(sequence);
        _options.Drafter?.Forget(sequence);
        if (sequence.IsOpen)
        {
            sequence.IsOpen = false;
            _admission.Retire(sequence, hasFailed: error is not null);
        }

        Finish(sequence, error);
    }

    private void Finish(GenerationSequence sequence, Exception? error)
    {
        Interlocked.Decrement(ref _sequenceCount);
        sequence.Complete(error);
    }

    /// <summary>Runs one batch; false when no sequence could use it.</summary>
    private bool Step()
    {
        Draft();
        if (!_plan.Make(_active))
        {
            return false;
        }

        _plan.Run();
        foreach (var part in _plan.Parts)
        {
            Take(part);
        }

        return true;
    }

    private void Draft()
    {
        if (_options.Drafter is not { } drafter)
        {
            return;
        }

        int generating = 0;
        foreach (var sequence in _active)
        {
            generating += sequence.IsReading ? 0 : 1;
        }

        int share = generating == 0 ? 0 : (_mostRows / generating) - 1;
        foreach (var sequence in _active)
        {
            if (sequence.Sampler is not null)
            {
                // The last token of an answer needs no guess, nor does one that its reader has no room for.
                int limit = Math.Min(sequence.MaxNewTokens - sequence.GeneratedCount, sequence.Room) - 1;
                sequence.Drafts ??= new DraftState(_options.MaxDrafts);
                sequence.Drafts.Begin(sequence.IsReading ? 0 : Math.Min(limit, share));
            }
        }

        drafter.Draft(_active);
    }

    private void Take(in PassPart part)
    {
        var sequence = part.Sequence;
        try
        {
            bool goesOn = _chooser.Take(part, _plan.RowsOf(part));
            if (!goesOn)
            {
                Release(sequence, null);
            }
        }
#pragma warning disable CA1031 // The caller that reads the sequence gets it.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Release(sequence, e);
        }
    }
}
