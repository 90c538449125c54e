using DePin.Sdk.Compute.Inference;

namespace DePin.Sdk.Compute;

/// <summary>Whether a model's next tokens are guessed and then checked several at once (arXiv:2211.17192). Answers are the same, token for token.</summary>
public sealed class SpeculationOptions
{
    /// <summary>How tokens are guessed.</summary>
    /// <value>The default is <see cref="SpeculationMode.None"/>.</value>
    public SpeculationMode Mode { get; set; }

    /// <summary>The file of the draft model, for <see cref="SpeculationMode.DraftModel"/>; its vocabulary must be the model's.</summary>
    /// <value>The default is null.</value>
    public string? DraftModelPath { get; set; }

    /// <summary>The most tokens that are guessed at a time, 1 to 16; fewer, or none, where guesses turn out wrong.</summary>
    /// <value>The default is 6.</value>
    public int MaxTokens { get; set; } = 6;

    /// <summary>
    /// The most memory that the draft model's keys and values may take, in bytes. The draft model's memory comes on top of
    /// <see cref="ModelRunnerOptions.MemoryLimitBytes"/>.
    /// </summary>
    /// <value>The default is 128 MiB. A request for which there is none left is answered without guesses.</value>
    public long DraftKeyValueMemoryBytes { get; set; } = 128L << 20;

    internal ModelRunnerOptions DraftRunner(ModelRunnerOptions target) => new()
    {
        Budget = target.Budget,
        MaxSequences = target.MaxSequences,
        ContextLength = target.ContextLength,
        MaxBatchTokens = target.MaxBatchTokens,
        KeyValueMemoryBytes = DraftKeyValueMemoryBytes,
    };

    internal void Validate()
    {
        Check(Enum.IsDefined(Mode), nameof(Mode), "must be a value of SpeculationMode");
        Check(MaxTokens is >= 1 and <= 16, nameof(MaxTokens), "must be 1 to 16");
        Check(DraftKeyValueMemoryBytes >= 1, nameof(DraftKeyValueMemoryBytes), "must be a positive number of bytes");
        Check(
            Mode == SpeculationMode.DraftModel == !string.IsNullOrEmpty(DraftModelPath),
            nameof(DraftModelPath),
            $"must be set when {nameof(Mode)} is {nameof(SpeculationMode.DraftModel)}, and only then");
    }

    private static void Check(bool holds, string name, string rule)
    {
        if (!holds)
        {
            throw new ArgumentException($"{nameof(SpeculationOptions)}.{name} {rule}.");
        }
    }
}
