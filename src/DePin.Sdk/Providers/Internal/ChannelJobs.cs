using DePin.Sdk.Jobs;
using DePin.Sdk.Settlement;

namespace DePin.Sdk.Providers.Internal;

/// <summary>
/// Remembers the jobs of each channel until their proofs are void. Each channel has a memory of its own, which only the owner of its voucher key
/// can fill: nobody can make the provider forget another's jobs by sending many.
/// </summary>
internal sealed class ChannelJobs(TimeProvider time, int perChannel = 65_536, int total = 1_048_576)
{
    private static readonly TimeSpan SweepInterval = TimeSpan.FromMinutes(10);

    private readonly Lock _lock = new();
    private readonly Dictionary<ChannelId, Memory> _channels = [];
    private DateTimeOffset _sweepAt = time.GetUtcNow() + SweepInterval;

    /// <summary>How many jobs it remembers.</summary>
    public int Count { get; private set; }

    /// <summary>Remembers a job; false when it is known already.</summary>
    public bool TryAdd(ChannelId channel, JobId job, DateTimeOffset until)
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            if (_channels.TryGetValue(channel, out var memory) && memory.Ids.Contains(job))
            {
                return false;
            }

            if (now >= _sweepAt)
            {
                _sweepAt = now + SweepInterval;
                Sweep(now, perChannel);
            }

            if (Count >= total)
            {
                // Half of the room in equal parts: whoever has many jobs, or many channels, forgets the most of its own.
                Sweep(now, total / 2 / _channels.Count);
            }

            if (!_channels.TryGetValue(channel, out memory))
            {
                _channels.Add(channel, memory = new Memory());
            }

            Trim(memory, now, perChannel - 1);
            memory.Ids.Add(job);
            memory.Order.Enqueue((job, until));
            Count++;
            return true;
        }
    }

    private void Sweep(DateTimeOffset now, int keep)
    {
        foreach (var (channel, memory) in _channels)
        {
            Trim(memory, now, keep);
            if (memory.Ids.Count == 0)
            {
                _channels.Remove(channel);
            }
        }
    }

    private void Trim(Memory memory, DateTimeOffset now, int keep)
    {
        while (memory.Order.TryPeek(out var oldest) && (memory.Ids.Count > keep || oldest.Until <= now))
        {
            memory.Order.Dequeue();
            memory.Ids.Remove(oldest.Job);
            Count--;
        }
    }

    private sealed class Memory
    {
        public HashSet<JobId> Ids { get; } = [];

        public Queue<(JobId Job, DateTimeOffset Until)> Order { get; } = new();
    }
}
