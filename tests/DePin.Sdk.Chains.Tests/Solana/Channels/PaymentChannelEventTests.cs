using DePin.Sdk.Chains.Solana.Channels;

namespace DePin.Sdk.Chains.Tests.Solana.Channels;

public sealed class PaymentChannelEventTests
{
    private static readonly byte[] Opened = [.. Convert.FromHexString("e445a52e51cb9a1da6ac61094d4cbd6d"), .. ChannelSamples.Channel.ToArray(), 0x40, 0xE2, 1, 0, 0, 0, 0, 0];

    private static readonly byte[] Redirected =
        [.. Convert.FromHexString("e445a52e51cb9a1dd116b9d754a75450"), .. ChannelSamples.Channel.ToArray(), .. ChannelSamples.Payer.ToArray(), 7, 0, 0, 0, 0, 0, 0, 0, 2, 3];

    [Fact]
    public void TryRead_Opened_TellsChannelAndSlot() => Assert.Equal(new PaymentChannelOpened(ChannelSamples.Channel, 123456), PaymentChannelEvent.TryRead(Opened));

    [Fact]
    public void TryRead_PayoutRedirected_TellsWhoseMoneyAndWhy() => Assert.Equal(
        new PaymentChannelPayoutRedirected(ChannelSamples.Channel, ChannelSamples.Payer, 7, PaymentChannelBeneficiary.Payer, PaymentChannelRedirectReason.ReassignedAuthority),
        PaymentChannelEvent.TryRead(Redirected));

    [Fact]
    public void TryRead_AnythingElse_IsNull()
    {
        Assert.All([Opened, Redirected], data =>
        {
            Assert.All(Enumerable.Range(0, data.Length), length => Assert.Null(PaymentChannelEvent.TryRead(data.AsSpan(0, length))));
            Assert.Null(PaymentChannelEvent.TryRead([.. data, 0]));
            Assert.All(Enumerable.Range(0, 16), at => Assert.Null(PaymentChannelEvent.TryRead([.. data[..at], (byte)(data[at] ^ 1), .. data[(at + 1)..]])));
        });
        Assert.Null(PaymentChannelEvent.TryRead([.. Redirected[..^1], 4]));
        Assert.Null(PaymentChannelEvent.TryRead([.. Redirected[..^2], 3, 0]));
    }
}
