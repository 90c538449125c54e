using DePin.Sdk.Jobs;
using DePin.Sdk.Providers;

namespace DePin.Sdk.Tests.Providers;

internal sealed class DelegateJobHandler(string kind, Func<JobRequest, IAsyncEnumerable<JobUpdate>> run) : IJobHandler
{
    public string Kind => kind;

    public IAsyncEnumerable<JobUpdate> RunAsync(JobRequest job, CancellationToken cancellationToken = default) => run(job);
}
