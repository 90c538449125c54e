using System.Numerics;
using DePin.Sdk.Chains.Diagnostics;
using DePin.Sdk.Chains.Evm.Accounts;
using DePin.Sdk.Chains.Evm.Rpc;
using DePin.Sdk.Chains.Evm.Transactions;

namespace DePin.Sdk.Chains.Evm.Sending.Internal;

/// <content>From a request to a nonce: fees, funds, signature, journal, broadcast.</content>
internal sealed partial class SenderLoop
{
    /// <summary>What was taken from those that wait and has no nonce yet, so that nobody is forgotten when the loop ends in between.</summary>
    private readonly List<SendTicket> _inHand = [];

    private bool _isJournaling;
    private EvmFees _market;
    private UInt256 _balance;
    private DateTimeOffset _marketUntil = DateTimeOffset.MinValue;

    private async Task DispatchAsync()
    {
        // One batch at least: a node that takes longer to answer than the time between two polls would leave no time for any.
        for (bool isFirst = true; _waiting.Count > 0 && (isFirst || context.Now < _nextPoll); isFirst = false)
        {
            int room = Math.Min(context.Options.MaxInFlight - _lane.InFlight, context.Options.MaxBatch);
            if (room <= 0)
            {
                return;
            }

            EvmFees? offer;
            try
            {
                await RefreshMarketAsync().ConfigureAwait(false);
                offer = context.Node.Fees.Offer(_market);
            }
            catch (EvmRpcException problem)
            {
                TakeWaiting(_waiting.Count).ForEach(ticket => Fail(ticket, new EvmSendException(EvmSendError.Unavailable, $"The price of gas could not be read, so nothing was sent: {problem.Message}", innerException: problem)));
                return;
            }

            if (offer is not { } fees)
            {
                WaitForFees();
                return;
            }

            _inHand.AddRange(TakeWaiting(room));
            var batch = await TakeAffordableAsync(fees).ConfigureAwait(false);
            if (batch.Count == 0)
            {
                _inHand.Clear();
                return;
            }

            await SendAsync(batch, fees).ConfigureAwait(false);
        }

    }

    /// <summary>Takes from the front of those that wait; those whose owners have left are dropped.</summary>
    private List<SendTicket> TakeWaiting(int most)
    {
        var taken = new List<SendTicket>();
        int seen = 0;
        for (; seen < _waiting.Count && taken.Count < most; seen++)
        {
            var ticket = _waiting[seen];
            if (ticket.IsCompleted || ticket.IsAbandoned)
            {
                Completed(ticket);
            }
            else
            {
                taken.Add(ticket);
            }
        }

        _waiting.RemoveRange(0, seen);
        return taken;
    }

    private async Task RefreshMarketAsync()
    {
        if (context.Now < _marketUntil)
        {
            return;
        }

        _market = await context.Node.GetMarketAsync(_view.Head, Stopping).ConfigureAwait(false);
        _balance = await context.Node.GetBalanceAsync(Stopping).ConfigureAwait(false);
        _marketUntil = context.Now + context.Options.PollInterval;
    }

    private void WaitForFees()
    {
        var now = context.Now;
        foreach (var ticket in _waiting.ToArray())
        {
            ticket.FeeDeadline ??= now + context.Options.MaxFeeWait;
            if (now >= ticket.FeeDeadline || ticket.IsAbandoned)
            {
                _waiting.Remove(ticket);
                Fail(ticket, new EvmSendException(
                    EvmSendError.FeeTooHigh,
                    $"Gas costs {_market.NextBlockPrice} wei, more than MaxFeePerGas ({context.Options.MaxFeePerGas} wei). Nothing was sent; try later, wait longer (MaxFeeWait), or offer more."));
            }
        }

        if (_waiting.Count > 0)
        {
            SenderLog.WaitsForFees(context.Logger, _market.NextBlockPrice, _waiting.Count);
        }
    }

    /// <summary>Takes what the account can pay together with what is on its way. What it could pay by itself waits; what it could not fails.</summary>
    private async Task<List<SendTicket>> TakeAffordableAsync(EvmFees fees)
    {
        var batch = new List<SendTicket>();
        var taken = _inHand.ToArray();
        var reserved = Reserved();
        bool isFresh = false;
        for (int i = 0; i < taken.Length; i++)
        {
            var ticket = taken[i];
            var cost = (BigInteger)ticket.Request.Value + ((BigInteger)fees.MaxFeePerGas * ticket.GasLimit);
            if (reserved + cost > _balance && !isFresh)
            {
                try
                {
                    _balance = await context.Node.GetBalanceAsync(Stopping).ConfigureAwait(false);
                }
                catch (EvmRpcException)
                {
                    // What was read last has to do.
                }

                isFresh = true;
            }

            if (cost > _balance)
            {
                Fail(ticket, new EvmSendException(EvmSendError.InsufficientFunds, $"The account {context.Address} holds {_balance} wei; the transaction moves {ticket.Request.Value} wei and may cost {cost - ticket.Request.Value} wei of gas. Nothing was sent."));
            }
            else if (reserved + cost > _balance)
            {
                // Its turn comes when what is on its way has taken less than it might.
                _waiting.InsertRange(0, taken.Skip(i));
                break;
            }
            else
            {
                reserved += cost;
                batch.Add(ticket);
            }
        }

        return batch;
    }

    private BigInteger Reserved()
    {
        var sum = BigInteger.Zero;
        foreach (var slot in _lane.Open)
        {
            if (slot.Receipt is null)
            {
                var transaction = slot.Latest.Transaction;
                sum += (BigInteger)transaction.Value + ((BigInteger)transaction.MaxFeePerGas * transaction.GasLimit);
            }
        }

        return sum;
    }

    private async Task SendAsync(List<SendTicket> batch, EvmFees fees)
    {
        var slots = await SignAllAsync(batch, fees).ConfigureAwait(false);
        if (slots.Count == 0)
        {
            _inHand.Clear();
            return;
        }

        _isJournaling = true;
        await context.Journal.WriteAsync(store => slots.ForEach(store.Insert)).ConfigureAwait(false);
        foreach (var slot in slots)
        {
            _lane.Add(slot);
            if (slot.Key is { } key)
            {
                _byKey[key] = slot;
            }

            SenderLog.Sending(context.Logger, slot.Latest.Hash, slot.Nonce, fees.MaxFeePerGas);
        }

        _isJournaling = false;
        _inHand.Clear();
        SenderMetrics.Sent.Add(slots.Count);
        await BroadcastAsync(slots).ConfigureAwait(false);
    }

    /// <summary>Signs a batch under consecutive nonces. What follows a signature that failed is dropped unsent and takes another turn, since its nonce would leave a gap.</summary>
    private async Task<List<LaneSlot>> SignAllAsync(List<SendTicket> batch, EvmFees fees)
    {
        batch.RemoveAll(ticket => !ticket.TryCommit());
        var signing = batch.Select((ticket, i) => TrySignAsync(Build(ticket, _lane.NextNonce + (ulong)i, fees))).ToArray();
        await Task.WhenAll(signing).ConfigureAwait(false);

        var slots = new List<LaneSlot>(batch.Count);
        for (int i = 0; i < batch.Count; i++)
        {
            var (signed, problem) = await signing[i].ConfigureAwait(false);
            if (signed is null)
            {
                Fail(batch[i], problem!);
                var rest = batch.Skip(i + 1).ToList();
                rest.ForEach(ticket => ticket.Uncommit());
                _waiting.InsertRange(0, rest);
                break;
            }

            var slot = new LaneSlot { Nonce = signed.Transaction.Nonce, Key = batch[i].Key, Digest = batch[i].Digest, Ticket = batch[i], AttemptedAt = context.Now, AttemptedAtHead = _view.Head.Number };
            slot.Attempts.Add(new SignedAttempt(signed, IsCancellation: false));
            batch[i].Transaction = signed.Hash;
            slots.Add(slot);
        }

        return slots;
    }

    private EvmTransaction Build(SendTicket ticket, ulong nonce, EvmFees fees) => WithFees(
        new EvmTransaction
        {
            ChainId = context.ChainId,
            Nonce = nonce,
            GasLimit = ticket.GasLimit,
            MaxFeePerGas = fees.MaxFeePerGas,
            To = ticket.Request.To,
            Value = ticket.Request.Value,
            Data = ticket.Request.Data,
        },
        fees);

    private static EvmTransaction WithFees(EvmTransaction transaction, EvmFees fees) => transaction with
    {
        Type = fees.IsLegacy ? EvmTransactionType.Legacy : EvmTransactionType.DynamicFee,
        MaxFeePerGas = fees.MaxFeePerGas,
        MaxPriorityFeePerGas = fees.MaxPriorityFeePerGas,
    };

    private async Task<(SignedEvmTransaction? Signed, EvmSendException? Problem)> TrySignAsync(EvmTransaction transaction)
    {
        using var timeout = new CancellationTokenSource(context.Options.SigningTimeout, context.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, Stopping);
        try
        {
            var signature = await context.Account.SignAsync(transaction.SigningPayload(), either.Token).ConfigureAwait(false);
            var signed = transaction.Sign(EvmSignature.Parse(signature.Bytes.Span));

            // A remote key may be another one than its name says; money that it moved would be somebody else's.
            return signed.RecoverSender() == context.Address
                ? (signed, null)
                : (null, new EvmSendException(EvmSendError.SigningFailed, $"The signature belongs to {signed.RecoverSender()}, not to {context.Address}. Nothing was sent."));
        }
        catch (OperationCanceledException) when (Stopping.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception problem)
        {
            string why = timeout.IsCancellationRequested ? $"it gave no signature within {context.Options.SigningTimeout}" : problem.Message;
            return (null, new EvmSendException(EvmSendError.SigningFailed, $"The key of {context.Address} did not sign: {why}. Nothing was sent.", innerException: problem));
        }
    }
}
