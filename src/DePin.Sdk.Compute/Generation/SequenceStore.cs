using DePin.Sdk.Compute.Inference;

namespace DePin.Sdk.Compute.Generation;

/// <summary>Opens sequences of a runner, from cached beginnings where there are some, and gives up cached ones when memory is short.</summary>
internal sealed class SequenceStore(IModelRunner runner, PrefixCache cache)
{
    public PrefixCache Cache => cache;

    /// <summary>Opens a sequence.</summary>
    /// <param name="partition">Its adapter, and whose cached beginnings it may use.</param>
    /// <param name="tokens">Its tokens as far as they are known.</param>
    /// <param name="capacity">The most tokens that it will hold.</param>
    /// <param name="match">What to begin from; then what was begun from in the end.</param>
    public SequenceHandle Open(PrefixPartition partition, ReadOnlySpan<int> tokens, int capacity, ref PrefixMatch match)
    {
        while (true)
        {
            try
            {
                return match.Length > 0
                    ? runner.Fork(match.Source, match.Length, capacity)
                    : runner.OpenSequence(capacity, partition.Adapter);
            }
            catch (InferenceException e) when (e.Code == InferenceErrorCode.OutOfKeyValueMemory)
            {
                // Each round gives up some of what is cached, so there is an end.
                if (!MakeRoom(partition, tokens, ref match))
                {
                    throw;
                }
            }
        }
    }

    /// <summary>Writes the state of the beginning of some tokens.</summary>
    public void Save(PrefixPartition partition, ReadOnlySpan<int> tokens, PrefixMatch match, Stream destination)
    {
        // A copy, unless it would be the same, because the source may go on beyond these tokens.
        bool isWhole = runner.GetLength(match.Source) == match.Length;
        var source = isWhole ? match.Source : Open(partition, tokens, match.Length, ref match);
        try
        {
            runner.Save(source, destination);
        }
        finally
        {
            if (!isWhole)
            {
                runner.CloseSequence(source);
            }
        }
    }

    /// <summary>Takes over a state that was saved, pinned.</summary>
    /// <exception cref="ModelFormatException">It is not what the runner writes.</exception>
    public CachedPrefix Restore(PrefixPartition partition, ReadOnlySpan<int> tokens, Stream source)
    {
        long start = source.Position;
        while (true)
        {
            try
            {
                var handle = runner.Restore(source, tokens.Length, partition.Adapter);
                if (runner.GetLength(handle) != tokens.Length || source.Position != source.Length)
                {
                    runner.CloseSequence(handle);
                    throw new ModelFormatException("The saved state holds another number of tokens than it says.");
                }

                return cache.Add(partition, tokens, handle, pin: true)!;
            }
            catch (InferenceException e) when (e.Code == InferenceErrorCode.OutOfKeyValueMemory)
            {
                if (!cache.EvictOne(null))
                {
                    throw;
                }

                source.Position = start;
            }
            catch (EndOfStreamException e)
            {
                throw new ModelFormatException("The saved state breaks off.", e);
            }
        }
    }

    /// <summary>Gives up what is of least use: other entries, then the end of the one that is to be forked, then all of it.</summary>
    private bool MakeRoom(PrefixPartition partition, ReadOnlySpan<int> tokens, ref PrefixMatch match)
    {
        if (cache.EvictOne(match.Entry))
        {
            return true;
        }

        if (match.Entry is not { Pins: 0 } entry)
        {
            return false;
        }

        if (entry.Length > match.Length)
        {
            cache.Shorten(entry, tokens[..match.Length]);
            var (shorter, length) = cache.Find(partition, tokens[..match.Length]);
            match = shorter is null ? default : new PrefixMatch(shorter, shorter.Handle, length);
        }
        else
        {
            cache.Remove(entry);
            match = default;
        }

        return true;
    }
}
