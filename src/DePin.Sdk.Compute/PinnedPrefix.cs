using DePin.Sdk.Compute.Generation;

namespace DePin.Sdk.Compute;

/// <summary>The beginning of conversations that a model keeps ready; requests that begin with it need not read it again.</summary>
/// <remarks>Holds its memory until it is disposed; after that it stays until the memory is wanted. Safe for concurrent use.</remarks>
public sealed class PinnedPrefix : IDisposable
{
    private readonly GenerationScheduler _scheduler;
    private CachedPrefix? _entry;

    internal PinnedPrefix(GenerationScheduler scheduler, CachedPrefix? entry)
    {
        _scheduler = scheduler;
        _entry = entry;
        TokenCount = entry?.Length ?? 0;
    }

    /// <summary>How many tokens are kept.</summary>
    public int TokenCount { get; }

    /// <summary>Lets go of the memory; the next request that begins so may still find it.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _entry, null) is { } entry)
        {
            _scheduler.Unpin(entry);
        }
    }
}
