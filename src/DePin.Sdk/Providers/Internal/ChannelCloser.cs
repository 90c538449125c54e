using DePin.Sdk.Diagnostics;
using DePin.Sdk.Payments;
using DePin.Sdk.Settlement;
using DePin.Sdk.Wire;
using Microsoft.Extensions.Logging;

namespace DePin.Sdk.Providers.Internal;

/// <summary>Closes a channel when the owner of its voucher key asks for it.</summary>
internal sealed class ChannelCloser(ProviderOptions options, PaymentAcceptor? acceptor, JobRegistry jobs, ILogger logger)
{
    public async Task<CloseChannelResponse> CloseAsync(CloseChannelRequest request, CancellationToken cancellationToken)
    {
        var id = WireConvert.ReadChannelId(request.ChannelId, "close_channel.channel_id");
        var signature = WireConvert.FromWire(request.Signature, "close_channel.signature");
        var settlement = options.Settlement!;
        var channel = await settlement.FindChannelAsync(id, cancellationToken).ConfigureAwait(false);
        if (acceptor is null || channel is null || channel.Payee != settlement.GetAccount(options.Signer!.PublicKey))
        {
            throw new DePinException(DePinErrorCode.ChannelNotFound, Fault.Consumer, "This provider is not the payee of such a channel; ask the one that is.");
        }

        if (!options.Verifiers.Verify(channel.VoucherKey, ChannelCloseRequest.GetSigningBytes(id), signature))
        {
            throw new DePinException(DePinErrorCode.InvalidSignature, Fault.Consumer, "The request is not signed by the channel's voucher key.");
        }

        if (channel.Status == ChannelStatus.Closed)
        {
            return Describe(channel);
        }

        var final = request.FinalVoucher is null ? null : WireConvert.FromWire(request.FinalVoucher, channel.Deposit.Asset);
        jobs.BeginClose(id);
        try
        {
            var result = await acceptor.CloseAsync(id, final, cancellationToken).ConfigureAwait(false);
            ProviderLog.ChannelClosed(logger);
            return Describe(result.Channel);
        }
        finally
        {
            jobs.EndClose(id);
        }
    }

    private static CloseChannelResponse Describe(Channel channel) => new()
    {
        Settled = WireConvert.ToWire(channel.Settled.BaseUnits),
        Refunded = WireConvert.ToWire(channel.Refunded.BaseUnits),
    };
}
