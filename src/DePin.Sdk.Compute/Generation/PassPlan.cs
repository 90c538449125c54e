using DePin.Sdk.Compute.Inference;

namespace DePin.Sdk.Compute.Generation;

/// <summary>Decides what a pass of the runner carries, and runs it.</summary>
/// <remarks>
/// Every generating sequence has its token in every pass. Beside them goes a piece of the prompts, short, so that no answer ever waits
/// for longer than such a piece takes; with no answer in the making prompts fill the batch. Prompts of the highest priority alone are
/// read, a piece of each in turn.
/// </remarks>
internal sealed class PassPlan(IModelRunner runner, int promptChunk)
{
    private readonly TokenInput[] _batch = new TokenInput[runner.MaxBatchTokens];
    private readonly List<PassPart> _parts = [];
    private float[] _logits = new float[runner.Config.VocabularySize];
    private float[] _hidden = [];
    private int _count;
    private int _rows;
    private int _hiddenRows;
    private int _turn;

    public List<PassPart> Parts => _parts;

    /// <summary>Plans the next pass; false when no sequence can use it.</summary>
    public bool Make(List<GenerationSequence> active)
    {
        _parts.Clear();
        _count = 0;
        _rows = 0;
        _hiddenRows = 0;
        _turn = active.Count > 0 ? (_turn + 1) % active.Count : 0;
        int top = int.MinValue;
        foreach (var sequence in active)
        {
            top = sequence.HasRoom ? Math.Max(top, sequence.Priority) : top;
        }

        for (int i = 0; i < active.Count && _count < _batch.Length; i++)
        {
            var sequence = active[(_turn + i) % active.Count];
            if (!sequence.IsReading && sequence.HasRoom)
            {
                Add(sequence, 1);
            }
        }

        int room = _count == 0 ? _batch.Length : Math.Min(promptChunk, _batch.Length - _count);
        for (int i = 0; i < active.Count && room > 0; i++)
        {
            var sequence = active[(_turn + i) % active.Count];
            if (sequence.IsReading && sequence.Priority == top)
            {
                int tokens = Math.Min(sequence.Outstanding, room);
                room -= tokens;
                Add(sequence, tokens);
            }
        }

        return _count > 0;
    }

    public void Run()
    {
        Grow(ref _logits, (long)_rows * runner.Config.VocabularySize);
        Grow(ref _hidden, (long)_hiddenRows * runner.Config.EmbeddingLength);
        runner.Forward(_batch.AsSpan(0, _count), _logits, _hidden);
    }

    /// <summary>The rows of a part: of hidden states for a sequence that gathers them, else of logits.</summary>
    public Span<float> RowsOf(in PassPart part)
    {
        var (rows, width) = part.Sequence.Hidden is null ? (_logits, runner.Config.VocabularySize) : (_hidden, runner.Config.EmbeddingLength);
        return rows.AsSpan(part.FirstRow * width, part.Rows * width);
    }

    private static void Grow(ref float[] rows, long floats)
    {
        if (rows.Length < floats)
        {
            rows = new float[floats];
        }
    }

    private void Add(GenerationSequence sequence, int tokens)
    {
        if (sequence.Hidden is not null)
        {
            AddHidden(sequence, tokens, sequence.Hidden);
            return;
        }

        bool wantsLogits = tokens == sequence.Outstanding && sequence.MaxNewTokens > 0;
        var all = sequence.AllTokens;
        for (int i = 0; i < tokens; i++)
        {
            int position = sequence.Length + i;
            _batch[_count++] = new TokenInput(sequence.Handle, all[position], position, wantsLogits && i == tokens - 1);
        }

        int drafts = 0;
        if (!sequence.IsReading && sequence.Drafts is { } guessed)
        {
            foreach (int token in guessed.Tokens)
            {
                if (_count == _batch.Length)
                {
                    break;
                }

                _batch[_count++] = new TokenInput(sequence.Handle, token, sequence.TokenCount + drafts++, WantsLogits: true);
            }
        }

        int rows = wantsLogits ? 1 + drafts : 0;
        _parts.Add(new PassPart(sequence, tokens, drafts, _rows, rows));
        _rows += rows;
    }

    private void AddHidden(GenerationSequence sequence, int tokens, HiddenPool pool)
    {
        int rows = 0;
        for (int i = 0; i < tokens; i++)
        {
            int position = sequence.Length + i;
            bool wants = pool.Wants(position, sequence.Prompt.Length);
            rows += wants ? 1 : 0;
            _batch[_count++] = new TokenInput(sequence.Handle, sequence.Prompt[position], position, WantsLogits: false, wants);
        }

        _parts.Add(new PassPart(sequence, tokens, 0, _hiddenRows, rows));
        _hiddenRows += rows;
    }
}
