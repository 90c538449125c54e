using System.Diagnostics.CodeAnalysis;
using DePin.Sdk.Compute.Inference;

namespace DePin.Sdk.Compute.Generation;

/// <summary>Decides when waiting sequences start and from which beginning, and what is kept of those that have ended.</summary>
internal sealed class SequenceAdmission(IModelRunner runner, SequenceStore store, List<GenerationSequence> active, bool usesCache)
{
    // Below this, copying the state of a few tokens costs more than running them.
    private const int ShortestMatch = 16;

    // A beginning that another sequence is about to have read is worth waiting for if it saves so many tokens.
    private const int ShortestWait = 32;

    private readonly List<GenerationSequence> _queue = [];

    /// <summary>The sequences that wait: the highest priority first, then the first come.</summary>
    public List<GenerationSequence> Queue => _queue;

    public void Enqueue(GenerationSequence sequence)
    {
        int at = _queue.Count;
        while (at > 0 && _queue[at - 1].Priority < sequence.Priority)
        {
            at--;
        }

        _queue.Insert(at, sequence);
    }

    public GenerationSequence? TakeCancelled()
    {
        for (int i = 0; i < _queue.Count; i++)
        {
            if (_queue[i].IsCancelled)
            {
                var sequence = _queue[i];
                _queue.RemoveAt(i);
                return sequence;
            }
        }

        return null;
    }

    /// <summary>Takes the next sequence that can start, or that never can, out of the queue.</summary>
    /// <param name="mayWait">Whether a sequence for which there is no memory waits until others have ended.</param>
    /// <param name="sequence">The sequence; it is open unless there is an error.</param>
    /// <param name="error">Why it cannot start.</param>
    public bool TryStart(bool mayWait, [NotNullWhen(true)] out GenerationSequence? sequence, out Exception? error)
    {
        sequence = null;
        error = null;
        for (int i = 0; i < _queue.Count && active.Count < runner.MaxSequences; i++)
        {
            var next = _queue[i];
            var match = Match(next, out bool isWorthWaiting);
            if (isWorthWaiting)
            {
                continue;
            }

            try
            {
                Open(next, match);
            }
            catch (InferenceException e) when (e.Code == InferenceErrorCode.OutOfKeyValueMemory && mayWait && active.Count > 0)
            {
                // Those behind it must not overtake it for ever.
                return false;
            }
#pragma warning disable CA1031 // The caller that reads the sequence gets it.
            catch (Exception e)
#pragma warning restore CA1031
            {
                error = e;
            }

            _queue.RemoveAt(i);
            sequence = next;
            return true;
        }

        return false;
    }

    /// <summary>Closes a sequence, or keeps its state for others.</summary>
    public void Retire(GenerationSequence sequence, bool hasFailed)
    {
        bool pin = sequence.IsPinning && !hasFailed && sequence.Outstanding == 0;
        bool keeps = usesCache && sequence.UsesCache && !hasFailed && sequence.Length >= ShortestMatch;
        if (!pin && !keeps)
        {
            runner.CloseSequence(sequence.Handle);
            return;
        }

        var entry = store.Cache.Add(sequence.Partition, sequence.AllTokens[..sequence.Length], sequence.Handle, pin);
        sequence.Pinned = pin ? entry : null;
    }

    /// <summary>Writes as much of the state of some tokens as there is.</summary>
    /// <returns>How many tokens it covers.</returns>
    public int Save(PrefixPartition partition, ReadOnlySpan<int> tokens, Stream destination)
    {
        var match = Match(partition, tokens, int.MinValue, out _);
        if (match.Length > 0)
        {
            store.Save(partition, tokens, match, destination);
        }

        return match.Length;
    }

    private PrefixMatch Match(GenerationSequence sequence, out bool isWorthWaiting)
    {
        isWorthWaiting = false;
        if (!sequence.UsesCache)
        {
            return default;
        }

        // One token has to be run even if all are known, because the next one is chosen from its logits.
        var tokens = sequence.Prompt.AsSpan(0, sequence.Prompt.Length - (sequence.MaxNewTokens > 0 ? 1 : 0));
        var match = Match(sequence.Partition, tokens, sequence.Priority, out int expected);
        isWorthWaiting = expected >= match.Length + ShortestWait;
        return match.Length >= ShortestMatch ? match : default;
    }

    /// <summary>The longest state there is for a beginning of some tokens.</summary>
    /// <param name="partition">Whose states to look at.</param>
    /// <param name="tokens">The tokens.</param>
    /// <param name="priority">Only sequences of this priority and above are expected to read on.</param>
    /// <param name="expected">How much of the tokens will have been read when the sequences that run have read their prompts.</param>
    private PrefixMatch Match(PrefixPartition partition, ReadOnlySpan<int> tokens, int priority, out int expected)
    {
        var (entry, length) = store.Cache.Find(partition, tokens);
        var match = new PrefixMatch(entry, entry?.Handle ?? default, length);
        expected = 0;
        foreach (var other in active)
        {
            if (usesCache && other.UsesCache && other.Partition == partition)
            {
                int common = tokens.CommonPrefixLength(other.AllTokens);
                int ready = Math.Min(common, other.Length);
                match = ready > match.Length ? new PrefixMatch(null, other.Handle, ready) : match;
                expected = other.IsReading && other.Priority >= priority ? Math.Max(expected, common) : expected;
            }
        }

        return match;
    }

    private void Open(GenerationSequence sequence, PrefixMatch match)
    {
        sequence.Handle = store.Open(sequence.Partition, sequence.Prompt, sequence.Prompt.Length + sequence.MaxNewTokens, ref match);
        sequence.IsOpen = true;
        sequence.Length = match.Length;
        sequence.CachedTokens = match.Length;
    }
}
