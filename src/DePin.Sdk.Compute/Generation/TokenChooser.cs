using DePin.Sdk.Compute.Sampling;

namespace DePin.Sdk.Compute.Generation;

/// <summary>Turns the logits of a pass into the next tokens of the answers.</summary>
internal sealed class TokenChooser(Func<int, bool> isEnd, SamplingBuffers buffers)
{
    /// <summary>Counts what was run and appends what follows from it.</summary>
    /// <returns>Whether the sequence goes on.</returns>
    public bool Take(in PassPart part, Span<float> logits)
    {
        var sequence = part.Sequence;
        sequence.Length += part.Tokens;
        if (part.Rows == 0)
        {
            return sequence.IsReading;
        }

        return Choose(sequence, logits);
    }

    private bool Choose(GenerationSequence sequence, Span<float> logits)
    {
        var sampler = sequence.Sampler!;
        int token = sampler.Sample(logits, sequence.Length, buffers);
        if (isEnd(token))
        {
            sequence.EndedByModel = true;
            return false;
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
