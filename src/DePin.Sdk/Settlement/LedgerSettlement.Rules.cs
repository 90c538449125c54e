using System.Security.Cryptography;
using DePin.Sdk.Identity;

namespace DePin.Sdk.Settlement;

/// <content>The rules that operations share: who may, when, and how money moves.</content>
public sealed partial class LedgerSettlement
{
    /// <inheritdoc/>
    public byte[] GetVoucherSigningBytes(Voucher voucher)
    {
        ArgumentNullException.ThrowIfNull(voucher);
        return new CanonicalWriter("depin.voucher.v1")
            .Write(_store.Id.Span)
            .Write(voucher.Channel.Bytes.Span)
            .Write(voucher.Cumulative)
            .Write(voucher.ExpiresAt)
            .ToArray();
    }

    /// <inheritdoc/>
    public bool VerifyVoucher(Channel channel, SignedVoucher voucher)
    {
        ArgumentNullException.ThrowIfNull(channel);
        ArgumentNullException.ThrowIfNull(voucher);
        return voucher.Voucher.Channel == channel.Id
            && voucher.Voucher.Cumulative.Asset == channel.Deposit.Asset
            && !IsExpired(voucher.Voucher)
            && _verifiers.Verify(channel.VoucherKey, GetVoucherSigningBytes(voucher.Voucher), voucher.Signature);
    }

    private static SettlementException Refuse(DePinErrorCode code, Fault fault, string message) => new(code, fault, message);

    private static Channel Require(LedgerStore store, ChannelId id) => store.FindChannel(id)
        ?? throw Refuse(DePinErrorCode.ChannelNotFound, Fault.Consumer, $"This ledger has no channel {id}.");

    private static void RequireParty(AccountId needed, AccountId actual, string role)
    {
        if (needed != actual)
        {
            throw Refuse(DePinErrorCode.SettlementFailed, Fault.Chain, $"Only the channel's {role} may do this; {actual} is not it.");
        }
    }

    private static void RequireStatus(Channel channel, bool allowed, string what)
    {
        if (!allowed)
        {
            var closes = channel.ClosesAt is { } at ? $" until {at:O}" : string.Empty;
            throw Refuse(DePinErrorCode.ChannelState, Fault.Consumer, $"Channel {channel.Id} is {channel.Status}{closes} and cannot be {what}.");
        }
    }

    private static void RequireAccount(AccountId account)
    {
        if (!LedgerAccount.TryGetKey(account, out _))
        {
            throw Refuse(DePinErrorCode.InvalidRequest, Fault.Consumer, $"'{account}' is not an account of this ledger; take it from GetAccount.");
        }
    }

    private static void RequireAsset(Asset asset)
    {
        if (asset.Chain != ChainId.Local)
        {
            throw Refuse(DePinErrorCode.InvalidRequest, Fault.Consumer, $"The ledger does not hold '{asset}'; its assets begin with {ChainId.Local}/, for example {Credit}.");
        }
    }

    private static void Debit(LedgerStore store, AccountId account, Amount amount)
    {
        var balance = new Amount(store.GetBalance(account, amount.Asset), amount.Asset);
        if (balance < amount)
        {
            throw Refuse(DePinErrorCode.InsufficientFunds, Fault.Consumer, $"The account holds {balance}, and {amount} are needed; deposit more.");
        }

        store.SetBalance(account, balance - amount);
    }

    // Cannot overflow: the supply of an asset is at most 2^128-1.
    private static void Credited(LedgerStore store, AccountId account, Amount amount) =>
        store.SetBalance(account, new Amount(store.GetBalance(account, amount.Asset), amount.Asset) + amount);

    private ChannelId ComputeId(OpenChannelRequest request, AccountId payer, PublicKey voucherKey, ReadOnlyMemory<byte> salt) => new(SHA256.HashData(
        new CanonicalWriter("depin.channel.v1")
            .Write(_store.Id.Span)
            .Write(payer.ToString())
            .Write(request.Payee.ToString())
            .Write(request.Deposit.Asset.ToString())
            .Write(voucherKey)
            .Write(request.GracePeriod.Ticks)
            .Write(salt.Span)
            .ToArray()));

    private bool IsExpired(Voucher voucher) =>
        voucher.ExpiresAt is { } expires && expires.ToUnixTimeMilliseconds() <= _time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Has the signer prove that it holds the key whose account is about to act.</summary>
    private async Task AuthorizeAsync(string operation, ChannelId channel, Amount? amount, ISigner signer, CancellationToken cancellationToken)
    {
        // The random bytes make each authorization good for one operation.
        var bytes = new CanonicalWriter("depin.ledger.v1")
            .Write(_store.Id.Span)
            .Write(operation)
            .Write(channel.Bytes.Span)
            .Write(amount?.ToString())
            .Write(RandomNumberGenerator.GetBytes(16))
            .ToArray();
        var signature = await signer.SignAsync(bytes, cancellationToken).ConfigureAwait(false);
        if (!_verifiers.Verify(signer.PublicKey, bytes, signature))
        {
            throw Refuse(DePinErrorCode.InvalidSignature, Fault.Consumer, $"The operation '{operation}' is not signed by the key {signer.PublicKey}, or the ledger does not know its algorithm.");
        }
    }

    // Signatures cost far more than rows, and a channel's key never changes, so they are checked before the write lock is taken.
    private async Task VerifyOutsideLockAsync(IReadOnlyList<SignedVoucher> vouchers, CancellationToken cancellationToken)
    {
        var channels = await ReadAsync(store => vouchers.Select(v => Require(store, v.Voucher.Channel)).ToArray(), cancellationToken).ConfigureAwait(false);
        for (int i = 0; i < channels.Length; i++)
        {
            if (!VerifyVoucher(channels[i], vouchers[i]))
            {
                throw Refuse(DePinErrorCode.InvalidVoucher, Fault.Consumer, $"The voucher for channel {channels[i].Id} is not signed by its key for this ledger, is in another asset, or has expired.");
            }
        }
    }

    /// <summary>Pays what a verified voucher authorizes beyond what was settled.</summary>
    private SettlementResult Settle(LedgerStore store, SignedVoucher voucher)
    {
        var channel = Require(store, voucher.Voucher.Channel);
        RequireStatus(channel, channel.Status != ChannelStatus.Closed, "settled");
        var cumulative = voucher.Voucher.Cumulative;
        if (cumulative > channel.Deposit)
        {
            throw Refuse(DePinErrorCode.InvalidVoucher, Fault.Consumer, $"The voucher authorizes {cumulative.BaseUnits} base units, and channel {channel.Id} holds {channel.Deposit.BaseUnits}.");
        }

        var paid = Amount.SubtractOrZero(cumulative, channel.Settled);
        if (paid.IsZero)
        {
            return new SettlementResult(channel, paid, null);
        }

        Credited(store, channel.Payee, paid);
        var (saved, number) = Save(store, channel with { Settled = cumulative }, "settle", channel.Payee, paid);
        return new SettlementResult(saved, paid, number);
    }

    /// <summary>Gives the payer what is left and closes the channel for ever.</summary>
    private (Channel Channel, string Number) PayBack(LedgerStore store, Channel channel, string kind)
    {
        var rest = channel.Deposit - channel.Settled;
        Credited(store, channel.Payer, rest);
        return Save(store, channel with { Status = ChannelStatus.Closed, ClosesAt = null, Refunded = rest }, kind, channel.Payer, rest);
    }

    private (Channel Channel, string Number) Save(LedgerStore store, Channel channel, string kind, AccountId account, Amount amount)
    {
        store.SaveChannel(channel);
        return (channel, store.Append(kind, account, channel.Id, amount, _time.GetUtcNow()));
    }

    private Task<T> TransactAsync<T>(Func<LedgerStore, T> body, CancellationToken cancellationToken) => ExclusiveAsync(static (store, b) => store.Transact(b), body, cancellationToken);

    private Task<T> ReadAsync<T>(Func<LedgerStore, T> body, CancellationToken cancellationToken) => ExclusiveAsync(static (store, b) => store.Read(b), body, cancellationToken);

    // One connection, one user at a time: SQLite has a single writer anyway, and waiting here does not block a thread.
    private async Task<T> ExclusiveAsync<T>(Func<LedgerStore, Func<LedgerStore, T>, T> run, Func<LedgerStore, T> body, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            return run(_store, body);
        }
        finally
        {
            _gate.Release();
        }
    }
}
