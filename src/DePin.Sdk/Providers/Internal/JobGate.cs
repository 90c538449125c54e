using DePin.Sdk.Diagnostics;

namespace DePin.Sdk.Providers.Internal;

/// <summary>Lets a bounded number of jobs run, and a bounded number wait in the order in which they came.</summary>
internal sealed class JobGate(ServedModel model)
{
    private readonly Lock _lock = new();
    private readonly LinkedList<JobTicket> _waiting = new();
    private int _running;

    public int Running
    {
        get
        {
            lock (_lock)
            {
                return _running;
            }
        }
    }

    public int Queued
    {
        get
        {
            lock (_lock)
            {
                return _waiting.Count;
            }
        }
    }

    /// <summary>Refuses what <see cref="Enter"/> would refuse now, before work is spent on it.</summary>
    public void ThrowIfFull()
    {
        lock (_lock)
        {
            RequireRoom();
        }
    }

    /// <summary>Takes a place to run, or one in the queue. Dispose the ticket to give it back.</summary>
    /// <exception cref="DePinException"><see cref="DePinErrorCode.Overloaded"/>.</exception>
    public JobTicket Enter()
    {
        lock (_lock)
        {
            RequireRoom();
            if (_running < model.MaxConcurrentJobs)
            {
                _running++;
                ProviderMetrics.RunningChanged(1, model);
                return new JobTicket(this, queuePosition: 0);
            }

            var ticket = new JobTicket(this, _waiting.Count + 1);
            ticket.Node = _waiting.AddLast(ticket);
            ProviderMetrics.QueuedChanged(1, model);
            return ticket;
        }
    }

    public void Leave(JobTicket ticket)
    {
        lock (_lock)
        {
            if (ticket.Node is { } node)
            {
                _waiting.Remove(node);
                ticket.Node = null;
                ProviderMetrics.QueuedChanged(-1, model);
                return;
            }

            _running--;
            ProviderMetrics.RunningChanged(-1, model);
            if (_waiting.First is { } first)
            {
                _waiting.RemoveFirst();
                first.Value.Node = null;
                _running++;
                ProviderMetrics.QueuedChanged(-1, model);
                ProviderMetrics.RunningChanged(1, model);
                first.Value.Grant();
            }
        }
    }

    private void RequireRoom()
    {
        // Somebody may wait while a place is free only within the lock, so a free place means an empty queue.
        if (_running >= model.MaxConcurrentJobs && _waiting.Count >= model.MaxQueuedJobs)
        {
            throw new DePinException(
                DePinErrorCode.Overloaded,
                Fault.Provider,
                $"'{model.Model}' runs {_running} jobs and {_waiting.Count} wait, which is all it takes; try another provider, or this one later.",
                isTransient: true);
        }
    }
}
