using DePin.Sdk.Settlement;

namespace DePin.Sdk.Payments;

/// <summary>A journal that lasts as long as the process: for tests, and for consumers who accept to lose a channel's history.</summary>
public sealed class MemoryVoucherJournal : IVoucherJournal
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ChannelId, JournalEntry> _entries = [];

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Id { get; } = System.Security.Cryptography.RandomNumberGenerator.GetBytes(32);

    /// <inheritdoc/>
    public Task SaveChannelAsync(Channel channel, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(channel);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            _entries[channel.Id] = _entries.TryGetValue(channel.Id, out var entry)
                ? entry with { Channel = JournalRules.Merge(entry.Channel, channel) }
                : new JournalEntry(channel, null, Amount.Zero(channel.Deposit.Asset));
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<bool> SaveVoucherAsync(SignedVoucher voucher, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(voucher);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            if (!_entries.TryGetValue(voucher.Voucher.Channel, out var entry))
            {
                return Task.FromException<bool>(JournalRules.NotFound(voucher.Voucher.Channel));
            }

            if (entry.Voucher is { } held && held.Voucher.Cumulative >= voucher.Voucher.Cumulative)
            {
                return Task.FromResult(false);
            }

            _entries[voucher.Voucher.Channel] = entry with { Voucher = voucher };
            return Task.FromResult(true);
        }
    }

    /// <inheritdoc/>
    public Task SaveDeliveredAsync(ChannelId channel, Amount delivered, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            if (!_entries.TryGetValue(channel, out var entry))
            {
                return Task.FromException(JournalRules.NotFound(channel));
            }

            _entries[channel] = entry with { Delivered = Amount.Max(entry.Delivered, delivered) };
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<JournalEntry?> FindAsync(ChannelId channel, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            return Task.FromResult(_entries.GetValueOrDefault(channel));
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<JournalEntry>> ListAsync(CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            return Task.FromResult<IReadOnlyList<JournalEntry>>([.. _entries.Values.Where(e => e.Channel.Status != ChannelStatus.Closed)]);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
