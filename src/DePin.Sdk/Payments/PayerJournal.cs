using DePin.Sdk.Settlement;

namespace DePin.Sdk.Payments;

/// <summary>A journal as the payer uses it: a disk that fails here is no provider's fault, and no other provider would help.</summary>
internal sealed class PayerJournal(IVoucherJournal inner) : IVoucherJournal
{
    public ReadOnlyMemory<byte> Id => inner.Id;

    public async Task SaveChannelAsync(Channel channel, CancellationToken cancellationToken = default)
    {
        try
        {
            await inner.SaveChannelAsync(channel, cancellationToken).ConfigureAwait(false);
        }
        catch (DePinException ex) when (IsStorage(ex))
        {
            throw Own(ex);
        }
    }

    public async Task<bool> SaveVoucherAsync(SignedVoucher voucher, CancellationToken cancellationToken = default)
    {
        try
        {
            return await inner.SaveVoucherAsync(voucher, cancellationToken).ConfigureAwait(false);
        }
        catch (DePinException ex) when (IsStorage(ex))
        {
            throw Own(ex);
        }
    }

    public async Task SaveDeliveredAsync(ChannelId channel, Amount delivered, CancellationToken cancellationToken = default)
    {
        try
        {
            await inner.SaveDeliveredAsync(channel, delivered, cancellationToken).ConfigureAwait(false);
        }
        catch (DePinException ex) when (IsStorage(ex))
        {
            throw Own(ex);
        }
    }

    public async Task<JournalEntry?> FindAsync(ChannelId channel, CancellationToken cancellationToken = default)
    {
        try
        {
            return await inner.FindAsync(channel, cancellationToken).ConfigureAwait(false);
        }
        catch (DePinException ex) when (IsStorage(ex))
        {
            throw Own(ex);
        }
    }

    public async Task<IReadOnlyList<JournalEntry>> ListAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            return await inner.ListAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (DePinException ex) when (IsStorage(ex))
        {
            throw Own(ex);
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask; // it belongs to whoever made it

    private static bool IsStorage(DePinException ex) => ex is { Code: DePinErrorCode.StorageFailed, Fault: not Fault.Consumer };

    private static DePinException Own(DePinException ex) => new(ex.Code, Fault.Consumer, ex.Message, ex.IsTransient, ex);
}
