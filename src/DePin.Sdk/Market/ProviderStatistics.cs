using System.Collections.Concurrent;
using DePin.Sdk.Identity;

namespace DePin.Sdk.Market;

/// <summary>What this consumer has seen of each provider: peak-EWMA time to first token, success rate, jobs in flight. Thread-safe, bounded.</summary>
public sealed class ProviderStatistics
{
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<PublicKey, ProviderExperience> _byProvider = new();

    // The same entries by number, for drawing one and for walking all without allocating. Written under the gate alone; a reader may meet an
    // entry that was just forgotten, which does no harm.
    private readonly ProviderExperience?[] _entries;
    private readonly Lock _gate = new();
    private int _count;

    /// <summary>Starts without experience.</summary>
    /// <param name="timeProvider">The clock by which experience fades.</param>
    /// <param name="capacity">How many providers are remembered, at least 8; beyond that the ones not used for longest are forgotten, idle ones first.</param>
    public ProviderStatistics(TimeProvider? timeProvider = null, int capacity = 4096)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 8);
        _time = timeProvider ?? TimeProvider.System;
        _entries = new ProviderExperience?[capacity];
    }

    /// <summary>How many providers are remembered now.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>A request to the provider begins.</summary>
    public void RecordStart(PublicKey provider) => GetOrAdd(provider).Start();

    /// <summary>Its first token came.</summary>
    public void RecordFirstToken(PublicKey provider, TimeSpan timeToFirstToken) => GetOrAdd(provider).FirstToken(timeToFirstToken);

    /// <summary>It ended.</summary>
    /// <param name="provider">The provider.</param>
    /// <param name="succeeded">False when the provider failed; a consumer's cancellation is no failure.</param>
    public void RecordEnd(PublicKey provider, bool succeeded) => GetOrAdd(provider).End(succeeded);

    /// <summary>What is known now. Of a provider never seen: no time, success rate 1, nothing in flight.</summary>
    public ProviderSnapshot Get(PublicKey provider) =>
        _byProvider.TryGetValue(provider, out var experience) ? experience.Read() : new ProviderSnapshot(null, 1, 0);

    /// <summary>The nth remembered provider, for 0 to <see cref="Count"/> - 1; null when it was forgotten meanwhile.</summary>
    internal ProviderExperience? At(int index) => Volatile.Read(ref _entries[index]);

    private ProviderExperience GetOrAdd(PublicKey provider)
    {
        if (_byProvider.TryGetValue(provider, out var known))
        {
            return known;
        }

        lock (_gate)
        {
            if (_byProvider.TryGetValue(provider, out known))
            {
                return known;
            }

            if (_count == _entries.Length)
            {
                ForgetOldest();
            }

            var added = new ProviderExperience(provider, _time);
            Volatile.Write(ref _entries[_count], added);
            Volatile.Write(ref _count, _count + 1);
            _byProvider[provider] = added;
            return added;
        }
    }

    /// <summary>Makes room for an eighth of the capacity at once, so that the sorting is paid for by many additions.</summary>
    private void ForgetOldest()
    {
        var ordered = _entries.Select(e => e!).OrderByDescending(e => e.IsBusy).ThenByDescending(e => e.UsedAt).ToArray();
        int kept = _entries.Length - Math.Max(1, _entries.Length / 8);
        for (int i = kept; i < ordered.Length; i++)
        {
            _byProvider.TryRemove(ordered[i].Provider, out _);
        }

        Volatile.Write(ref _count, kept);
        for (int i = 0; i < ordered.Length; i++)
        {
            Volatile.Write(ref _entries[i], i < kept ? ordered[i] : null);
        }
    }
}
