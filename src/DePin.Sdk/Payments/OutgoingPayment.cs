using DePin.Sdk.Settlement;

namespace DePin.Sdk.Payments;

/// <summary>The payment for one job, from the payer's side. Dispose it when the job has ended; what was not spent returns to the spend policy.</summary>
public sealed class OutgoingPayment : IAsyncDisposable
{
    internal OutgoingPayment()
    {
    }

    /// <summary>The channel that carries it.</summary>
    public ChannelId Channel => throw new NotImplementedException();

    /// <summary>What the job costs so far, as delivered.</summary>
    public Amount Due => throw new NotImplementedException();

    /// <summary>True when <see cref="PayAsync"/> would return a voucher for this cost. Does not allocate: ask it for every delta.</summary>
    public bool NeedsVoucher(Amount due) => throw new NotImplementedException();

    /// <summary>
    /// Notes the job's cumulative cost and signs a voucher when one is needed: at the start when the payee extends no credit, when half of the
    /// credit window is used, and at the end. The voucher is in the journal when the task completes. Null when none is needed.
    /// </summary>
    /// <exception cref="DePinException"><see cref="DePinErrorCode.PriceExceeded"/>: the cost is above the maximum that was agreed.</exception>
    public ValueTask<SignedVoucher?> PayAsync(Amount due, bool isFinal, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
