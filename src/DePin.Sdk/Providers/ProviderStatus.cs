namespace DePin.Sdk.Providers;

/// <summary>How a provider is doing now.</summary>
/// <param name="IsDraining">True once it takes no more jobs.</param>
/// <param name="Models">What it serves, and how busy each model is.</param>
public sealed record ProviderStatus(bool IsDraining, IReadOnlyList<ModelStatus> Models)
{
    /// <summary>Jobs that run, over all models.</summary>
    public int RunningJobs => Models.Sum(model => model.RunningJobs);

    /// <summary>Jobs that wait, over all models.</summary>
    public int QueuedJobs => Models.Sum(model => model.QueuedJobs);
}
