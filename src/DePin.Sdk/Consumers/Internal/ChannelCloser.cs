using System.Diagnostics;
using DePin.Sdk.Diagnostics;
using DePin.Sdk.Identity;
using DePin.Sdk.Market;
using DePin.Sdk.Payments;
using DePin.Sdk.Settlement;
using DePin.Sdk.Transport;
using DePin.Sdk.Wire;
using Google.Protobuf;

namespace DePin.Sdk.Consumers.Internal;

/// <summary>Closes a consumer's channels: with the provider's help where it answers, without it where not.</summary>
internal sealed class ChannelCloser(ConsumerServices services, IProviderDirectory directory)
{
    private const int AtOnce = 8;
    private const int MaxPages = 64;

    private const int MaxAsks = 6;

    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);

    public async Task<IReadOnlyList<ChannelReport>> CloseAllAsync(CancellationToken cancellationToken)
    {
        using var activity = DePinTelemetry.Source.StartActivity(DePinTelemetry.Spans.Settle);

        // Cancelled jobs may still be paying; their vouchers belong into the last one.
        await services.Background.WhenIdleAsync(cancellationToken).ConfigureAwait(false);
        var entries = new List<(PayingAccount Account, Channel Channel)>();
        foreach (var account in services.Accounts.All)
        {
            entries.AddRange((await account.Payments.ListChannelsAsync(cancellationToken).ConfigureAwait(false)).Select(entry => (account, entry.Channel)));
        }

        var payees = await FindPayeesAsync([.. entries.Select(entry => entry.Channel.Payee)], cancellationToken).ConfigureAwait(false);
        var reports = new ChannelReport[entries.Count];
        await Parallel.ForAsync(
            0,
            entries.Count,
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
            async (i, token) => reports[i] = await CloseAsync(entries[i].Account, entries[i].Channel, payees.GetValueOrDefault(entries[i].Channel.Payee), token).ConfigureAwait(false)).ConfigureAwait(false);
        return reports;
    }

    private async Task<ChannelReport> CloseAsync(PayingAccount account, Channel channel, Offer? provider, CancellationToken cancellationToken)
    {
        var (closing, failure) = (ChannelClosing.Failed, (Exception?)null);
        try
        {
            channel = await account.Payments.RefreshAsync(channel.Id, cancellationToken).ConfigureAwait(false);
            (channel, closing, failure) = await CloseOpenAsync(account, channel, provider, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception problem) when (problem is DePinException or TimeoutException)
        {
            failure = problem;
        }

        ConsumerLog.ChannelSettled(services.Logger, channel.Id, closing, channel.Settled, channel.Refunded);
        return new ChannelReport
        {
            Channel = channel.Id,
            Payee = channel.Payee,
            Provider = provider?.Provider,
            Endpoint = provider?.Endpoint,
            Deposited = channel.Deposit,
            Paid = channel.Settled,
            Refunded = channel.Refunded,
            Status = channel.Status,
            ClosesAt = channel.ClosesAt,
            Closing = closing,
            Failure = failure,
        };
    }

    private async Task<(Channel Channel, ChannelClosing Closing, Exception? Failure)> CloseOpenAsync(PayingAccount account, Channel channel, Offer? provider, CancellationToken cancellationToken)
    {
        if (channel.Status == ChannelStatus.Closed)
        {
            return (channel, ChannelClosing.AlreadyClosed, null);
        }

        if (channel.Status == ChannelStatus.Closing && channel.ClosesAt <= services.Time.GetUtcNow())
        {
            return (await account.Payments.WithdrawAsync(channel.Id, cancellationToken).ConfigureAwait(false), ChannelClosing.Withdrawn, null);
        }

        // A provider that was away when the grace period began may be back.
        var failure = await TryCooperateAsync(account, channel, provider, cancellationToken).ConfigureAwait(false);
        channel = await account.Payments.RefreshAsync(channel.Id, cancellationToken).ConfigureAwait(false);
        if (channel.Status == ChannelStatus.Closed)
        {
            return (channel, ChannelClosing.Cooperative, null);
        }

        return channel.Status == ChannelStatus.Closing
            ? (channel, ChannelClosing.Waiting, failure)
            : (await account.Payments.RequestCloseAsync(channel.Id, cancellationToken).ConfigureAwait(false), ChannelClosing.Requested, failure);
    }

    /// <summary>Asks the provider to close; what its answer says is not believed, the ledger is asked afterwards.</summary>
    private async Task<Exception?> TryCooperateAsync(PayingAccount account, Channel channel, Offer? provider, CancellationToken cancellationToken)
    {
        if (provider is null)
        {
            return new DePinException(DePinErrorCode.NoProvider, Fault.Network, $"No offer names the payee {channel.Payee} any more, so its provider cannot be asked to close the channel.", isTransient: true);
        }

        try
        {
            var final = await account.Payments.SignFinalAsync(channel.Id, cancellationToken).ConfigureAwait(false);
            var request = new CloseChannelRequest
            {
                ChannelId = ByteString.CopyFrom(channel.Id.Bytes.Span),
                FinalVoucher = final is null ? null : WireConvert.ToWire(final),
                Signature = WireConvert.ToWire(await account.Signer.SignAsync(ChannelCloseRequest.GetSigningBytes(channel.Id), cancellationToken).ConfigureAwait(false)),
            };
            await AskAsync(provider.Endpoint, request, cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (Exception failure) when (failure is DePinException or TimeoutException)
        {
            ConsumerLog.CloseRefused(services.Logger, channel.Id, provider.Endpoint, failure);
            return failure;
        }
    }

    /// <summary>Asks again where the provider is not yet done with the channel's last job: it learns a little later than this side that one was broken off.</summary>
    private async Task AskAsync(Uri endpoint, CloseChannelRequest request, CancellationToken cancellationToken)
    {
        var pause = FirstPause;
        for (int asked = 1; ; asked++)
        {
            try
            {
                var options = new CallOptions { Deadline = services.Time.GetUtcNow() + CallTimeout };
                await services.Connector.Connect(endpoint).CloseChannelAsync(request, options, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (DePinException busy) when (busy is { Code: DePinErrorCode.ChannelState, IsTransient: true } && asked < MaxAsks)
            {
                await Task.Delay(pause, services.Time, cancellationToken).ConfigureAwait(false);
                pause *= 2;
            }
        }
    }

    /// <summary>The providers behind the accounts that were paid, by what the directory says now.</summary>
    private async Task<Dictionary<AccountId, Offer>> FindPayeesAsync(HashSet<AccountId> wanted, CancellationToken cancellationToken)
    {
        var found = new Dictionary<AccountId, Offer>();
        var verifier = services.OfferVerifier;
        string? token = null;
        try
        {
            for (int page = 0; page < MaxPages && found.Count < wanted.Count; page++)
            {
                var answer = await directory.QueryAsync(new OfferQuery { PageSize = 1000, PageToken = token }, cancellationToken).ConfigureAwait(false);
                foreach (var offer in answer.Offers)
                {
                    if (wanted.Contains(offer.Payee) && !found.ContainsKey(offer.Payee) && IsGenuine(verifier, offer))
                    {
                        found.Add(offer.Payee, offer);
                    }
                }

                token = answer.NextPageToken;
                if (token is null)
                {
                    break;
                }
            }
        }
        catch (DePinException unreachable)
        {
            // Without the directory the channels are closed the slow way.
            ConsumerLog.DirectoryFailed(services.Logger, unreachable);
        }

        return found;
    }

    private bool IsGenuine(OfferVerifier verifier, Offer offer)
    {
        try
        {
            verifier.Verify(offer, services.Time.GetUtcNow());
            return true;
        }
        catch (DePinException)
        {
            return false;
        }
    }
}
