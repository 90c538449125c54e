using DePin.Sdk.Settlement;

namespace DePin.Sdk.Payments;

/// <summary>One save that waits for the journal's writer.</summary>
internal abstract class JournalWrite
{
    private readonly TaskCompletionSource<bool> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private DePinException? _refusal;
    private bool _recorded;

    /// <summary>Completes after the commit; whether anything was recorded.</summary>
    public Task<bool> Completion => _completion.Task;

    public void Apply(JournalStore store) => (_recorded, _refusal) = Run(store);

    public void Complete()
    {
        if (_refusal is null)
        {
            _completion.SetResult(_recorded);
        }
        else
        {
            _completion.SetException(_refusal);
        }
    }

    public void Fail(Exception error) => _completion.SetException(error);

    protected abstract (bool Recorded, DePinException? Refusal) Run(JournalStore store);
}

/// <summary>Saves what a channel looks like.</summary>
internal sealed class ChannelWrite(Channel channel) : JournalWrite
{
    protected override (bool, DePinException?) Run(JournalStore store)
    {
        store.SaveChannel(channel);
        return (true, null);
    }
}

/// <summary>Saves a voucher.</summary>
internal sealed class VoucherWrite(SignedVoucher voucher) : JournalWrite
{
    protected override (bool, DePinException?) Run(JournalStore store) => store.SaveVoucher(voucher) is { } recorded
        ? (recorded, null)
        : (false, JournalRules.NotFound(voucher.Voucher.Channel));
}

/// <summary>Saves the total of the work done.</summary>
internal sealed class DeliveredWrite(ChannelId channel, Amount delivered) : JournalWrite
{
    protected override (bool, DePinException?) Run(JournalStore store) => store.SaveDelivered(channel, delivered)
        ? (true, null)
        : (false, JournalRules.NotFound(channel));
}
