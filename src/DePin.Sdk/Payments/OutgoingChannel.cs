using DePin.Sdk.Settlement;

namespace DePin.Sdk.Payments;

/// <summary>
/// The payer's account of one channel, shared by all its jobs. <c>owed</c> is what finished jobs cost, <c>running</c> what running jobs cost so
/// far; together they are what the payee has delivered. What was signed beyond that is a surplus for the next job.
/// The lock is held for arithmetic only; <see cref="SignGate"/> keeps vouchers in order.
/// </summary>
internal sealed class OutgoingChannel
{
    private readonly Lock _gate = new();
    private Channel _channel;
    private SignedVoucher? _best;
    private UInt128 _owed;
    private UInt128 _running;
    private UInt128 _reserved;
    private UInt128 _recorded;
    private UInt128 _largestStep;
    private UInt128 _uncertain;
    private UInt128 _conceded;
    private int _jobs;

    public OutgoingChannel(JournalEntry entry, bool isRecovered)
    {
        _channel = entry.Channel;
        _best = entry.Voucher;
        _owed = _recorded = entry.Delivered.BaseUnits;

        // A job that ran when this process died may have delivered more than the journal knows.
        _uncertain = isRecovered ? UInt128.MaxValue : UInt128.Zero;
    }

    public SemaphoreSlim SignGate { get; } = new(1, 1);

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

    public Asset Asset => _channel.Deposit.Asset;

    public void Observe(Channel seen)
    {
        lock (_gate)
        {
            _channel = JournalRules.Merge(_channel, seen);
        }
    }

    /// <summary>How much deposit is missing for a job of this cost beside those that run.</summary>
    public UInt128 MissingFor(UInt128 maxCost)
    {
        lock (_gate)
        {
            return SaturatingMath.Subtract(SaturatingMath.Add(SaturatingMath.Add(_owed, _reserved), maxCost), _channel.Deposit.BaseUnits);
        }
    }

    public void Begin(OutgoingPayment job)
    {
        lock (_gate)
        {
            _jobs++;
            _reserved = SaturatingMath.Add(_reserved, job.MaxCost);
            job.SentCumulative = _channel.Settled.BaseUnits; // the only voucher that the payee is known to have
        }
    }

    /// <summary>Ends a job: what it cost is owed. After one that broke off, the payee may have delivered more than arrived.</summary>
    public void End(OutgoingPayment job, bool isComplete)
    {
        lock (_gate)
        {
            _jobs--;
            _running -= job.DueUnits;
            _owed += job.DueUnits;
            _reserved = SaturatingMath.Subtract(_reserved, job.MaxCost);
            if (!isComplete)
            {
                var ahead = SaturatingMath.Subtract(BestUnits, Delivered);
                _uncertain = SaturatingMath.Add(_uncertain, SaturatingMath.Add(job.Window, ahead));
            }
        }
    }

    /// <summary>Notes what a running job costs so far; false when that is more than was agreed, and then nothing is noted.</summary>
    public bool TryNote(OutgoingPayment job, UInt128 due, out bool needsVoucher)
    {
        lock (_gate)
        {
            needsVoucher = false;
            if (due > job.MaxCost)
            {
                return false;
            }

            if (due > job.DueUnits)
            {
                var step = due - job.DueUnits;
                _largestStep = UInt128.Max(_largestStep, step);
                _running += step;
                job.DueUnits = due;
            }

            needsVoucher = IsLow(job, job.SentCumulative, Delivered)
                && UInt128.Max(Target(job, Delivered, isFinal: false), BestUnits) > job.SentCumulative;
            return true;
        }
    }

    /// <summary>
    /// Counts from the payee's number: the credit that it says is left when it accepts a job. Where that is less than this side expects, a job
    /// that broke off had delivered more than arrived; that is conceded up to what such jobs had been able to deliver, and otherwise the
    /// window counts as smaller. Where it is more, too much was conceded: a voucher had only been late. While other jobs run the two numbers
    /// differ by what is under way, so then they are not compared. Returns what is conceded now.
    /// </summary>
    public UInt128 LimitCredit(OutgoingPayment job, UInt128 available)
    {
        lock (_gate)
        {
            if (_jobs > 1)
            {
                return UInt128.Zero;
            }

            // What the payee extends in this side's terms: available + delivered - authorized, at least zero.
            var extended = SaturatingMath.Subtract(SaturatingMath.Add(available, Delivered), BestUnits);
            var conceded = UInt128.Min(SaturatingMath.Subtract(job.Window, extended), _uncertain);
            var regained = UInt128.Min(SaturatingMath.Subtract(extended, job.Window), UInt128.Min(_conceded, _owed));
            _owed = SaturatingMath.Add(_owed, conceded) - regained;
            _conceded = SaturatingMath.Add(_conceded, conceded) - regained;
            _uncertain -= conceded;
            job.Window = UInt128.Min(job.Window, SaturatingMath.Add(extended, conceded));
            return conceded;
        }
    }

    /// <summary>What to do about a voucher for a job: nothing, send the best one again, or sign this total.</summary>
    public (SignedVoucher? Ready, UInt128? Sign) Decide(OutgoingPayment job, bool isFinal)
    {
        lock (_gate)
        {
            var delivered = Delivered;
            if (isFinal ? delivered <= job.SentCumulative : !IsLow(job, job.SentCumulative, delivered))
            {
                return default;
            }

            var target = Target(job, delivered, isFinal);
            bool isBestEnough = _best is not null && (isFinal ? BestUnits >= delivered : BestUnits >= target || !IsLow(job, BestUnits, delivered));
            if (isBestEnough || target <= BestUnits)
            {
                return (BestUnits > job.SentCumulative ? _best : null, null);
            }

            return (null, target);
        }
    }

    /// <summary>What finished jobs cost, which is what the last voucher says; null when that is what the best one says, or nothing was ever signed or owed.</summary>
    public UInt128? DecideFinal()
    {
        lock (_gate)
        {
            var owed = UInt128.Min(_owed, _channel.Deposit.BaseUnits);
            return owed == BestUnits ? null : owed;
        }
    }

    public void Signed(SignedVoucher voucher)
    {
        lock (_gate)
        {
            if (voucher.Voucher.Cumulative.BaseUnits > BestUnits)
            {
                _best = voucher;
            }
        }
    }

    /// <summary>The total to record, or null when the journal has it.</summary>
    public Amount? TakeUnrecorded()
    {
        lock (_gate)
        {
            return Delivered > _recorded ? new Amount(Delivered, Asset) : null;
        }
    }

    public void Recorded(Amount delivered)
    {
        lock (_gate)
        {
            _recorded = UInt128.Max(_recorded, delivered.BaseUnits);
        }
    }

    private UInt128 BestUnits => _best?.Voucher.Cumulative.BaseUnits ?? UInt128.Zero;

    private UInt128 Delivered => _owed + _running;

    // True when the payee, holding a voucher for this much, is close to its credit limit.
    private bool IsLow(OutgoingPayment job, UInt128 authorized, UInt128 delivered)
    {
        if (!IsAhead(job))
        {
            // In arrears: at half of the window, or when the next step may not fit into what is left of it.
            var unpaid = SaturatingMath.Subtract(delivered, authorized);
            return unpaid != UInt128.Zero && (unpaid >= job.Window - (job.Window / 2) || SaturatingMath.Add(unpaid, SaturatingMath.Multiply(_largestStep, 2)) > job.Window);
        }

        var margin = UInt128.Min(job.Ahead, UInt128.Max(job.Ahead - (job.Ahead / 2), SaturatingMath.Multiply(_largestStep, 2)));
        return authorized < SaturatingMath.Add(delivered, margin);
    }

    // In arrears exactly what was delivered; ahead by the allowed advance, but never more than the running jobs may cost.
    private UInt128 Target(OutgoingPayment job, UInt128 delivered, bool isFinal)
    {
        var target = delivered;
        if (!isFinal && IsAhead(job))
        {
            target = UInt128.Min(SaturatingMath.Add(delivered, job.Ahead), UInt128.Max(delivered, SaturatingMath.Add(_owed, _reserved)));
        }

        return UInt128.Min(target, _channel.Deposit.BaseUnits);
    }

    // A window that the next step does not fit into is no credit.
    private bool IsAhead(OutgoingPayment job) => job.Window == UInt128.Zero || job.Window < _largestStep;
}
