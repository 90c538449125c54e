using System.Security.Cryptography;
using DePin.Sdk.Identity;
using DePin.Sdk.Settlement;

namespace DePin.Sdk.Testing.Conformance;

/// <content>Closing, by the payee and by the payer; and everything at once.</content>
public sealed partial class SettlementConformance
{
    private async Task CloseAsync()
    {
        var channel = await OpenChannelAsync().ConfigureAwait(false);
        await SettleOneAsync(await SignAsync(channel.Id, 50).ConfigureAwait(false)).ConfigureAwait(false);
        var result = await Backend.CloseAsync(channel.Id, await SignAsync(channel.Id, 120).ConfigureAwait(false), Payee).ConfigureAwait(false);
        Expect.Equal(Units(70), result.Paid, "what the last voucher pays");
        Expect.Equal(channel with { Settled = Units(120), Refunded = Units(280), Status = ChannelStatus.Closed }, result.Channel, "the channel");
        Expect.Equal(result.Channel, await Backend.FindChannelAsync(channel.Id).ConfigureAwait(false), "the channel that is found");
        await BalancesAsync(880, 120).ConfigureAwait(false);
    }

    private async Task CloseLowerAsync()
    {
        var without = await OpenChannelAsync(100).ConfigureAwait(false);
        await SettleOneAsync(await SignAsync(without.Id, 40).ConfigureAwait(false)).ConfigureAwait(false);
        var first = await Backend.CloseAsync(without.Id, null, Payee).ConfigureAwait(false);
        Expect.Equal((Units(0), Units(60)), (first.Paid, first.Channel.Refunded), "what closing without a voucher pays and returns");

        var lower = await OpenChannelAsync(100).ConfigureAwait(false);
        await SettleOneAsync(await SignAsync(lower.Id, 40).ConfigureAwait(false)).ConfigureAwait(false);
        var second = await Backend.CloseAsync(lower.Id, await SignAsync(lower.Id, 30).ConfigureAwait(false), Payee).ConfigureAwait(false);
        Expect.Equal((Units(0), Units(60)), (second.Paid, second.Channel.Refunded), "what closing with a lower voucher pays and returns");
        await BalancesAsync(920, 80).ConfigureAwait(false);
    }

    private async Task CloseUnauthorizedAsync()
    {
        var channel = await OpenChannelAsync().ConfigureAwait(false);
        var voucher = await SignAsync(channel.Id, 10).ConfigureAwait(false);
        await RefusedAsync(channel.Id, () => Backend.CloseAsync(channel.Id, voucher, Payer), "closing by the payer").ConfigureAwait(false);
        await RefusedAsync(channel.Id, () => Backend.CloseAsync(channel.Id, voucher, Stranger), "closing by a stranger").ConfigureAwait(false);
    }

    private async Task CloseBadVoucherAsync()
    {
        var channel = await OpenChannelAsync().ConfigureAwait(false);
        foreach (var (bad, what) in await BadVouchersAsync(channel).ConfigureAwait(false))
        {
            await RefusedAsync(channel.Id, () => Backend.CloseAsync(channel.Id, bad, Payee), $"closing with {what}", DePinErrorCode.InvalidVoucher).ConfigureAwait(false);
        }

        var other = await OpenChannelAsync(100).ConfigureAwait(false);
        var others = await SignAsync(other.Id, 10).ConfigureAwait(false);
        await RefusedAsync(channel.Id, () => Backend.CloseAsync(channel.Id, others, Payee), "closing with another channel's voucher", DePinErrorCode.InvalidVoucher).ConfigureAwait(false);
        var above = await SignAsync(channel.Id, 401).ConfigureAwait(false);
        await RefusedAsync(channel.Id, () => Backend.CloseAsync(channel.Id, above, Payee), "closing above the deposit", DePinErrorCode.InvalidVoucher).ConfigureAwait(false);
    }

    private async Task ClosedAsync()
    {
        var channel = await OpenChannelAsync().ConfigureAwait(false);
        var voucher = await SignAsync(channel.Id, 100).ConfigureAwait(false);
        await Backend.CloseAsync(channel.Id, voucher, Payee).ConfigureAwait(false);
        var higher = await SignAsync(channel.Id, 200).ConfigureAwait(false);
        await RefusedAsync(channel.Id, () => SettleOneAsync(higher), "settling a closed channel", DePinErrorCode.ChannelState).ConfigureAwait(false);
        await RefusedAsync(channel.Id, () => Backend.TopUpAsync(channel.Id, Units(1), Payer), "topping up a closed channel", DePinErrorCode.ChannelState).ConfigureAwait(false);
        await RefusedAsync(channel.Id, () => Backend.CloseAsync(channel.Id, higher, Payee), "closing a closed channel", DePinErrorCode.ChannelState).ConfigureAwait(false);
        await RefusedAsync(channel.Id, () => Backend.RequestCloseAsync(channel.Id, Payer), "asking to close a closed channel", DePinErrorCode.ChannelState).ConfigureAwait(false);
        await _harness.AdvanceAsync(_harness.GracePeriod * 2).ConfigureAwait(false);
        await RefusedAsync(channel.Id, () => Backend.WithdrawAsync(channel.Id, Payer), "withdrawing from a closed channel", DePinErrorCode.ChannelState).ConfigureAwait(false);
    }

    private async Task RequestCloseAsync()
    {
        var channel = await OpenChannelAsync().ConfigureAwait(false);
        var asked = _harness.Now;
        var closing = await Backend.RequestCloseAsync(channel.Id, Payer).ConfigureAwait(false);
        Expect.Equal(ChannelStatus.Closing, closing.Status, "the status");
        Expect.True(closing.ClosesAt >= asked + _harness.GracePeriod && closing.ClosesAt <= _harness.Now + _harness.GracePeriod + TimeSpan.FromMinutes(1), "the grace period runs from the request");
        await _harness.AdvanceAsync(_harness.GracePeriod / 2).ConfigureAwait(false);
        Expect.Equal(closing, await Backend.RequestCloseAsync(channel.Id, Payer).ConfigureAwait(false), "the channel after a second request");
        await BalancesAsync(600, 0).ConfigureAwait(false);
    }

    private async Task RequestCloseUnauthorizedAsync()
    {
        var channel = await OpenChannelAsync().ConfigureAwait(false);
        await RefusedAsync(channel.Id, () => Backend.RequestCloseAsync(channel.Id, Payee), "the payee's request to close").ConfigureAwait(false);
        await RefusedAsync(channel.Id, () => Backend.RequestCloseAsync(channel.Id, Stranger), "a stranger's request to close").ConfigureAwait(false);
    }

    private async Task SettleWhileClosingAsync()
    {
        Expect.Equal(_harness.SettlesWhileClosing, Backend.SettlesWhileClosing, "what the backend says of closing channels");
        if (!_harness.SettlesWhileClosing)
        {
            await SettleWhileClosingClosesAsync().ConfigureAwait(false);
            return;
        }

        var channel = await OpenChannelAsync().ConfigureAwait(false);
        await Backend.RequestCloseAsync(channel.Id, Payer).ConfigureAwait(false);
        var during = await SettleOneAsync(await SignAsync(channel.Id, 100).ConfigureAwait(false)).ConfigureAwait(false);
        Expect.Equal((Units(100), ChannelStatus.Closing), (during.Paid, during.Channel.Status), "what is paid while closing");
        await _harness.AdvanceAsync(_harness.GracePeriod + TimeSpan.FromSeconds(2)).ConfigureAwait(false);
        var after = await SettleOneAsync(await SignAsync(channel.Id, 150).ConfigureAwait(false)).ConfigureAwait(false);
        Expect.Equal(Units(50), after.Paid, "what is paid after the grace period, before the payer withdraws");
        var closed = await Backend.WithdrawAsync(channel.Id, Payer).ConfigureAwait(false);
        Expect.Equal(Units(250), closed.Refunded, "what the payer takes back");
        await BalancesAsync(850, 150).ConfigureAwait(false);
    }

    /// <summary>Where a closing channel has one settlement left: the payee's, before the grace period ends.</summary>
    private async Task SettleWhileClosingClosesAsync()
    {
        var channel = await OpenChannelAsync().ConfigureAwait(false);
        await SettleOneAsync(await SignAsync(channel.Id, 40).ConfigureAwait(false)).ConfigureAwait(false);
        await Backend.RequestCloseAsync(channel.Id, Payer).ConfigureAwait(false);
        var voucher = await SignAsync(channel.Id, 100).ConfigureAwait(false);
        await RefusedAsync(channel.Id, () => SettleOneAsync(voucher, Stranger), "a stranger's settlement of a closing channel", DePinErrorCode.ChannelState).ConfigureAwait(false);
        var replayed = await SettleOneAsync(await SignAsync(channel.Id, 40).ConfigureAwait(false)).ConfigureAwait(false);
        Expect.Equal((Units(0), ChannelStatus.Closing), (replayed.Paid, replayed.Channel.Status), "what a settled voucher does to a closing channel");
        var last = await SettleOneAsync(voucher).ConfigureAwait(false);
        Expect.Equal((Units(60), ChannelStatus.Closed, Units(300)), (last.Paid, last.Channel.Status, last.Channel.Refunded), "what the last settlement pays and returns");
        Expect.Equal(last.Channel, await Backend.FindChannelAsync(channel.Id).ConfigureAwait(false), "the channel that is found");
        await BalancesAsync(900, 100).ConfigureAwait(false);

        var late = await OpenChannelAsync(100).ConfigureAwait(false);
        await Backend.RequestCloseAsync(late.Id, Payer).ConfigureAwait(false);
        await _harness.AdvanceAsync(_harness.GracePeriod + TimeSpan.FromSeconds(2)).ConfigureAwait(false);
        var missed = await SignAsync(late.Id, 10).ConfigureAwait(false);
        await RefusedAsync(late.Id, () => SettleOneAsync(missed), "settling after the grace period", DePinErrorCode.ChannelState).ConfigureAwait(false);
        var closed = await Backend.WithdrawAsync(late.Id, Payer).ConfigureAwait(false);
        Expect.Equal(Units(100), closed.Refunded, "what the payer takes back");
        await BalancesAsync(900, 100).ConfigureAwait(false);
    }

    private async Task CloseWhileClosingAsync()
    {
        var channel = await OpenChannelAsync().ConfigureAwait(false);
        await Backend.RequestCloseAsync(channel.Id, Payer).ConfigureAwait(false);
        var result = await Backend.CloseAsync(channel.Id, await SignAsync(channel.Id, 10).ConfigureAwait(false), Payee).ConfigureAwait(false);
        Expect.Equal(ChannelStatus.Closed, result.Channel.Status, "the status");
        Expect.True(result.Channel.ClosesAt is null, "a closed channel has no closing time");
        await BalancesAsync(990, 10).ConfigureAwait(false);
    }

    private async Task WithdrawEarlyAsync()
    {
        var channel = await OpenChannelAsync().ConfigureAwait(false);
        await RefusedAsync(channel.Id, () => Backend.WithdrawAsync(channel.Id, Payer), "withdrawing from an open channel", DePinErrorCode.ChannelState).ConfigureAwait(false);
        await Backend.RequestCloseAsync(channel.Id, Payer).ConfigureAwait(false);
        await RefusedAsync(channel.Id, () => Backend.WithdrawAsync(channel.Id, Payer), "withdrawing at once", DePinErrorCode.ChannelState).ConfigureAwait(false);
        await _harness.AdvanceAsync(_harness.GracePeriod / 2).ConfigureAwait(false);
        await RefusedAsync(channel.Id, () => Backend.WithdrawAsync(channel.Id, Payer), "withdrawing half-way", DePinErrorCode.ChannelState).ConfigureAwait(false);
    }

    private async Task WithdrawAsync()
    {
        var channel = await OpenChannelAsync().ConfigureAwait(false);
        await SettleOneAsync(await SignAsync(channel.Id, 100).ConfigureAwait(false)).ConfigureAwait(false);
        await Backend.RequestCloseAsync(channel.Id, Payer).ConfigureAwait(false);
        await _harness.AdvanceAsync(_harness.GracePeriod + TimeSpan.FromSeconds(2)).ConfigureAwait(false);
        var closed = await Backend.WithdrawAsync(channel.Id, Payer).ConfigureAwait(false);
        Expect.Equal(channel with { Settled = Units(100), Refunded = Units(300), Status = ChannelStatus.Closed }, closed, "the channel");
        await BalancesAsync(900, 100).ConfigureAwait(false);
    }

    private async Task WithdrawUnauthorizedAsync()
    {
        var channel = await OpenChannelAsync().ConfigureAwait(false);
        await Backend.RequestCloseAsync(channel.Id, Payer).ConfigureAwait(false);
        await _harness.AdvanceAsync(_harness.GracePeriod + TimeSpan.FromSeconds(2)).ConfigureAwait(false);
        await RefusedAsync(channel.Id, () => Backend.WithdrawAsync(channel.Id, Payee), "the payee's withdrawal").ConfigureAwait(false);
        await RefusedAsync(channel.Id, () => Backend.WithdrawAsync(channel.Id, Stranger), "a stranger's withdrawal").ConfigureAwait(false);
    }

    private async Task ForgedSignerAsync()
    {
        var channel = await OpenChannelAsync().ConfigureAwait(false);
        var asPayer = new Impostor(Payer.PublicKey, Stranger);
        var asPayee = new Impostor(Payee.PublicKey, Stranger);
        await RefusedAsync(null, () => Backend.OpenAsync(Terms(), asPayer), "opening with a key that is not held").ConfigureAwait(false);
        await RefusedAsync(channel.Id, () => Backend.TopUpAsync(channel.Id, Units(1), asPayer), "topping up with a key that is not held").ConfigureAwait(false);
        await RefusedAsync(channel.Id, () => Backend.RequestCloseAsync(channel.Id, asPayer), "asking to close with a key that is not held").ConfigureAwait(false);
        await RefusedAsync(channel.Id, () => Backend.CloseAsync(channel.Id, null, asPayee), "closing with a key that is not held").ConfigureAwait(false);
        await Backend.RequestCloseAsync(channel.Id, Payer).ConfigureAwait(false);
        await _harness.AdvanceAsync(_harness.GracePeriod + TimeSpan.FromSeconds(2)).ConfigureAwait(false);
        await RefusedAsync(channel.Id, () => Backend.WithdrawAsync(channel.Id, asPayer), "withdrawing with a key that is not held").ConfigureAwait(false);
    }

    private async Task ConcurrentSettleAsync()
    {
        var channel = await OpenChannelAsync().ConfigureAwait(false);
        var vouchers = await Task.WhenAll(Enumerable.Range(1, 20).Select(i => SignAsync(channel.Id, (UInt128)(uint)i * 10))).ConfigureAwait(false);
        var results = await Task.WhenAll(vouchers.Reverse().Concat(vouchers).Select(v => Task.Run(() => SettleOneAsync(v)))).ConfigureAwait(false);
        Expect.Equal(Units(200), results.Aggregate(Units(0), (sum, r) => sum + r.Paid), "what all settlements paid");
        await BalancesAsync(600, 200).ConfigureAwait(false);
    }

    private async Task ConcurrentOpenAsync()
    {
        var terms = Terms(100, RandomNumberGenerator.GetBytes(32));
        var channels = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Backend.OpenAsync(terms, Payer)))).ConfigureAwait(false);
        Expect.Equal(1, channels.Select(c => c.Id).Distinct().Count(), "the number of channels");
        await BalancesAsync(900, 0).ConfigureAwait(false);
    }

    private async Task ConcurrentCloseAsync()
    {
        var channel = await OpenChannelAsync().ConfigureAwait(false);
        var lower = await SignAsync(channel.Id, 150).ConfigureAwait(false);
        var higher = await SignAsync(channel.Id, 200).ConfigureAwait(false);
        Func<Task>[] operations =
        [
            () => SettleOneAsync(lower),
            () => SettleOneAsync(higher),
            () => Backend.CloseAsync(channel.Id, lower, Payee),
            () => Backend.TopUpAsync(channel.Id, Units(50), Payer),
            () => Backend.RequestCloseAsync(channel.Id, Payer),
        ];
        await Task.WhenAll(operations.Select(operation => Task.Run(async () =>
        {
            try
            {
                await operation().ConfigureAwait(false);
            }
            catch (SettlementException)
            {
                // Whoever comes after the close is refused.
            }
        }))).ConfigureAwait(false);
        var closed = (await Backend.FindChannelAsync(channel.Id).ConfigureAwait(false))!;
        Expect.Equal(ChannelStatus.Closed, closed.Status, "the status");
        Expect.Equal(closed.Deposit, closed.Settled + closed.Refunded, "what was paid out");
        var payee = await BalanceAsync(Payee).ConfigureAwait(false);
        Expect.True(payee == closed.Settled.BaseUnits && payee >= 150, "the payee has what was settled, at least the voucher of the close");
        await BalancesAsync(Funds - payee, payee).ConfigureAwait(false);
    }

    /// <summary>Claims somebody else's key.</summary>
    private sealed class Impostor(PublicKey claimed, ISigner actual) : ISigner
    {
        public PublicKey PublicKey => claimed;

        public ValueTask<Signature> SignAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken = default) => actual.SignAsync(message, cancellationToken);
    }
}
