using System.Collections.Concurrent;
using System.Security.Cryptography;
using DePin.Sdk.Diagnostics;
using DePin.Sdk.Identity;
using DePin.Sdk.Settlement;
using Microsoft.Extensions.Logging;

namespace DePin.Sdk.Payments;

/// <summary>Finds, opens and tops up a payer's channels: one to each payee and asset, one operation at a time for each.</summary>
internal sealed class OutgoingChannels(ISettlementBackend settlement, ISigner payer, AccountId account, IVoucherJournal journal, PaymentSessionOptions options, ILogger logger) : IDisposable
{
    private const int MaxClosedChannelsSkipped = 10_000;

    private readonly ConcurrentDictionary<ChannelId, OutgoingChannel> _known = new();
    private readonly ConcurrentDictionary<(AccountId Payee, Asset Asset), Route> _routes = new();
    private readonly SemaphoreSlim _loadGate = new(1, 1);
    private bool _isLoaded;

    /// <summary>A channel to the payee with room for one more job, and a hold on it from <paramref name="begin"/>.</summary>
    public async Task<OutgoingPayment> BeginAsync(AccountId payee, Amount maxCost, Func<OutgoingChannel, OutgoingPayment> begin, CancellationToken cancellationToken)
    {
        await LoadAsync(cancellationToken).ConfigureAwait(false);
        var route = _routes.GetOrAdd((payee, maxCost.Asset), static _ => new Route());
        await route.Gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (route.Current is not { } current || current.Channel.Status != ChannelStatus.Open)
            {
                current = route.Current = await OpenAsync(route, payee, maxCost, cancellationToken).ConfigureAwait(false);
            }

            // A channel that was opened before may hold less than is needed now.
            var missing = current.MissingFor(maxCost.BaseUnits);
            if (missing != UInt128.Zero)
            {
                await TopUpAsync(current, maxCost, missing, cancellationToken).ConfigureAwait(false);
            }

            return begin(current);
        }
        finally
        {
            route.Gate.Release();
        }
    }

    /// <summary>The account of one channel, from memory or the journal.</summary>
    public async Task<OutgoingChannel> FindAsync(ChannelId id, CancellationToken cancellationToken)
    {
        await LoadAsync(cancellationToken).ConfigureAwait(false);
        if (_known.TryGetValue(id, out var known))
        {
            return known;
        }

        var entry = await journal.FindAsync(id, cancellationToken).ConfigureAwait(false);
        if (entry is null || entry.Channel.Payer != account)
        {
            throw new DePinException(DePinErrorCode.ChannelNotFound, Fault.Consumer, $"The journal knows no channel {id} that {account} pays with.");
        }

        return _known.GetOrAdd(id, new OutgoingChannel(entry, isRecovered: true));
    }

    /// <summary>Takes note of how a channel stands, here and in the journal.</summary>
    public async Task SeeAsync(OutgoingChannel known, Channel seen, CancellationToken cancellationToken)
    {
        known.Observe(seen);
        await journal.SaveChannelAsync(seen, cancellationToken).ConfigureAwait(false);
    }

    public void Dispose() => _loadGate.Dispose();

    // Channels that the journal holds are used again, as they stand now; the fullest one to each payee.
    private async Task LoadAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _isLoaded))
        {
            return;
        }

        await _loadGate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_isLoaded)
            {
                return;
            }

            foreach (var entry in await journal.ListAsync(cancellationToken).ConfigureAwait(false))
            {
                // By account: a chain may know a key by its address alone.
                if (entry.Channel.Payer == account && settlement.GetAccount(entry.Channel.VoucherKey) == account)
                {
                    await RecoverAsync(entry, cancellationToken).ConfigureAwait(false);
                }
            }

            Volatile.Write(ref _isLoaded, true);
        }
        finally
        {
            _loadGate.Release();
        }
    }

    private async Task RecoverAsync(JournalEntry entry, CancellationToken cancellationToken)
    {
        var known = _known.GetOrAdd(entry.Channel.Id, new OutgoingChannel(entry, isRecovered: true));
        var seen = await settlement.FindChannelAsync(entry.Channel.Id, cancellationToken).ConfigureAwait(false);
        if (seen is null)
        {
            PaymentLog.ChannelNotFound(logger, null, entry.Channel.Id);
            return;
        }

        if (seen != entry.Channel)
        {
            await SeeAsync(known, seen, cancellationToken).ConfigureAwait(false);
        }

        var route = _routes.GetOrAdd((seen.Payee, seen.Deposit.Asset), static _ => new Route());
        if (seen.Status == ChannelStatus.Open && (route.Current is null || Left(known) > Left(route.Current)))
        {
            route.Current = known;
        }
    }

    private static UInt128 Left(OutgoingChannel channel) =>
        SaturatingMath.Subtract(channel.Channel.Deposit.BaseUnits, channel.Best?.Voucher.Cumulative.BaseUnits ?? UInt128.Zero);

    private async Task<OutgoingChannel> OpenAsync(Route route, AccountId payee, Amount maxCost, CancellationToken cancellationToken)
    {
        using var activity = DePinTelemetry.Source.StartActivity(DePinTelemetry.Spans.ChannelOpen);

        // The salts are a fixed sequence, so an opening whose outcome was never seen, or never recorded, is found again by repeating it.
        // That channel may hold all that the account had, so an empty account is for the ledger to refuse.
        var deposit = await ChooseAsync(maxCost, maxCost.BaseUnits, cancellationToken).ConfigureAwait(false);
        for (; route.Opened < MaxClosedChannelsSkipped; route.Opened++)
        {
            var request = new OpenChannelRequest
            {
                Payee = payee,
                Deposit = deposit,
                VoucherKey = payer.PublicKey,
                GracePeriod = options.GracePeriod,
                Salt = ComputeSalt(payee, maxCost.Asset, route.Opened),
            };
            var channel = await settlement.OpenAsync(request, payer, cancellationToken).ConfigureAwait(false);
            if (channel.Status != ChannelStatus.Open)
            {
                continue;
            }

            activity?.SetTag(DePinTelemetry.Tags.Channel, channel.Id.ToString());

            // Not cancelled: the money has moved, and what is not recorded would have to be found again.
            await journal.SaveChannelAsync(channel, CancellationToken.None).ConfigureAwait(false);
            var entry = await journal.FindAsync(channel.Id, CancellationToken.None).ConfigureAwait(false);
            PaymentMetrics.ChannelsOpened.Add(1);
            PaymentLog.ChannelOpened(logger, channel.Id, channel.Deposit);
            return _known.GetOrAdd(channel.Id, new OutgoingChannel(entry!, isRecovered: false));
        }

        throw new DePinException(DePinErrorCode.ChannelState, Fault.Consumer, $"{MaxClosedChannelsSkipped} channels to {payee} are closed already; pay with another key.");
    }

    private async Task TopUpAsync(OutgoingChannel current, Amount maxCost, UInt128 missing, CancellationToken cancellationToken)
    {
        var amount = await ChooseAsync(maxCost, missing, cancellationToken).ConfigureAwait(false);
        var channel = current.Channel;
        try
        {
            var topped = await settlement.TopUpAsync(channel.Id, amount, payer, cancellationToken).ConfigureAwait(false);
            await SeeAsync(current, topped, CancellationToken.None).ConfigureAwait(false);
            PaymentLog.ChannelToppedUp(logger, channel.Id, topped.Deposit);
        }
        catch (SettlementException)
        {
            // The channel may have been closed by its payee, or the top-up may have arrived all the same: look, and do not send it twice.
            if (await settlement.FindChannelAsync(channel.Id, cancellationToken).ConfigureAwait(false) is { } now)
            {
                await SeeAsync(current, now, cancellationToken).ConfigureAwait(false);
            }

            if (current.Channel.Status != ChannelStatus.Open || current.MissingFor(maxCost.BaseUnits) != UInt128.Zero)
            {
                throw;
            }
        }
    }

    // DepositRequests times the job's highest cost; less when the account holds less, but never less than is needed.
    private async Task<Amount> ChooseAsync(Amount maxCost, UInt128 needed, CancellationToken cancellationToken)
    {
        var wanted = UInt128.Max(needed, SaturatingMath.Multiply(maxCost.BaseUnits, (uint)options.DepositRequests));
        var balance = await settlement.GetBalanceAsync(account, maxCost.Asset, cancellationToken).ConfigureAwait(false);
        return maxCost with { BaseUnits = UInt128.Max(needed, UInt128.Min(wanted, balance.BaseUnits)) };
    }

    private byte[] ComputeSalt(AccountId payee, Asset asset, int index) => SHA256.HashData(
        new CanonicalWriter("depin.salt.v1").Write(journal.Id.Span).Write(account.ToString()).Write(payee.ToString()).Write(asset.ToString()).Write((long)index).ToArray());

    private sealed class Route
    {
        public SemaphoreSlim Gate { get; } = new(1, 1);

        public OutgoingChannel? Current { get; set; }

        public int Opened { get; set; }
    }
}
