using DePin.Sdk.Compute.Inference;
using DePin.Sdk.Compute.Sampling;

namespace DePin.Sdk.Compute.Generation;

/// <summary>Turns what a pass gave into the next tokens of the answers.</summary>
internal sealed class TokenChooser(IModelRunner runner, Func<int, bool> isEnd)
{
    private readonly SamplingBuffers _buffers = new(runner.Config.VocabularySize);
    private readonly LogProbabilities _probabilities = new();

    /// <summary>Counts what was run and appends what follows from it.</summary>
    /// <param name="part">What was run.</param>
    /// <param name="rows">Its logits or hidden states.</param>
    /// <returns>Whether the sequence goes on.</returns>
    public bool Take(in PassPart part, Span<float> rows)
    {
        var sequence = part.Sequence;
        sequence.Length += part.Tokens;
        if (sequence.Hidden is not null)
        {
            sequence.Hidden.Add(rows);
            return sequence.IsReading;
        }

        return part.Rows == 0 ? sequence.IsReading : Choose(part, rows);
    }

    /// <summary>
    /// Chooses the next token, and then one more after each guess that it confirms: every token is chosen from the logits that it would
    /// have been chosen from without guesses.
    /// </summary>
    private bool Choose(in PassPart part, Span<float> rows)
    {
        var sequence = part.Sequence;
        int width = rows.Length / part.Rows;
        int accepted = 0;
        bool goesOn = Choose(sequence, rows[..width]);
        while (goesOn && accepted < part.Drafts && sequence.AllTokens[^1] == sequence.Drafts!.Tokens[accepted])
        {
            accepted++;
            sequence.Length++;
            goesOn = Choose(sequence, rows.Slice(accepted * width, width));
        }

        if (accepted < part.Drafts)
        {
            runner.Truncate(sequence.Handle, sequence.Length);
        }

        sequence.Drafts?.End(part.Drafts, accepted);
        return goesOn;
    }

    private bool Choose(GenerationSequence sequence, Span<float> logits)
    {
        var sampler = sequence.Sampler!;
        if (sequence.LogProbs is not null)
        {
            _probabilities.Read(logits, _buffers);
        }

        int token = sampler.Sample(logits, sequence.Length, _buffers);
        if (isEnd(token))
        {
            sequence.EndedByModel = true;
            return false;
        }

        if (sequence.LogProbs is { } alternatives)
        {
            sequence.Describe(_probabilities.Describe(token, alternatives));
        }

        sampler.Append(token);
        sequence.Append(token);
        if (sampler.IsFinished)
        {
            // The model has no choice but to end here, and so is not asked.
            sequence.EndedByModel = true;
            return false;
        }

        return sequence.GeneratedCount < sequence.MaxNewTokens;
    }
}
