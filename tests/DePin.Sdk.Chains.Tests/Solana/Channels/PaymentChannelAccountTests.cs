using System.Buffers.Binary;
using DePin.Sdk.Chains.Solana;
using DePin.Sdk.Chains.Solana.Channels;

namespace DePin.Sdk.Chains.Tests.Solana.Channels;

public sealed class PaymentChannelAccountTests
{
    [Fact]
    public void Parse_WhatWasWritten_IsTheAccount()
    {
        var data = ChannelSamples.Account.ToArray();
        var read = PaymentChannelAccount.Parse(data);
        Assert.Equal(256, data.Length);
        Assert.Equal(ChannelSamples.Account, read);
        Assert.Equal(ChannelSamples.Terms, read.Terms);
        Assert.Equal(ChannelSamples.Sponsor, read.RentPayer);
        Assert.NotEqual(ChannelSamples.Account, read with { Settled = 701 });
    }

    [Fact]
    public void ToArray_Fields_StandWhereTheProgramHasThem()
    {
        var data = ChannelSamples.Account.ToArray();
        Assert.Equal([1, 1, 254, 2], data[..4]);
        Assert.Equal(ChannelSamples.Terms.Salt, BinaryPrimitives.ReadUInt64LittleEndian(data.AsSpan(4)));
        Assert.Equal(5_000_000UL, BinaryPrimitives.ReadUInt64LittleEndian(data.AsSpan(12)));
        Assert.Equal(700UL, BinaryPrimitives.ReadUInt64LittleEndian(data.AsSpan(20)));
        Assert.Equal(600UL, BinaryPrimitives.ReadUInt64LittleEndian(data.AsSpan(28)));
        Assert.Equal(1_893_456_000, BinaryPrimitives.ReadInt64LittleEndian(data.AsSpan(36)));
        Assert.Equal(900U, BinaryPrimitives.ReadUInt32LittleEndian(data.AsSpan(52)));
        Assert.Equal(ChannelSamples.Splits.Hash.ToArray(), data[56..88]);
        Assert.Equal(ChannelSamples.Payer.ToArray(), data[PaymentChannelAccount.PayerOffset..120]);
        Assert.Equal(ChannelSamples.Sponsor.ToArray(), data[PaymentChannelAccount.PayeeOffset..152]);
        Assert.Equal(ChannelSamples.VoucherKey.ToArray(), data[152..184]);
        Assert.Equal(ChannelSamples.Mint.ToArray(), data[184..216]);
        Assert.Equal(123456UL, BinaryPrimitives.ReadUInt64LittleEndian(data.AsSpan(248)));
    }

    [Fact]
    public void Parse_OtherLengths_AreRefused()
    {
        var data = ChannelSamples.Account.ToArray();
        Assert.All(Enumerable.Range(0, data.Length), length => Assert.Throws<SolanaFormatException>(() => PaymentChannelAccount.Parse(data.AsSpan(0, length))));
        Assert.Throws<SolanaFormatException>(() => PaymentChannelAccount.Parse([.. data, 0]));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 2)]
    [InlineData(1, 0)]
    [InlineData(1, 2)]
    [InlineData(3, 4)]
    [InlineData(3, 255)]
    public void Parse_OtherKindVersionOrStatus_IsRefused(int offset, byte value)
    {
        var data = ChannelSamples.Account.ToArray();
        data[offset] = value;
        Assert.Throws<SolanaFormatException>(() => PaymentChannelAccount.Parse(data));
    }

    [Fact]
    public void Parse_AmountsThatCannotBe_AreRefused()
    {
        Assert.Throws<SolanaFormatException>(() => PaymentChannelAccount.Parse((ChannelSamples.Account with { Settled = 5_000_001 }).ToArray()));
        Assert.Throws<SolanaFormatException>(() => PaymentChannelAccount.Parse((ChannelSamples.Account with { PayoutWatermark = 701 }).ToArray()));
        Assert.Throws<SolanaFormatException>(() => PaymentChannelAccount.Parse((ChannelSamples.Account with { Deposit = 0, Settled = 0, PayoutWatermark = 0 }).ToArray()));
        Assert.Throws<SolanaFormatException>(() => PaymentChannelAccount.Parse((ChannelSamples.Account with { GracePeriod = 0 }).ToArray()));
    }

    [Fact]
    public void Parse_RandomBytes_EndsWithAnAccountOrARefusal()
    {
        var random = new Random(20_260_727);
        var valid = ChannelSamples.Account.ToArray();
        for (int i = 0; i < 20_000; i++)
        {
            var data = valid.ToArray();
            for (int k = random.Next(1, 6); k > 0; k--)
            {
                data[random.Next(data.Length)] = (byte)random.Next(256);
            }

            try
            {
                Assert.Equal(data, PaymentChannelAccount.Parse(data).ToArray());
            }
            catch (SolanaFormatException)
            {
                // The other allowed outcome.
            }
        }
    }
}
