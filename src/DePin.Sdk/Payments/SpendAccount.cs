namespace DePin.Sdk.Payments;

/// <summary>Counts what a session spent and reserved against its <see cref="SpendPolicy"/>. Thread-safe.</summary>
internal sealed class SpendAccount(SpendPolicy policy, TimeProvider time)
{
    private static readonly TimeSpan Window = TimeSpan.FromHours(1);

    private readonly Lock _gate = new();
    private readonly Queue<(long At, UInt128 Spent)> _lastHour = new();
    private readonly Dictionary<AccountId, UInt128> _byPayee = [];
    private UInt128 _spentLastHour;
    private UInt128 _reserved;
    private UInt128 _total;

    /// <summary>Sets an amount aside; what is reserved counts as spent until <see cref="Release"/>.</summary>
    /// <exception cref="DePinException"><see cref="DePinErrorCode.SpendLimitExceeded"/>: nothing was reserved.</exception>
    public void Reserve(AccountId payee, Amount amount)
    {
        lock (_gate)
        {
            Forget();
            var ofPayee = _byPayee.GetValueOrDefault(payee);
            Require(policy.PerRequest, amount, UInt128.Zero, "one request");
            Require(policy.PerHour, amount, SaturatingMath.Add(_spentLastHour, _reserved), "an hour");
            Require(policy.PerProvider, amount, ofPayee, $"provider {payee}");
            Require(policy.Total, amount, SaturatingMath.Add(_total, _reserved), "everything");
            _reserved = SaturatingMath.Add(_reserved, amount.BaseUnits);
            _byPayee[payee] = SaturatingMath.Add(ofPayee, amount.BaseUnits);
        }
    }

    /// <summary>Turns a reservation into what was really spent.</summary>
    public void Release(AccountId payee, UInt128 reserved, UInt128 spent)
    {
        lock (_gate)
        {
            _reserved = SaturatingMath.Subtract(_reserved, reserved);
            var ofPayee = SaturatingMath.Add(SaturatingMath.Subtract(_byPayee.GetValueOrDefault(payee), reserved), spent);
            if (ofPayee == UInt128.Zero)
            {
                _byPayee.Remove(payee);
            }
            else
            {
                _byPayee[payee] = ofPayee;
            }

            _total = SaturatingMath.Add(_total, spent);
            if (spent != UInt128.Zero && policy.PerHour is not null)
            {
                _lastHour.Enqueue((time.GetTimestamp(), spent));
                _spentLastHour = SaturatingMath.Add(_spentLastHour, spent);
            }
        }
    }

    private void Forget()
    {
        while (_lastHour.TryPeek(out var oldest) && time.GetElapsedTime(oldest.At) >= Window)
        {
            _lastHour.Dequeue();
            _spentLastHour = SaturatingMath.Subtract(_spentLastHour, oldest.Spent);
        }
    }

    private static void Require(Amount? limit, Amount amount, UInt128 used, string scope)
    {
        if (limit is not { } most)
        {
            return;
        }

        if (most.Asset != amount.Asset)
        {
            throw Exceeded($"the spend policy for {scope} is in {most.Asset}, and this payment is in {amount.Asset}");
        }

        if (SaturatingMath.Add(used, amount.BaseUnits) > most.BaseUnits)
        {
            throw Exceeded($"{amount.BaseUnits} base units more than the {used} used or reserved pass the {most.BaseUnits} that the spend policy allows for {scope}");
        }
    }

    private static DePinException Exceeded(string reason) =>
        new(DePinErrorCode.SpendLimitExceeded, Fault.Consumer, $"The payment is not made: {reason}. Raise the limit in SpendPolicy or lower the request's maximum cost.");
}
