using DePin.Sdk.Chains.Cryptography;
using DePin.Sdk.Chains.Solana;
using DePin.Sdk.Chains.Solana.Channels;

namespace DePin.Sdk.Chains.Tests.Solana.Channels;

public sealed class PaymentChannelVoucherTests
{
    // What npm's @x402/svm 2.27 signs, and its signature.
    private const string Bytes = "5601a00e318fa0d4f414c8321e28c5df885d250dcdc9e88af7c7b248d7a306a973bc87d612000000000080d8db7000000000";
    private const string Signature = "XzvLCEAms5qsJagPzptQhaaR5SQBJfDnpgpGexpEFAo3iCDFneWUVcvNfdnM9w5YhW1rbiuLTHVmWyBLyfN81Qf";

    private static readonly PaymentChannelVoucher Voucher = new(ChannelSamples.Channel, 1_234_567, 1_893_456_000);

    [Fact]
    public void ToArray_VoucherOfAnotherClient_GivesItsBytes() => Assert.Equal(Bytes, Convert.ToHexStringLower(Voucher.ToArray()));

    [Fact]
    public void Verify_SignatureOfAnotherClient_IsGood() =>
        Assert.True(Ed25519.Verify(ChannelSamples.VoucherKey.ToArray(), Voucher.ToArray(), SolanaSignature.Parse(Signature).ToArray()));

    [Fact]
    public void Parse_WhatWasWritten_IsTheVoucher()
    {
        Assert.Equal(Voucher, PaymentChannelVoucher.Parse(Voucher.ToArray()));
        var extreme = new PaymentChannelVoucher(ChannelSamples.Channel, ulong.MaxValue, long.MinValue);
        Assert.Equal(extreme, PaymentChannelVoucher.Parse(extreme.ToArray()));
    }

    [Fact]
    public void Parse_OtherLengthOrHead_IsRefused()
    {
        var bytes = Voucher.ToArray();
        Assert.All(Enumerable.Range(0, bytes.Length), length => Assert.Throws<SolanaFormatException>(() => PaymentChannelVoucher.Parse(bytes.AsSpan(0, length))));
        Assert.Throws<SolanaFormatException>(() => PaymentChannelVoucher.Parse([.. bytes, 0]));
        bytes[1] = 2;
        Assert.Throws<SolanaFormatException>(() => PaymentChannelVoucher.Parse(bytes));
        (bytes[0], bytes[1]) = (0x80, 1);
        Assert.Throws<SolanaFormatException>(() => PaymentChannelVoucher.Parse(bytes));
    }

    [Fact]
    public void Write_ShortBuffer_IsRefused() => Assert.Throws<ArgumentException>(() => Voucher.Write(new byte[PaymentChannelVoucher.SizeInBytes - 1]));
}
