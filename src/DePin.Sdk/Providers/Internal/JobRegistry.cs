using DePin.Sdk.Jobs;
using DePin.Sdk.Settlement;

namespace DePin.Sdk.Providers.Internal;

/// <summary>The jobs that a provider has taken on, and the channels that they are paid from.</summary>
internal sealed class JobRegistry
{
    private readonly Lock _lock = new();
    private readonly Dictionary<JobId, JobRun> _jobs = [];
    private readonly Dictionary<ChannelId, int> _channels = [];
    private readonly HashSet<ChannelId> _closing = [];
    private TaskCompletionSource? _idle;

    public bool IsDraining
    {
        get
        {
            lock (_lock)
            {
                return _idle is not null;
            }
        }
    }

    /// <exception cref="DePinException">The provider drains, the job runs already, or its channel is being closed.</exception>
    public void Add(JobRun run)
    {
        var job = run.Job;
        lock (_lock)
        {
            if (_idle is not null)
            {
                throw Draining();
            }

            if (_jobs.ContainsKey(job.Request.Id))
            {
                throw new DePinException(DePinErrorCode.InvalidRequest, Fault.Consumer, $"Job {job.Request.Id} runs already; give each job a new id.");
            }

            if (job.Channel is { } channel)
            {
                if (_closing.Contains(channel))
                {
                    throw new DePinException(DePinErrorCode.ChannelState, Fault.Consumer, "The channel is being closed; open another one.");
                }

                _channels[channel] = _channels.GetValueOrDefault(channel) + 1;
            }

            _jobs.Add(job.Request.Id, run);
        }
    }

    public void Remove(JobRun run)
    {
        lock (_lock)
        {
            if (!_jobs.Remove(run.Job.Request.Id))
            {
                return;
            }

            if (run.Job.Channel is { } channel && --_channels[channel] == 0)
            {
                _channels.Remove(channel);
            }

            if (_jobs.Count == 0)
            {
                _idle?.TrySetResult();
            }
        }
    }

    public IReadOnlyList<JobRun> Snapshot()
    {
        lock (_lock)
        {
            return [.. _jobs.Values];
        }
    }

    /// <summary>Takes no more jobs from now on. The task completes when the last one has ended.</summary>
    public Task BeginDrain()
    {
        lock (_lock)
        {
            _idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_jobs.Count == 0)
            {
                _idle.TrySetResult();
            }

            return _idle.Task;
        }
    }

    /// <summary>Keeps jobs off a channel until <see cref="EndClose"/>.</summary>
    /// <exception cref="DePinException"><see cref="DePinErrorCode.ChannelState"/>: jobs run on it, or it is being closed already.</exception>
    public void BeginClose(ChannelId channel)
    {
        lock (_lock)
        {
            if (_channels.TryGetValue(channel, out int running))
            {
                throw new DePinException(DePinErrorCode.ChannelState, Fault.Consumer, $"The channel pays for {running} running jobs; close it when they have ended.", isTransient: true);
            }

            if (!_closing.Add(channel))
            {
                throw new DePinException(DePinErrorCode.ChannelState, Fault.Consumer, "The channel is being closed already; ask again for the result.", isTransient: true);
            }
        }
    }

    public void EndClose(ChannelId channel)
    {
        lock (_lock)
        {
            _closing.Remove(channel);
        }
    }

    public static DePinException Draining() =>
        new(DePinErrorCode.Unavailable, Fault.Provider, "The provider shuts down and takes no new jobs; try another one.", isTransient: true);
}
