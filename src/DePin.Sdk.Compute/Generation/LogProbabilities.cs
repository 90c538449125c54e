using System.Numerics.Tensors;
using System.Text;
using DePin.Sdk.Compute.Sampling;
using DePin.Sdk.Compute.Tokenizers;

namespace DePin.Sdk.Compute.Generation;

/// <summary>Logarithms of the probabilities that logits stand for.</summary>
internal sealed class LogProbabilities
{
    private float[] _logits = [];
    private double _logOfSum;

    /// <summary>Takes logits, before anything changes them.</summary>
    public void Read(ReadOnlySpan<float> logits, SamplingBuffers buffers)
    {
        _logits = _logits.Length == logits.Length ? _logits : new float[logits.Length];
        logits.CopyTo(_logits);
        float highest = TensorPrimitives.Max(logits);
        var weights = buffers.Weights.AsSpan(0, logits.Length);
        TensorPrimitives.Subtract(logits, highest, weights);
        TensorPrimitives.Exp<float>(weights, weights);
        _logOfSum = highest + Math.Log(WeightSums.SumAtLeast(weights, 0));
    }

    /// <summary>What to tell of a token that was chosen from these logits.</summary>
    public TokenChoice Describe(int token, int alternatives)
    {
        var likeliest = new (int Token, float LogProbability)[Math.Min(alternatives, _logits.Length)];
        int count = 0;
        for (int id = 0; id < _logits.Length && likeliest.Length > 0; id++)
        {
            float logit = _logits[id];
            if (count == likeliest.Length && logit <= likeliest[^1].LogProbability)
            {
                continue;
            }

            int at = count < likeliest.Length ? count++ : count - 1;
            while (at > 0 && likeliest[at - 1].LogProbability < logit)
            {
                likeliest[at] = likeliest[at - 1];
                at--;
            }

            likeliest[at] = (id, logit);
        }

        for (int i = 0; i < likeliest.Length; i++)
        {
            likeliest[i].LogProbability = Of(likeliest[i].LogProbability);
        }

        return new TokenChoice(token, Of(_logits[token]), likeliest);
    }

    public static TokenLogProbability ToPublic(TokenChoice choice, Tokenizer tokenizer) => Create(choice.Token, choice.LogProbability, tokenizer) with
    {
        Alternatives = Array.ConvertAll(choice.Likeliest, t => Create(t.Token, t.LogProbability, tokenizer)),
    };

    private static TokenLogProbability Create(int token, float logProbability, Tokenizer tokenizer)
    {
        byte[] bytes = tokenizer.GetBytes(token).ToArray();
        return new TokenLogProbability
        {
            Token = token,
            Text = bytes.Length == 0 ? tokenizer.GetName(token) : Encoding.UTF8.GetString(bytes),
            Bytes = bytes,
            LogProbability = logProbability,
        };
    }

    private float Of(float logit) => (float)Math.Min(logit - _logOfSum, 0);
}
