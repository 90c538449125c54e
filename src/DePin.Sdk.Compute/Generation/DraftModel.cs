using DePin.Sdk.Compute.Inference;
using DePin.Sdk.Compute.Sampling;

namespace DePin.Sdk.Compute.Generation;

/// <summary>Guesses what a smaller model says, with the same random numbers: then both choose alike wherever they think alike.</summary>
internal sealed class DraftModel : IDrafter
{
    // After each check two tokens are new to the smaller model; more than a few are read apart.
    private const int MostPending = 4;

    private readonly IModelRunner _runner;
    private readonly SequenceStore _store;
    private readonly Func<int, bool> _isEnd;
    private readonly int _promptChunk;
    private readonly SamplingBuffers _buffers;
    private readonly Dictionary<GenerationSequence, SequenceHandle> _handles = [];
    private readonly List<GenerationSequence> _drafting = [];
    private readonly TokenInput[] _batch;
    private float[] _logits;
    private bool _hasRead;

    /// <param name="runner">The smaller model's; it is disposed with the drafter.</param>
    /// <param name="isEnd">Whether a token ends an answer.</param>
    /// <param name="promptChunk">The most tokens of a prompt to read in one pass.</param>
    /// <param name="cacheTokens">The most tokens whose state is kept for later requests.</param>
    public DraftModel(IModelRunner runner, Func<int, bool> isEnd, int promptChunk, long cacheTokens)
    {
        _runner = runner;
        _store = new SequenceStore(runner, new PrefixCache(runner, cacheTokens));
        _isEnd = isEnd;
        _promptChunk = Math.Min(promptChunk, runner.MaxBatchTokens);
        _buffers = new SamplingBuffers(runner.Config.VocabularySize);
        _batch = new TokenInput[runner.MaxBatchTokens];
        _logits = new float[runner.Config.VocabularySize];
    }

    public void Draft(List<GenerationSequence> sequences)
    {
        _drafting.Clear();
        _hasRead = false;
        foreach (var sequence in sequences)
        {
            if (sequence.Drafts is { Wanted: > 0 } && TryFollow(sequence))
            {
                _drafting.Add(sequence);
            }
        }

        while (_drafting.Count > 0)
        {
            Run();
            for (int i = _drafting.Count - 1; i >= 0; i--)
            {
                var sequence = _drafting[i];
                var drafts = sequence.Drafts!;
                int token = sequence.Sampler!.Guess(LogitsOf(i), sequence.TokenCount + drafts.Count, isNext: drafts.Count == 0, _buffers);
                bool isEnd = _isEnd(token);
                if (!isEnd)
                {
                    drafts.Add(token);
                }

                if (isEnd || drafts.Count == drafts.Wanted)
                {
                    _drafting.RemoveAt(i);
                }
            }
        }
    }

    public void Forget(GenerationSequence sequence)
    {
        if (!_handles.Remove(sequence, out var handle))
        {
            return;
        }

        int length = Math.Min(_runner.GetLength(handle), sequence.Length);
        if (!sequence.UsesCache || length == 0)
        {
            _runner.CloseSequence(handle);
            return;
        }

        _runner.Truncate(handle, length);
        _store.Cache.Add(Partition(sequence), sequence.AllTokens[..length], handle);
    }

    public void Dispose() => _runner.Dispose();

    /// <summary>State of the model as it is, whatever adapter the answer is made with.</summary>
    private static PrefixPartition Partition(GenerationSequence sequence) => new(null, sequence.Partition.Key);

    /// <summary>Brings the smaller model up to the answer, but for the last tokens; false while there is more than fits a pass.</summary>
    private bool TryFollow(GenerationSequence sequence)
    {
        if (!_handles.TryGetValue(sequence, out var handle) && !TryOpen(sequence, out handle))
        {
            return false;
        }

        // Guesses that came true are state already; what follows them is forgotten.
        int length = _runner.GetLength(handle);
        if (length > sequence.Length)
        {
            _runner.Truncate(handle, length = sequence.Length);
        }

        var all = sequence.AllTokens;
        if (all.Length - length <= MostPending)
        {
            return true;
        }

        // One piece of a prompt in all: answers wait for it.
        if (_hasRead)
        {
            return false;
        }

        _hasRead = true;
        int count = Math.Min(all.Length - 1 - length, _promptChunk);
        for (int i = 0; i < count; i++)
        {
            _batch[i] = new TokenInput(handle, all[length + i], length + i, WantsLogits: false);
        }

        _runner.Forward(_batch.AsSpan(0, count), _logits);
        return all.Length - length - count <= MostPending;
    }

    private bool TryOpen(GenerationSequence sequence, out SequenceHandle handle)
    {
        handle = default;
        int capacity = sequence.Prompt.Length + sequence.MaxNewTokens;
        if (capacity > _runner.ContextLength)
        {
            return false;
        }

        try
        {
            var partition = Partition(sequence);
            var all = sequence.AllTokens[..^1];
            var (entry, length) = sequence.UsesCache ? _store.Cache.Find(partition, all) : default;
            var match = entry is null ? default : new PrefixMatch(entry, entry.Handle, length);
            handle = _store.Open(partition, all, capacity, ref match);
            _handles.Add(sequence, handle);
            return true;
        }
        catch (InferenceException e) when (e.Code == InferenceErrorCode.OutOfKeyValueMemory)
        {
            return false;
        }
    }

    /// <summary>Runs the last tokens of all sequences that are drafted for; those for which there is no room are left out.</summary>
    private void Run()
    {
        int count = 0;
        for (int i = 0; i < _drafting.Count; i++)
        {
            var sequence = _drafting[i];
            var handle = _handles[sequence];
            var all = sequence.AllTokens;
            var drafts = sequence.Drafts!.Tokens;
            int length = _runner.GetLength(handle);
            int end = all.Length + drafts.Length;
            if (end - length > _batch.Length - count)
            {
                _drafting.RemoveRange(i, _drafting.Count - i);
                break;
            }

            for (int position = length; position < end; position++)
            {
                int token = position < all.Length ? all[position] : drafts[position - all.Length];
                _batch[count++] = new TokenInput(handle, token, position, WantsLogits: position == end - 1);
            }
        }

        int floats = _drafting.Count * _runner.Config.VocabularySize;
        if (_logits.Length < floats)
        {
            _logits = new float[floats];
        }

        if (count > 0)
        {
            _runner.Forward(_batch.AsSpan(0, count), _logits);
        }
    }

    private Span<float> LogitsOf(int row) => _logits.AsSpan(row * _runner.Config.VocabularySize, _runner.Config.VocabularySize);
}
