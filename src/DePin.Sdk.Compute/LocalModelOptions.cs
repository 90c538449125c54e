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

    internal void Validate()
    {
        if (ModelId is { Length: 0 })
        {
            throw new ArgumentException($"{nameof(ModelId)} is empty; leave it null to use the name of the file.");
        }

        if (Sampling is null || Runner is null)
        {
            throw new ArgumentException($"{nameof(Sampling)} and {nameof(Runner)} must not be null.");
        }

        Sampling.Validate();
        Runner.Validate();
    }
}
