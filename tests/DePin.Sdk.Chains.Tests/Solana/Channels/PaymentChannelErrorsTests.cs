using DePin.Sdk.Chains.Solana.Channels;

namespace DePin.Sdk.Chains.Tests.Solana.Channels;

public sealed class PaymentChannelErrorsTests
{
    [Fact]
    public void Describe_EveryError_HasWords()
    {
        Assert.All(Enum.GetValues<PaymentChannelError>(), error => Assert.EndsWith(".", PaymentChannelErrors.Describe(error)));
        Assert.Null(PaymentChannelErrors.Describe((PaymentChannelError)3_000));
    }

    [Fact]
    public void Numbers_OfTheProgramsTable_AreTheNames()
    {
        Assert.Equal(2, (int)PaymentChannelError.InvalidChannelStatus);
        Assert.Equal(233, (int)PaymentChannelError.VoucherExpired);
        Assert.Equal(2003, (int)PaymentChannelError.OpenSlotOutOfWindow);
        Assert.Equal(2414, (int)PaymentChannelError.ChannelCloseTooEarly);
    }
}
