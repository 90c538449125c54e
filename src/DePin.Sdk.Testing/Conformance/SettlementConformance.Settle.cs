using System.Security.Cryptography;
using DePin.Sdk.Identity;
using DePin.Sdk.Settlement;

namespace DePin.Sdk.Testing.Conformance;

/// <content>Vouchers and what settling them does.</content>
public sealed partial class SettlementConformance
{
    private async Task SettleAsync()
    {
        var channel = await OpenChannelAsync().ConfigureAwait(false);
        var first = await SettleOneAsync(await SignAsync(channel.Id, 100).ConfigureAwait(false)).ConfigureAwait(false);
        Expect.Equal(Units(100), first.Paid, "what the first voucher pays");
        Expect.Equal(channel with { Settled = Units(100) }, first.Channel, "the channel");
        Expect.True(!string.IsNullOrEmpty(first.TransactionId), "a payment names its transaction");
        var second = await SettleOneAsync(await SignAsync(channel.Id, 130).ConfigureAwait(false)).ConfigureAwait(false);
        Expect.Equal(Units(30), second.Paid, "what the second voucher pays");
        Expect.Equal(channel with { Settled = Units(130) }, await Backend.FindChannelAsync(channel.Id).ConfigureAwait(false), "the channel that is found");
        await BalancesAsync(600, 130).ConfigureAwait(false);
    }

    private async Task SettleReplayAsync()
    {
        var channel = await OpenChannelAsync().ConfigureAwait(false);
        var lower = await SignAsync(channel.Id, 60).ConfigureAwait(false);
        var voucher = await SignAsync(channel.Id, 100).ConfigureAwait(false);
        await SettleOneAsync(voucher).ConfigureAwait(false);
        foreach (var replayed in new[] { voucher, lower })
        {
            var again = await SettleOneAsync(replayed).ConfigureAwait(false);
            Expect.Equal(Units(0), again.Paid, "what a replayed or lower voucher pays");
            Expect.Equal(Units(100), again.Channel.Settled, "what is settled");
            Expect.True(again.TransactionId is null, "nothing moved, so there is no transaction");
        }

        await BalancesAsync(600, 100).ConfigureAwait(false);
    }

    private async Task SettleByAnybodyAsync()
    {
        var channel = await OpenChannelAsync().ConfigureAwait(false);
        await SettleOneAsync(await SignAsync(channel.Id, 100).ConfigureAwait(false), Stranger).ConfigureAwait(false);
        await BalancesAsync(600, 100).ConfigureAwait(false);
        Expect.Equal((UInt128)StrangerFunds, await BalanceAsync(Stranger).ConfigureAwait(false), "the submitter's balance");
    }

    private async Task SettleBadAsync()
    {
        var channel = await OpenChannelAsync().ConfigureAwait(false);
        foreach (var (bad, what) in await BadVouchersAsync(channel).ConfigureAwait(false))
        {
            await RefusedAsync(channel.Id, () => SettleOneAsync(bad), what, DePinErrorCode.InvalidVoucher).ConfigureAwait(false);
        }

        var above = await SignAsync(channel.Id, 401).ConfigureAwait(false);
        await RefusedAsync(channel.Id, () => SettleOneAsync(above), "a voucher above the deposit", DePinErrorCode.InvalidVoucher).ConfigureAwait(false);
        var good = await SignAsync(channel.Id, 5).ConfigureAwait(false);
        var better = await SignAsync(channel.Id, 6).ConfigureAwait(false);
        await RefusedAsync(channel.Id, () => Backend.SettleAsync([good, better], Payee), "two vouchers of one channel").ConfigureAwait(false);
        Expect.Equal(0, (await Backend.SettleAsync([], Payee).ConfigureAwait(false)).Count, "the results of settling nothing");
    }

    private async Task SettleBatchAtomicAsync()
    {
        var one = await OpenChannelAsync(100).ConfigureAwait(false);
        var two = await OpenChannelAsync(100).ConfigureAwait(false);
        var good = await SignAsync(one.Id, 50).ConfigureAwait(false);
        var above = await SignAsync(two.Id, 101).ConfigureAwait(false);
        await RefusedAsync(one.Id, () => Backend.SettleAsync([good, above], Payee), "a batch with a voucher above its deposit", DePinErrorCode.InvalidVoucher).ConfigureAwait(false);
        var forged = await SignAsync(two.Id, 50, signer: Stranger).ConfigureAwait(false);
        await RefusedAsync(one.Id, () => Backend.SettleAsync([good, forged], Payee), "a batch with a forged voucher", DePinErrorCode.InvalidVoucher).ConfigureAwait(false);
    }

    private async Task SettleBatchAsync()
    {
        var one = await OpenChannelAsync(100).ConfigureAwait(false);
        var two = await OpenChannelAsync(100).ConfigureAwait(false);
        var three = await OpenChannelAsync(100).ConfigureAwait(false);
        await SettleOneAsync(await SignAsync(two.Id, 20).ConfigureAwait(false)).ConfigureAwait(false);
        SignedVoucher[] vouchers =
        [
            await SignAsync(three.Id, 30).ConfigureAwait(false),
            await SignAsync(one.Id, 10).ConfigureAwait(false),
            await SignAsync(two.Id, 20).ConfigureAwait(false),
        ];
        var results = await Backend.SettleAsync(vouchers, Payee).ConfigureAwait(false);
        Expect.Equal(3, results.Count, "the number of results");
        Expect.Equal((three.Id, Units(30)), (results[0].Channel.Id, results[0].Paid), "the first result");
        Expect.Equal((one.Id, Units(10)), (results[1].Channel.Id, results[1].Paid), "the second result");
        Expect.Equal((two.Id, Units(0)), (results[2].Channel.Id, results[2].Paid), "the third result");
        await BalancesAsync(700, 60).ConfigureAwait(false);
    }

    private async Task SettleAllAsync()
    {
        var channel = await OpenChannelAsync().ConfigureAwait(false);
        await SettleOneAsync(await SignAsync(channel.Id, 400).ConfigureAwait(false)).ConfigureAwait(false);
        await Backend.TopUpAsync(channel.Id, Units(100), Payer).ConfigureAwait(false);
        var result = await SettleOneAsync(await SignAsync(channel.Id, 450).ConfigureAwait(false)).ConfigureAwait(false);
        Expect.Equal(Units(50), result.Paid, "what is paid after the top-up");
        await BalancesAsync(500, 450).ConfigureAwait(false);
    }

    private async Task VerifyAsync()
    {
        var channel = await OpenChannelAsync().ConfigureAwait(false);
        Expect.True(Backend.VerifyVoucher(channel, await SignAsync(channel.Id, 100).ConfigureAwait(false)), "a good voucher verifies");
        if (_harness.HasVoucherExpiry)
        {
            Expect.True(Backend.VerifyVoucher(channel, await SignAsync(channel.Id, 100, _harness.Now + TimeSpan.FromHours(1)).ConfigureAwait(false)), "a voucher before its expiry verifies");
        }
        else
        {
            await Expect.FailsAsync(() => SignAsync(channel.Id, 100, _harness.Now + TimeSpan.FromHours(1)), DePinErrorCode.Unsupported, "signing a voucher with an expiry").ConfigureAwait(false);
        }

        Expect.True(Backend.VerifyVoucher(channel, await SignAsync(channel.Id, 401).ConfigureAwait(false)), "verifying does not look at the deposit");
        foreach (var (bad, what) in await BadVouchersAsync(channel).ConfigureAwait(false))
        {
            Expect.True(!Backend.VerifyVoucher(channel, bad), $"{what} does not verify");
        }
    }

    private async Task<List<(SignedVoucher Voucher, string What)>> BadVouchersAsync(Channel channel)
    {
        var good = await SignAsync(channel.Id, 100).ConfigureAwait(false);
        var other = new ChannelId(RandomNumberGenerator.GetBytes(32));
        var flipped = good.Signature.Bytes.ToArray();
        flipped[^1] ^= 1;
        List<(SignedVoucher, string)> bad =
        [
            (await SignAsync(channel.Id, 100, signer: Stranger).ConfigureAwait(false), "a stranger's voucher"),
            (await SignAsync(channel.Id, 100, signer: Payee).ConfigureAwait(false), "the payee's own voucher"),
            (good with { Voucher = good.Voucher with { Cumulative = Units(101) } }, "a voucher that was raised"),
            (good with { Voucher = good.Voucher with { ExpiresAt = _harness.Now - TimeSpan.FromSeconds(1) } }, "a voucher that was made to expire"),
            (good with { Voucher = good.Voucher with { ExpiresAt = _harness.Now + TimeSpan.FromHours(1) } }, "a voucher whose expiry was changed"),
            (good with { Signature = new Signature(good.Signature.Algorithm, flipped) }, "a signature with a flipped bit"),
            (good with { Signature = new Signature(good.Signature.Algorithm, flipped.AsMemory(1)) }, "a signature that is too short"),
            (good with { Signature = new Signature(new SignatureAlgorithm("none"), good.Signature.Bytes) }, "a signature of an unknown algorithm"),
            ((await SignAsync(other, 100).ConfigureAwait(false)) with { Voucher = good.Voucher }, "another channel's signature"),
        ];
        if (_harness.HasVoucherExpiry)
        {
            bad.Add((await SignAsync(channel.Id, 100, _harness.Now - TimeSpan.FromSeconds(1)).ConfigureAwait(false), "an expired voucher"));
        }

        return bad;
    }

    private async Task VerifyOtherLedgerAsync()
    {
        if (_harness.Other is not { } elsewhere)
        {
            return;
        }

        var channel = await OpenChannelAsync().ConfigureAwait(false);
        var voucher = await SignAsync(channel.Id, 100, backend: elsewhere).ConfigureAwait(false);
        Expect.True(!Backend.VerifyVoucher(channel, voucher), "a voucher of another ledger does not verify");
        await RefusedAsync(channel.Id, () => SettleOneAsync(voucher), "a voucher of another ledger", DePinErrorCode.InvalidVoucher).ConfigureAwait(false);
    }

    private async Task VoucherKeyAsync()
    {
        var channel = await Backend.OpenAsync(Terms() with { VoucherKey = Stranger.PublicKey }, Payer).ConfigureAwait(false);
        Expect.Equal(Account(Stranger), Backend.GetAccount(channel.VoucherKey), "the voucher key");
        var payers = await SignAsync(channel.Id, 10).ConfigureAwait(false);
        await RefusedAsync(channel.Id, () => SettleOneAsync(payers), "a voucher by the payer's own key", DePinErrorCode.InvalidVoucher).ConfigureAwait(false);
        await SettleOneAsync(await SignAsync(channel.Id, 10, signer: Stranger).ConfigureAwait(false)).ConfigureAwait(false);
        await BalancesAsync(600, 10).ConfigureAwait(false);
    }
}
