using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace DePin.Sdk.Compute.Sampling;

/// <summary>Chooses tokens of one answer.</summary>
/// <remarks>
/// The final choice walks the tokens in the order of their ids, not of their probabilities: where two machines differ in the last
/// bit of a logit, ranks may change places, but the running sum at each id hardly moves.
/// </remarks>
internal sealed class Sampler
{
    // Tried first; more only where these do not reach the probability that is asked for.
    private const int FirstSorted = 256;

    private readonly SamplingOptions _options;
    private readonly ITokenConstraint? _constraint;
    private readonly Dictionary<int, int> _counts = [];

    /// <param name="options">How to choose.</param>
    /// <param name="constraint">What may be chosen; null for everything.</param>
    public Sampler(SamplingOptions options, ITokenConstraint? constraint = null)
    {
        options.Validate();
        _options = options;
        _constraint = constraint;
    }

    /// <summary>Whether nothing may follow in the answer but its end.</summary>
    public bool IsFinished => _constraint?.IsFinished ?? false;

    /// <summary>Tells the sampler of a token that the answer already holds.</summary>
    public void Accept(int token)
    {
        if (_options.RepetitionPenalty != 1 || _options.FrequencyPenalty != 0 || _options.PresencePenalty != 0)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(_counts, token, out _)++;
        }
    }

    /// <summary>Tells the sampler of the token that now follows in the answer.</summary>
    public void Append(int token)
    {
        Accept(token);
        _constraint?.Accept(token);
    }

    /// <summary>Chooses the token at a position; changes the logits.</summary>
    /// <param name="logits">One number for each token.</param>
    /// <param name="position">How many tokens stand in the context before the one to choose.</param>
    /// <param name="buffers">Room to work in.</param>
    public int Sample(Span<float> logits, int position, SamplingBuffers buffers)
    {
        Penalize(logits);
        return Choose(logits, position, _constraint, buffers);
    }

    /// <summary>Chooses with the same random number: a guess at what <see cref="Sample"/> will choose.</summary>
    /// <param name="logits">One number for each token, of a model that thinks much the same.</param>
    /// <param name="position">How many tokens stand in the context before the one to choose.</param>
    /// <param name="isNext">Whether it is the next token; what may come after that is not known yet.</param>
    /// <param name="buffers">Room to work in.</param>
    public int Guess(Span<float> logits, int position, bool isNext, SamplingBuffers buffers)
    {
        Penalize(logits);
        return Choose(logits, position, isNext ? _constraint : null, buffers);
    }

    private int Choose(Span<float> logits, int position, ITokenConstraint? constraint, SamplingBuffers buffers)
    {
        int best = TensorPrimitives.IndexOfMax<float>(logits);
        if (constraint is not null && (_options.Temperature > 0 || !constraint.Allows(best)))
        {
            // The likeliest of all tokens, where it may come, is also the likeliest of those that may.
            constraint.Apply(logits);
            best = TensorPrimitives.IndexOfMax<float>(logits);
        }

        float highest = logits[best];
        if (!float.IsFinite(highest))
        {
            throw new InferenceException(InferenceErrorCode.EngineFailure, "The model gave logits that are not finite.");
        }

        if (_options.Temperature == 0)
        {
            return best;
        }

        // Weights relative to the likeliest token, which has 1; the sum is then at least 1 and nothing can overflow.
        Span<float> weights = buffers.Weights.AsSpan(0, logits.Length);
        TensorPrimitives.Subtract(logits, highest, weights);
        TensorPrimitives.Divide(weights, _options.Temperature, weights);
        TensorPrimitives.Exp<float>(weights, weights);
        float least = LeastWeight(weights, buffers.Likely);
        return Choose(weights, least, CounterRandom.Next(_options.Seed, position), buffers.BlockSums);
    }

    private static int Choose(ReadOnlySpan<float> weights, float least, double random, double[] sums)
    {
        double total = 0;
        int blocks = 0;
        for (int start = 0; start < weights.Length; start += SamplingBuffers.BlockTokens)
        {
            int length = Math.Min(SamplingBuffers.BlockTokens, weights.Length - start);
            total += sums[blocks++] = WeightSums.SumAtLeast(weights.Slice(start, length), least);
        }

        double target = random * total;
        double sum = 0;
        int block = 0;
        while (block < blocks - 1 && sum + sums[block] <= target)
        {
            sum += sums[block++];
        }

        int last = -1;
        for (int i = block * SamplingBuffers.BlockTokens; i < weights.Length; i++)
        {
            if (weights[i] >= least && weights[i] > 0)
            {
                last = i;
                sum += weights[i];
                if (sum > target)
                {
                    return last;
                }
            }
        }

        // Rounding has carried the target past the end: the last token that is left takes it.
        return last >= 0 ? last : LastAtLeast(weights, least);
    }

    private static int LastAtLeast(ReadOnlySpan<float> weights, float least)
    {
        int i = weights.Length - 1;
        while (weights[i] < least || weights[i] <= 0)
        {
            i--;
        }

        return i;
    }

    private void Penalize(Span<float> logits)
    {
        foreach (var (token, count) in _counts)
        {
            float logit = logits[token];
            logit = logit > 0 ? logit / _options.RepetitionPenalty : logit * _options.RepetitionPenalty;
            logits[token] = logit - (_options.FrequencyPenalty * count) - _options.PresencePenalty;
        }
    }

    /// <summary>The smallest weight that top-k, top-p and min-p all keep.</summary>
    private float LeastWeight(ReadOnlySpan<float> weights, float[] likely)
    {
        float least = _options.MinP;
        bool hasTopK = _options.TopK > 0 && _options.TopK < weights.Length;
        if (!hasTopK && _options.TopP >= 1)
        {
            return least;
        }

        // The likelier part is enough when it holds what is asked for, and it nearly always does.
        double total = _options.TopP < 1 ? WeightSums.SumAtLeast(weights, 0) : 0;
        int count = Collect(weights, MathF.Exp(-10), likely);
        if (count < _options.TopK || (_options.TopP < 1 && WeightSums.SumAtLeast(likely.AsSpan(0, count), 0) < _options.TopP * total))
        {
            count = Collect(weights, 0, likely);
        }

        var left = likely.AsSpan(0, count);
        if (hasTopK && _options.TopK < count)
        {
            WeightSums.MoveLargestToEnd(left, _options.TopK);
            left = left[^_options.TopK..];
        }

        if (_options.TopP < 1)
        {
            // Of what top-k has left, so the whole is smaller where both are used.
            double wanted = _options.TopP * (hasTopK ? WeightSums.SumAtLeast(left, 0) : total);
            return Math.Max(least, LeastOfShare(left, wanted));
        }

        return Math.Max(least, TensorPrimitives.Min<float>(left));
    }

    /// <summary>The smallest of the largest values that together reach a sum; the smallest of all when they do not.</summary>
    private static float LeastOfShare(Span<float> values, double wanted)
    {
        for (int sorted = FirstSorted; ; sorted *= 8)
        {
            sorted = Math.Min(sorted, values.Length);
            WeightSums.MoveLargestToEnd(values, sorted);
            var largest = values[^sorted..];
            largest.Sort();
            double sum = 0;
            int first = sorted;
            while (first > 0 && sum < wanted)
            {
                sum += largest[--first];
            }

            if (sum >= wanted || sorted == values.Length)
            {
                return largest[Math.Min(first, sorted - 1)];
            }
        }
    }

    private static int Collect(ReadOnlySpan<float> weights, float floor, float[] likely)
    {
        int count = 0;
        foreach (float weight in weights)
        {
            if (weight >= floor)
            {
                likely[count++] = weight;
            }
        }

        return count;
    }
}
