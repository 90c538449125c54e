using System.Numerics.Tensors;

namespace DePin.Sdk.Compute.Sampling;

/// <summary>Chooses tokens of one answer.</summary>
/// <remarks>
/// The final choice walks the tokens in the order of their ids, not of their probabilities: where two machines differ in the last
/// bit of a logit, ranks may change places, but the running sum at each id hardly moves.
/// </remarks>
internal sealed class Sampler
{
    private readonly SamplingOptions _options;
    private readonly Dictionary<int, int> _counts = [];
    private readonly float[] _weights;
    private readonly float[] _sorted;

    public Sampler(SamplingOptions options, int vocabularySize)
    {
        options.Validate();
        _options = options;
        _weights = new float[vocabularySize];
        _sorted = options.TopK > 0 || options.TopP < 1 ? new float[vocabularySize] : [];
    }

    /// <summary>Tells the sampler of a token that the answer already holds.</summary>
    public void Accept(int token)
    {
        if (_options.RepetitionPenalty != 1 || _options.FrequencyPenalty != 0 || _options.PresencePenalty != 0)
        {
            _counts[token] = _counts.GetValueOrDefault(token) + 1;
        }
    }

    /// <summary>Chooses the token at a position; changes the logits.</summary>
    /// <param name="logits">One number for each token.</param>
    /// <param name="position">How many tokens stand in the context before the one to choose.</param>
    public int Sample(Span<float> logits, int position)
    {
        Penalize(logits);
        int best = TensorPrimitives.IndexOfMax<float>(logits);
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
        Span<float> weights = _weights;
        TensorPrimitives.Subtract(logits, highest, weights);
        TensorPrimitives.Divide(weights, _options.Temperature, weights);
        TensorPrimitives.Exp<float>(weights, weights);
        float least = LeastWeight(weights);
        return Choose(weights, least, CounterRandom.Next(_options.Seed, position));
    }

    private static int Choose(ReadOnlySpan<float> weights, float least, double random)
    {
        double total = 0;
        foreach (float weight in weights)
        {
            total += weight >= least ? weight : 0;
        }

        double target = random * total;
        double sum = 0;
        int last = -1;
        for (int i = 0; i < weights.Length; i++)
        {
            if (weights[i] >= least && weights[i] > 0)
            {
                last = i;
                sum += weights[i];
                if (sum > target)
                {
                    break;
                }
            }
        }

        return last;
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
    private float LeastWeight(ReadOnlySpan<float> weights)
    {
        float least = _options.MinP;
        if (_sorted.Length == 0)
        {
            return least;
        }

        // Sorting only the likelier part is enough when it holds what is asked for, and it nearly always does.
        float floor = MathF.Exp(-10);
        int count = Collect(weights, floor);
        if (count < _options.TopK || (_options.TopP < 1 && Sum(_sorted.AsSpan(0, count)) < _options.TopP * Sum(weights)))
        {
            count = Collect(weights, 0);
        }

        // Ascending, because that is the order that the runtime sorts fastest; the likeliest stand at the end.
        var sorted = _sorted.AsSpan(0, count);
        sorted.Sort();
        if (_options.TopK > 0 && _options.TopK < count)
        {
            sorted = sorted[^_options.TopK..];
        }

        if (_options.TopP < 1)
        {
            // Of what top-k has left, so the whole is smaller where both are used.
            double wanted = _options.TopP * (_options.TopK > 0 ? Sum(sorted) : Sum(weights));
            double sum = 0;
            int first = sorted.Length;
            while (first > 0 && sum < wanted)
            {
                sum += sorted[--first];
            }

            sorted = sorted[Math.Min(first, sorted.Length - 1)..];
        }

        return Math.Max(least, sorted[0]);
    }

    private int Collect(ReadOnlySpan<float> weights, float floor)
    {
        int count = 0;
        foreach (float weight in weights)
        {
            if (weight >= floor)
            {
                _sorted[count++] = weight;
            }
        }

        return count;
    }

    private static double Sum(ReadOnlySpan<float> values)
    {
        double sum = 0;
        foreach (float value in values)
        {
            sum += value;
        }

        return sum;
    }
}
