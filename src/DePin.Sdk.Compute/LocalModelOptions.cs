using DePin.Sdk.Compute.Inference;
using DePin.Sdk.Compute.Models;
using DePin.Sdk.Compute.Sampling;

namespace DePin.Sdk.Compute;

/// <summary>How a local model is opened.</summary>
public sealed class LocalModelOptions
{
    /// <summary>The name that the model is offered and answers under.</summary>
    /// <value>The default is null: the name of the file without its extension, or else the name in the file.</value>
    public string? ModelId { get; set; }

    /// <summary>A chat template to use in place of the file's.</summary>
    /// <value>The default is null: the file's own; a file without one holds a model that completes text.</value>
    public string? ChatTemplate { get; set; }

    /// <summary>What holds for sampling where a request does not say; the seed is ignored, since each request gets one of its own.</summary>
    /// <value>The default is a <see cref="SamplingOptions"/> with its defaults.</value>
    public SamplingOptions Sampling { get; set; } = new();

    /// <summary>Bounds of the engine.</summary>
    /// <value>The default is a <see cref="ModelRunnerOptions"/> with its defaults.</value>
    public ModelRunnerOptions Runner { get; set; } = new();

    /// <summary>Makes the engine from the open file.</summary>
    /// <value>The default is null: a <see cref="CpuModelRunner"/>.</value>
    public Func<ModelFile, ModelRunnerOptions, IModelRunner>? RunnerFactory { get; set; }

    /// <summary>How many requests may wait when <see cref="ModelRunnerOptions.MaxSequences"/> run, or when running ones have the memory, 0 to 1,000,000.</summary>
    /// <value>The default is 0: such a request is refused with a transient <see cref="InferenceException"/>.</value>
    public int MaxQueuedRequests { get; set; }

    /// <summary>How many tokens of prompts a pass carries beside tokens of answers, 1 to 4096: the longest that an answer in the making waits for prompts of others.</summary>
    /// <value>The default is 32. While no answer is in the making, prompts fill the whole batch.</value>
    public int PromptChunkTokens { get; set; } = 32;

    /// <summary>
    /// How many tokens of ended requests are kept so that a request which begins like one of them need not read that beginning again; 0
    /// for none. Kept tokens never stand in the way of a request: they are given up when their memory is needed.
    /// </summary>
    /// <value>The default is null: as many as fill half of <see cref="ModelRunnerOptions.KeyValueMemoryBytes"/>.</value>
    public int? PrefixCacheTokens { get; set; }

    /// <summary>Adapters by the name that requests choose them with, see <see cref="ComputePropertyNames.Adapter"/>. Requests with different ones run together.</summary>
    /// <value>The default is empty. What is added after the model was opened is not seen.</value>
    public IDictionary<string, LoraAdapter> Adapters { get; } = new Dictionary<string, LoraAdapter>(StringComparer.Ordinal);

    /// <summary>Whether the next tokens are guessed and then checked several at once, for speed.</summary>
    /// <value>The default is a <see cref="SpeculationOptions"/> with its defaults: they are not.</value>
    public SpeculationOptions Speculation { get; set; } = new();

    internal void Validate()
    {
        if (ModelId is { Length: 0 })
        {
            throw new ArgumentException($"{nameof(ModelId)} is empty; leave it null to use the name of the file.");
        }

        if (Sampling is null || Runner is null || Speculation is null)
        {
            throw new ArgumentException($"{nameof(Sampling)}, {nameof(Runner)} and {nameof(Speculation)} must not be null.");
        }

        Check(MaxQueuedRequests is >= 0 and <= 1_000_000, nameof(MaxQueuedRequests), "must be 0 to 1,000,000");
        Check(PromptChunkTokens is >= 1 and <= 4096, nameof(PromptChunkTokens), "must be 1 to 4096");
        Check(PrefixCacheTokens is null or >= 0, nameof(PrefixCacheTokens), "must not be negative; 0 keeps nothing, null chooses");
        Sampling.Validate();
        Runner.Validate();
        Speculation.Validate();
    }

    private static void Check(bool holds, string name, string rule)
    {
        if (!holds)
        {
            throw new ArgumentException($"{nameof(LocalModelOptions)}.{name} {rule}.");
        }
    }
}
