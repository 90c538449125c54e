using DePin.Sdk.Payments;
using DePin.Sdk.Settlement;

namespace DePin.Sdk.ProviderProcess;

/// <summary>Says on standard output which vouchers a journal has accepted, after it has: what a watcher reads there must survive a kill.</summary>
internal sealed class AnnouncingJournal(IVoucherJournal inner, TextWriter output) : IVoucherJournal
{
    public Task SaveChannelAsync(Channel channel, CancellationToken cancellationToken = default) => inner.SaveChannelAsync(channel, cancellationToken);

    public async Task<bool> SaveVoucherAsync(SignedVoucher voucher, CancellationToken cancellationToken = default)
    {
        bool saved = await inner.SaveVoucherAsync(voucher, cancellationToken);
        if (saved)
        {
            var line = $"ACCEPTED {voucher.Voucher.Channel} {voucher.Voucher.Cumulative.BaseUnits}";
            lock (output)
            {
                output.WriteLine(line);
                output.Flush();
            }
        }

        return saved;
    }

    public Task SaveDeliveredAsync(ChannelId channel, Amount delivered, CancellationToken cancellationToken = default) => inner.SaveDeliveredAsync(channel, delivered, cancellationToken);

    public Task<JournalEntry?> FindAsync(ChannelId channel, CancellationToken cancellationToken = default) => inner.FindAsync(channel, cancellationToken);

    public Task<IReadOnlyList<JournalEntry>> ListAsync(CancellationToken cancellationToken = default) => inner.ListAsync(cancellationToken);

    public ReadOnlyMemory<byte> Id => inner.Id;

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
