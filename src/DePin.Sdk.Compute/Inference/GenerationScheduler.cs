using System.Collections.Concurrent;

namespace DePin.Sdk.Compute.Inference;

/// <summary>
/// One thread that owns a runner and serves all sequences: each pass takes one token of every sequence that is generating, and fills
/// the batch up with prompts that are still being read. Sleeps when there is nothing to do.
/// </summary>
internal sealed class GenerationScheduler : IDisposable
{
    private readonly IModelRunner _runner;
    private readonly Func<int, bool> _isEnd;
    private readonly ConcurrentQueue<GenerationSequence> _incoming = new();
    private readonly List<GenerationSequence> _active = [];
    private readonly List<(GenerationSequence Sequence, int Tokens)> _planned = [];
    private readonly TokenInput[] _batch;
    private readonly AutoResetEvent _signal = new(false);
    private readonly Thread _thread;
    private float[] _logits;
    private int _sequenceCount;
    private int _isWaiting;
    private int _turn;
    private volatile bool _stopping;

    /// <param name="runner">The runner; from now on it belongs to the scheduler's thread, and is disposed with it.</param>
    /// <param name="isEnd">Whether a token ends an answer.</param>
    public GenerationScheduler(IModelRunner runner, Func<int, bool> isEnd)
    {
        _runner = runner;
        _isEnd = isEnd;
        _batch = new TokenInput[runner.MaxBatchTokens];
        _logits = new float[runner.Config.VocabularySize];
        _thread = new Thread(Work) { IsBackground = true, Name = "DePin.Sdk.Compute scheduler" };
        _thread.Start();
    }

    /// <summary>Accepts a sequence; its tokens then appear in it.</summary>
    /// <exception cref="InferenceException">As many sequences as the runner allows are running.</exception>
    public void Submit(GenerationSequence sequence)
    {
        ObjectDisposedException.ThrowIf(_stopping, typeof(LocalModel));
        if (Interlocked.Increment(ref _sequenceCount) > _runner.MaxSequences)
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
        _signal.Set();
        _thread.Join();

        // The signal is left to the finalizer: a reader may be about to set it.
    }

    private void Work()
    {
        while (!_stopping)
        {
            Admit();
            RemoveCancelled();
            if (!Step())
            {
                Wait();
            }
        }

        Admit();
        while (_active.Count > 0)
        {
            Release(_active[^1], new ObjectDisposedException(nameof(LocalModel)));
        }

        _runner.Dispose();
    }

    private void Wait()
    {
        // Announce the wait, then look once more: whoever brings work either sees the announcement or is seen here.
        Interlocked.Exchange(ref _isWaiting, 1);
        if (_incoming.IsEmpty && !_stopping && !_active.Exists(static s => s.IsCancelled || s.HasRoom))
        {
            _signal.WaitOne();
        }

        Volatile.Write(ref _isWaiting, 0);
    }

    private void Admit()
    {
        while (_incoming.TryDequeue(out var sequence))
        {
            _active.Add(sequence);
            if (sequence.IsCancelled)
            {
                continue;
            }

            try
            {
                sequence.Handle = _runner.OpenSequence(sequence.Prompt.Length + sequence.MaxNewTokens);
                sequence.IsOpen = true;
            }
#pragma warning disable CA1031 // The caller that reads the sequence gets it.
            catch (Exception e)
#pragma warning restore CA1031
            {
                Release(sequence, e);
            }
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
    }

    private void Release(GenerationSequence sequence, Exception? error)
    {
        _active.Remove(sequence);
        if (sequence.IsOpen)
        {
            sequence.IsOpen = false;
            _runner.CloseSequence(sequence.Handle);
        }

        Interlocked.Decrement(ref _sequenceCount);
        sequence.Complete(error);
    }

    /// <summary>Runs one batch; false when no sequence could use it.</summary>
    private bool Step()
    {
        int count = PlanBatch();
        if (count == 0)
        {
            return false;
        }

        try
        {
            _runner.Forward(_batch.AsSpan(0, count), _logits);
        }
#pragma warning disable CA1031 // Passed on to the callers of all sequences of the batch.
        catch (Exception e)
#pragma warning restore CA1031
        {
            foreach (var (sequence, _) in _planned)
            {
                Release(sequence, new InferenceException("The engine failed while it computed.", e));
            }

            return true;
        }

        int row = 0;
        foreach (var (sequence, tokens) in _planned)
        {
            sequence.Length += tokens;
            if (sequence.Length >= sequence.Prompt.Length)
            {
                Sample(sequence, _logits.AsSpan(row++ * _runner.Config.VocabularySize, _runner.Config.VocabularySize));
            }
        }

        return true;
    }

    private int PlanBatch()
    {
        _planned.Clear();
        int count = 0;
        int rows = 0;

        // Generating sequences first, so that a long prompt never makes them wait; and each time another one begins.
        _turn = _active.Count > 0 ? (_turn + 1) % _active.Count : 0;
        for (int pass = 0; pass < 2; pass++)
        {
            for (int i = 0; i < _active.Count && count < _batch.Length; i++)
            {
                var sequence = _active[(_turn + i) % _active.Count];
                bool isGenerating = sequence.Length >= sequence.Prompt.Length;
                if (isGenerating != (pass == 0) || !sequence.HasRoom)
                {
                    continue;
                }

                int tokens = Math.Min(sequence.Outstanding, _batch.Length - count);
                bool isLast = tokens == sequence.Outstanding;
                for (int k = 0; k < tokens; k++)
                {
                    int position = sequence.Length + k;
                    _batch[count++] = new TokenInput(sequence.Handle, sequence.TokenAt(position), position, isLast && k == tokens - 1);
                }

                rows += isLast ? 1 : 0;
                _planned.Add((sequence, tokens));
            }
        }

        long floats = (long)rows * _runner.Config.VocabularySize;
        if (_logits.Length < floats)
        {
            _logits = new float[floats];
        }

        return count;
    }

    private void Sample(GenerationSequence sequence, Span<float> logits)
    {
        try
        {
            int token = sequence.Sampler.Sample(logits, sequence.Length);
            if (_isEnd(token))
            {
                sequence.EndedByModel = true;
                Release(sequence, null);
                return;
            }

            sequence.Sampler.Accept(token);
            sequence.LastToken = token;
            sequence.Write(token);
            if (++sequence.GeneratedCount == sequence.MaxNewTokens)
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
