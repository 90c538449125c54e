using DePin.Sdk.Settlement;

namespace DePin.Sdk.Payments;

/// <summary>
/// The payee's account of one channel, shared by all its jobs: what was charged, and what vouchers authorize. The lock is held for
/// arithmetic only.
/// </summary>
internal sealed class IncomingChannel
{
    private readonly Lock _gate = new();
    private Channel _channel;
    private SignedVoucher? _best;
    private UInt128 _authorized;
    private UInt128 _charged;
    private UInt128 _recorded;
    private bool _isRecording;
    private TaskCompletionSource? _changed;
    private long _seenAt;
    private int _jobs;

    public IncomingChannel(Channel channel, JournalEntry? entry, long seenAt)
    {
        _channel = channel;
        _best = entry?.Voucher;
        _authorized = _best?.Voucher.Cumulative.BaseUnits ?? UInt128.Zero;
        _charged = _recorded = entry?.Delivered.BaseUnits ?? UInt128.Zero;
        _seenAt = seenAt;
    }

    public Channel Channel
    {
        get
        {
            lock (_gate)
            {
                return _channel;
            }
        }
    }

    public SignedVoucher? Best
    {
        get
        {
            lock (_gate)
            {
                return _best;
            }
        }
    }

    public long SeenAt => Volatile.Read(ref _seenAt);

    public int Jobs => Volatile.Read(ref _jobs);

    public Asset Asset => _channel.Deposit.Asset;

    public void JobBegan() => Interlocked.Increment(ref _jobs);

    public void JobEnded() => Interlocked.Decrement(ref _jobs);

    /// <summary>Takes note of how the channel stands on the ledger or chain.</summary>
    public void Observe(Channel seen, long seenAt)
    {
        lock (_gate)
        {
            _channel = JournalRules.Merge(_channel, seen);
            Volatile.Write(ref _seenAt, seenAt);
        }

        Pulse();
    }

    /// <summary>Completes at the next change of what is authorized or deposited.</summary>
    public Task WhenChanged()
    {
        lock (_gate)
        {
            return (_changed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    /// <summary>Charges a job's growth if vouchers and credit allow it. One credit window holds over all jobs of the channel.</summary>
    public bool TryCharge(ref UInt128 charged, UInt128 due, UInt128 window)
    {
        lock (_gate)
        {
            if (due <= charged)
            {
                return true;
            }

            var growth = due - charged;
            if (growth > SaturatingMath.Subtract(Limit(window), _charged))
            {
                return false;
            }

            _charged += growth;
            charged = due;
            return true;
        }
    }

    /// <summary>How much more may be charged now.</summary>
    public UInt128 Available(UInt128 window)
    {
        lock (_gate)
        {
            // The deposit is left out: the payer counts it itself, and may have topped it up since this side last looked.
            return SaturatingMath.Subtract(SaturatingMath.Add(_authorized, window), _charged);
        }
    }

    /// <summary>True when the growth of a job would pass the deposit, which no voucher can cure.</summary>
    public bool PassesDeposit(UInt128 charged, UInt128 due)
    {
        lock (_gate)
        {
            return SaturatingMath.Add(_charged, SaturatingMath.Subtract(due, charged)) > _channel.Deposit.BaseUnits;
        }
    }

    /// <summary>Lets work go on that a recorded voucher pays for.</summary>
    public void Authorize(SignedVoucher voucher)
    {
        lock (_gate)
        {
            if (voucher.Voucher.Cumulative.BaseUnits <= _authorized)
            {
                return;
            }

            _authorized = voucher.Voucher.Cumulative.BaseUnits;
            _best = voucher;
        }

        Pulse();
    }

    /// <summary>
    /// The total to record now, or null. Without <paramref name="always"/> one is due when a quarter of what the payee could lose by
    /// forgetting it has been charged since the last; only one recording is under way at a time.
    /// </summary>
    public Amount? TakeRecording(UInt128 window, bool always)
    {
        lock (_gate)
        {
            var unrecorded = _charged - _recorded;
            var exposure = UInt128.Max(window, SaturatingMath.Subtract(_authorized, _recorded));
            if (unrecorded == UInt128.Zero || (!always && (_isRecording || unrecorded <= exposure / 4)))
            {
                return null;
            }

            _isRecording = true;
            return new Amount(_charged, Asset);
        }
    }

    public void Recorded(Amount delivered, bool succeeded)
    {
        lock (_gate)
        {
            _isRecording = false;
            _recorded = succeeded ? UInt128.Max(_recorded, delivered.BaseUnits) : _recorded;
        }
    }

    private UInt128 Limit(UInt128 window)
    {
        // No credit for a payer who is leaving, and nothing at all once the deposit is gone.
        return _channel.Status switch
        {
            ChannelStatus.Open => UInt128.Min(_channel.Deposit.BaseUnits, SaturatingMath.Add(_authorized, window)),
            ChannelStatus.Closing => UInt128.Min(_channel.Deposit.BaseUnits, _authorized),
            _ => _channel.Settled.BaseUnits,
        };
    }

    private void Pulse()
    {
        TaskCompletionSource? changed;
        lock (_gate)
        {
            changed = _changed;
            _changed = null;
        }

        changed?.TrySetResult();
    }
}
