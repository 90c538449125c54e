using DePin.Sdk.Settlement;

namespace DePin.Sdk.Payments;

/// <summary>How much what is owed presses, when channels are looked up again, and when the next look is due. Not thread-safe.</summary>
internal sealed class ClaimWatch(PaymentAcceptorOptions options, TimeProvider time)
{
    // The first half of a grace period is for finding a cheap moment, the second for bringing a claim through.
    private const int WindowParts = 2;

    // A quarter of a grace period may pass before a payer's leaving is noticed.
    private const int LookParts = 4;

    // While a channel closes, an eighth of what is left passes between two attempts, so that they come faster towards the end.
    private const int AttemptParts = 8;

    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);

    private readonly Dictionary<ChannelId, Seen> _seen = [];

    /// <summary>Takes note of what is owed, and forgets what is not owed any more.</summary>
    public void Observe(IReadOnlyList<JournalEntry> owing)
    {
        var now = time.GetTimestamp();
        var gone = _seen.Keys.ToHashSet();
        foreach (var entry in owing)
        {
            var id = entry.Channel.Id;
            gone.Remove(id);

            // What came after a settlement is new.
            if (!_seen.TryGetValue(id, out var seen) || seen.Settled != entry.Channel.Settled)
            {
                _seen[id] = new Seen(entry.Channel.Settled, now, seen?.LookedAt);
            }
        }

        foreach (var id in gone)
        {
            _seen.Remove(id);
        }
    }

    /// <summary>Whether the state of a channel is old enough to be asked for again.</summary>
    public bool IsLookDue(Channel channel) =>
        channel.Status == ChannelStatus.Closing
        || _seen.GetValueOrDefault(channel.Id)?.LookedAt is not { } lookedAt
        || time.GetElapsedTime(lookedAt) >= channel.GracePeriod / LookParts;

    /// <summary>The channel was looked up now.</summary>
    public void Looked(ChannelId channel)
    {
        if (_seen.TryGetValue(channel, out var seen))
        {
            _seen[channel] = seen with { LookedAt = time.GetTimestamp() };
        }
    }

    /// <summary>The channel must be looked up before anything else is done about it.</summary>
    public void ForgetLook(ChannelId channel)
    {
        if (_seen.TryGetValue(channel, out var seen))
        {
            _seen[channel] = seen with { LookedAt = null };
        }
    }

    /// <summary>What could be claimed of one asset, with how much it presses.</summary>
    public List<ClaimCandidate> Weigh(IReadOnlyCollection<JournalEntry> owing)
    {
        List<ClaimCandidate> candidates =
            [.. owing.Select(entry => new ClaimCandidate(entry, Math.Max(Age(entry), Math.Max(Closing(entry.Channel), Expiry(entry))), entry.Channel.Status == ChannelStatus.Closing))];
        if (options.MaximumUnclaimed is not { } most || candidates.Count == 0 || candidates[0].Owed.Asset != most.Asset)
        {
            return candidates;
        }

        var unclaimed = candidates.Aggregate(UInt128.Zero, (sum, candidate) => SaturatingMath.Add(sum, candidate.Owed.BaseUnits));
        double pressure = most.IsZero ? 1 : Math.Min(1, (double)unclaimed / (double)most.BaseUnits);
        return [.. candidates.Select(candidate => candidate with { Urgency = Math.Max(candidate.Urgency, pressure) })];
    }

    /// <summary>How long to wait before the next round.</summary>
    public TimeSpan NextPause(IEnumerable<JournalEntry> owing)
    {
        var now = time.GetUtcNow();
        var shortest = options.WatchInterval < ShortestPause ? options.WatchInterval : ShortestPause;
        var pause = options.WatchInterval;
        foreach (var entry in owing)
        {
            // When the time is over, what is left is luck: the payer may not have withdrawn yet.
            if (entry.Channel is { Status: ChannelStatus.Closing, ClosesAt: { } closesAt } && closesAt > now && (closesAt - now) / AttemptParts < pause)
            {
                pause = (closesAt - now) / AttemptParts;
            }
        }

        return pause > shortest ? pause : shortest;
    }

    /// <summary>How much a payer's leaving presses: 1 from half of the grace period on. It counts from the payer's request: a payee that was away may find little left.</summary>
    public double Closing(Channel channel)
    {
        if (channel.Status != ChannelStatus.Closing || channel.ClosesAt is not { } closesAt)
        {
            return 0;
        }

        var left = closesAt - time.GetUtcNow();
        return channel.GracePeriod <= TimeSpan.Zero ? 1 : Math.Clamp((channel.GracePeriod - left) * WindowParts / channel.GracePeriod, 0, 1);
    }

    private double Age(JournalEntry entry) =>
        _seen.GetValueOrDefault(entry.Channel.Id) is { } seen ? time.GetElapsedTime(seen.Since) / options.MaximumClaimAge : 0;

    // A voucher is taken only while it holds for two intervals more.
    private double Expiry(JournalEntry entry) => entry.Voucher!.Voucher.ExpiresAt is { } expires && expires - time.GetUtcNow() <= 2 * options.ClaimInterval ? 1 : 0;

    private sealed record Seen(Amount Settled, long Since, long? LookedAt);
}
