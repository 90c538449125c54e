using System.Security.Cryptography;
using DePin.Sdk.Settlement;

namespace DePin.Sdk.Testing.Conformance;

/// <content>Opening and topping up.</content>
public sealed partial class SettlementConformance
{
    private async Task OpenAsync()
    {
        var terms = Terms();
        var channel = await Backend.OpenAsync(terms, Payer).ConfigureAwait(false);
        Expect.Equal(Account(Payer), channel.Payer, "the payer");
        Expect.Equal(Account(Payee), channel.Payee, "the payee");
        Expect.Equal(Account(Payer), Backend.GetAccount(channel.VoucherKey), "the voucher key");
        Expect.Equal(Units(400), channel.Deposit, "the deposit");
        Expect.Equal(Units(0), channel.Settled, "what is settled");
        Expect.Equal(Units(0), channel.Refunded, "what is refunded");
        Expect.Equal(_harness.GracePeriod, channel.GracePeriod, "the grace period");
        Expect.Equal(ChannelStatus.Open, channel.Status, "the status");
        Expect.True(channel.ClosesAt is null, "an open channel has no closing time");
        Expect.Equal(channel, await Backend.FindChannelAsync(channel.Id).ConfigureAwait(false), "the channel that is found");
        await BalancesAsync(600, 0).ConfigureAwait(false);
    }

    private async Task OpenTwiceAsync()
    {
        var terms = Terms();
        var first = await Backend.OpenAsync(terms, Payer).ConfigureAwait(false);
        var second = await Backend.OpenAsync(terms, Payer).ConfigureAwait(false);
        var third = await Backend.OpenAsync(terms with { Deposit = Units(500) }, Payer).ConfigureAwait(false);
        Expect.Equal(first, second, "the channel that is opened again");
        Expect.Equal(first, third, "the channel that is opened again with another deposit");
        await BalancesAsync(600, 0).ConfigureAwait(false);
    }

    private async Task OpenOtherTermsAsync()
    {
        var salt = RandomNumberGenerator.GetBytes(32);
        var first = await Backend.OpenAsync(Terms(100, salt), Payer).ConfigureAwait(false);
        var otherPayee = await Backend.OpenAsync(Terms(100, salt) with { Payee = Account(Stranger) }, Payer).ConfigureAwait(false);
        var otherKey = await Backend.OpenAsync(Terms(100, salt) with { VoucherKey = Stranger.PublicKey }, Payer).ConfigureAwait(false);
        var otherSalt = await Backend.OpenAsync(Terms(100), Payer).ConfigureAwait(false);
        List<ChannelId> ids = [first.Id, otherPayee.Id, otherKey.Id, otherSalt.Id];
        var longer = Terms(100, salt) with { GracePeriod = _harness.GracePeriod + TimeSpan.FromSeconds(1) };
        if (_harness.HasGracePeriodPerChannel)
        {
            ids.Add((await Backend.OpenAsync(longer, Payer).ConfigureAwait(false)).Id);
        }
        else
        {
            await RefusedAsync(null, () => Backend.OpenAsync(longer, Payer), "a grace period that the backend does not give", DePinErrorCode.Unsupported).ConfigureAwait(false);
        }

        Expect.Equal(ids.Count, ids.Distinct().Count(), "the number of channels");
        await BalancesAsync(Funds - (100 * (UInt128)(uint)ids.Count), 0).ConfigureAwait(false);
    }

    private async Task OpenClosedAsync()
    {
        var terms = Terms();
        var channel = await Backend.OpenAsync(terms, Payer).ConfigureAwait(false);
        await Backend.CloseAsync(channel.Id, null, Payee).ConfigureAwait(false);
        var again = await Backend.OpenAsync(terms, Payer).ConfigureAwait(false);
        Expect.Equal(channel.Id, again.Id, "the channel");
        Expect.Equal(ChannelStatus.Closed, again.Status, "its status");
        await BalancesAsync(Funds, 0).ConfigureAwait(false);
    }

    private Task OpenTooMuchAsync() =>
        RefusedAsync(null, () => Backend.OpenAsync(Terms(Funds + 1), Payer), "a deposit above the balance", DePinErrorCode.InsufficientFunds);

    private Task OpenNothingAsync() => RefusedAsync(null, () => Backend.OpenAsync(Terms(0), Payer), "a deposit of nothing");

    private async Task FindUnknownAsync()
    {
        var unknown = new ChannelId(RandomNumberGenerator.GetBytes(32));
        Expect.True(await Backend.FindChannelAsync(unknown).ConfigureAwait(false) is null, "an unknown channel is null");
        await RefusedAsync(null, () => Backend.TopUpAsync(unknown, Units(1), Payer), "topping up an unknown channel", DePinErrorCode.ChannelNotFound).ConfigureAwait(false);
        await RefusedAsync(null, () => Backend.CloseAsync(unknown, null, Payee), "closing an unknown channel", DePinErrorCode.ChannelNotFound).ConfigureAwait(false);
        var voucher = await SignAsync(unknown, 1).ConfigureAwait(false);
        await RefusedAsync(null, () => SettleOneAsync(voucher), "settling on an unknown channel", DePinErrorCode.ChannelNotFound).ConfigureAwait(false);
    }

    private async Task TopUpAsync()
    {
        var channel = await OpenChannelAsync().ConfigureAwait(false);
        var topped = await Backend.TopUpAsync(channel.Id, Units(150), Payer).ConfigureAwait(false);
        Expect.Equal(channel with { Deposit = Units(550) }, topped, "the channel");
        Expect.Equal(topped, await Backend.FindChannelAsync(channel.Id).ConfigureAwait(false), "the channel that is found");
        await BalancesAsync(450, 0).ConfigureAwait(false);
    }

    private async Task TopUpRefusedAsync()
    {
        var channel = await OpenChannelAsync().ConfigureAwait(false);
        await RefusedAsync(channel.Id, () => Backend.TopUpAsync(channel.Id, Units(10), Stranger), "a stranger's top-up").ConfigureAwait(false);
        await RefusedAsync(channel.Id, () => Backend.TopUpAsync(channel.Id, Units(601), Payer), "a top-up above the balance", DePinErrorCode.InsufficientFunds).ConfigureAwait(false);
        await RefusedAsync(channel.Id, () => Backend.TopUpAsync(channel.Id, Units(0), Payer), "a top-up of nothing").ConfigureAwait(false);
        await Backend.RequestCloseAsync(channel.Id, Payer).ConfigureAwait(false);
        await RefusedAsync(channel.Id, () => Backend.TopUpAsync(channel.Id, Units(10), Payer), "topping up a closing channel", DePinErrorCode.ChannelState).ConfigureAwait(false);
    }

    private async Task TopUpOverflowAsync()
    {
        var channel = await OpenChannelAsync().ConfigureAwait(false);
        await RefusedAsync(channel.Id, () => Backend.TopUpAsync(channel.Id, Units(UInt128.MaxValue), Payer), "a top-up past 128 bits").ConfigureAwait(false);
        var voucher = await SignAsync(channel.Id, UInt128.MaxValue).ConfigureAwait(false);
        await RefusedAsync(channel.Id, () => SettleOneAsync(voucher), "a voucher for 2^128-1", DePinErrorCode.InvalidVoucher).ConfigureAwait(false);
    }
}
