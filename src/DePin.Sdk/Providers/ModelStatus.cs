using DePin.Sdk.Market;

namespace DePin.Sdk.Providers;

/// <summary>The load of one model now.</summary>
/// <param name="Kind">The kind of its jobs.</param>
/// <param name="Model">Its name on the network.</param>
/// <param name="Price">What a token costs.</param>
/// <param name="RunningJobs">Jobs that run.</param>
/// <param name="QueuedJobs">Jobs that wait.</param>
/// <param name="MaxConcurrentJobs">How many may run.</param>
/// <param name="MaxQueuedJobs">How many may wait.</param>
public sealed record ModelStatus(string Kind, string Model, TokenPrice Price, int RunningJobs, int QueuedJobs, int MaxConcurrentJobs, int MaxQueuedJobs);
