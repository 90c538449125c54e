using DePin.Sdk.Jobs;

namespace DePin.Sdk.Providers;

/// <summary>Runs one kind of job. Thread-safe: jobs run at the same time.</summary>
public interface IJobHandler
{
    /// <summary>The kind that it runs: see <see cref="JobKinds"/>.</summary>
    string Kind { get; }

    /// <summary>
    /// Runs a job, yielding outputs with cumulative usage. It is not asked for the next output until the last one is paid for or within credit.
    /// The memory of an output is not changed afterwards. A handler that does not stop soon after its token is cancelled is left behind, and
    /// keeps its place among the running jobs.
    /// </summary>
    /// <exception cref="DePinException"><see cref="DePinErrorCode.InvalidRequest"/> for a payload that makes no sense; anything else is reported as <see cref="DePinErrorCode.ProviderFailed"/>.</exception>
    IAsyncEnumerable<JobUpdate> RunAsync(JobRequest job, CancellationToken cancellationToken = default);
}
