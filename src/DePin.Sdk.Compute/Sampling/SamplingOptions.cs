namespace DePin.Sdk.Compute.Sampling;

/// <summary>How a token is chosen from the logits.</summary>
/// <remarks>
/// In this order: penalties for tokens of the answer so far, temperature, top-k, top-p, min-p, and then a random choice among those
/// that are left.
/// </remarks>
public sealed record SamplingOptions
{
    /// <summary>Divides the logits; 0 always takes the likeliest token.</summary>
    /// <value>The default is 0.7.</value>
    public float Temperature { get; init; } = 0.7f;

    /// <summary>Keeps the so many likeliest tokens; 0 keeps all.</summary>
    /// <value>The default is 0.</value>
    public int TopK { get; init; }

    /// <summary>Keeps the likeliest tokens that together reach this probability; 1 keeps all.</summary>
    /// <value>The default is 1.</value>
    public float TopP { get; init; } = 1;

    /// <summary>Keeps tokens at least this fraction as likely as the likeliest; 0 keeps all.</summary>
    /// <value>The default is 0.</value>
    public float MinP { get; init; }

    /// <summary>Divides positive logits, and multiplies negative ones, of tokens that the answer already holds; 1 changes nothing.</summary>
    /// <value>The default is 1.</value>
    public float RepetitionPenalty { get; init; } = 1;

    /// <summary>Taken from a token's logit once for each time that the answer already holds it.</summary>
    /// <value>The default is 0.</value>
    public float FrequencyPenalty { get; init; }

    /// <summary>Taken from a token's logit when the answer already holds it.</summary>
    /// <value>The default is 0.</value>
    public float PresencePenalty { get; init; }

    /// <summary>The seed of the random choices. The same seed, context and model give the same tokens, in one run or several.</summary>
    /// <value>The default is 0.</value>
    public long Seed { get; init; }

    internal void Validate()
    {
        Check(Temperature is >= 0 and <= 100, nameof(Temperature), "must be 0 to 100");
        Check(TopK >= 0, nameof(TopK), "must not be negative; 0 keeps all tokens");
        Check(TopP is > 0 and <= 1, nameof(TopP), "must be above 0 and at most 1");
        Check(MinP is >= 0 and <= 1, nameof(MinP), "must be 0 to 1");
        Check(RepetitionPenalty is > 0 and <= 100, nameof(RepetitionPenalty), "must be above 0 and at most 100; 1 changes nothing");
        Check(float.IsFinite(FrequencyPenalty), nameof(FrequencyPenalty), "must be a finite number");
        Check(float.IsFinite(PresencePenalty), nameof(PresencePenalty), "must be a finite number");
    }

    private static void Check(bool holds, string name, string rule)
    {
        if (!holds)
        {
            throw new ArgumentException($"{name} {rule}.");
        }
    }
}
