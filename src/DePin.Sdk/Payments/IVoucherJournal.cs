using DePin.Sdk.Settlement;

namespace DePin.Sdk.Payments;

/// <summary>
/// Remembers, for each channel, the highest voucher and how much work it was given for, across crashes. When a method's
/// task completes, what it recorded survives a kill of the process and a loss of power. Thread-safe; a voucher is never lowered.
/// </summary>
public interface IVoucherJournal : IAsyncDisposable
{
    /// <summary>32 random bytes, the same for the journal's life. A payer derives its channels' salts from them, so that an opening that a crash cut short is found again.</summary>
    ReadOnlyMemory<byte> Id { get; }

    /// <summary>
    /// Records a channel before its first voucher, or its changed state. Deposit, settled and status never go back, so that an older
    /// look at the channel that is saved late does no harm.
    /// </summary>
    Task SaveChannelAsync(Channel channel, CancellationToken cancellationToken = default);

    /// <summary>Records a voucher unless the journal holds one for as much or more on the channel. Returns whether it was recorded.</summary>
    /// <exception cref="DePinException"><see cref="DePinErrorCode.ChannelNotFound"/>: the channel was never saved.</exception>
    Task<bool> SaveVoucherAsync(SignedVoucher voucher, CancellationToken cancellationToken = default);

    /// <summary>Records the total cost of the work done on a channel; a lower total than recorded is ignored.</summary>
    /// <exception cref="DePinException"><see cref="DePinErrorCode.ChannelNotFound"/>: the channel was never saved.</exception>
    Task SaveDeliveredAsync(ChannelId channel, Amount delivered, CancellationToken cancellationToken = default);

    /// <summary>What is recorded of one channel; null when nothing is.</summary>
    Task<JournalEntry?> FindAsync(ChannelId channel, CancellationToken cancellationToken = default);

    /// <summary>What is recorded of every channel that is not closed.</summary>
    Task<IReadOnlyList<JournalEntry>> ListAsync(CancellationToken cancellationToken = default);
}
