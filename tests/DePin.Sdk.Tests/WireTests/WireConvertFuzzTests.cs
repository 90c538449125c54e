using DePin.Sdk.Identity;
using DePin.Sdk.Jobs;
using DePin.Sdk.Settlement;
using DePin.Sdk.Tests.Jobs;
using DePin.Sdk.Wire;
using Google.Protobuf;

namespace DePin.Sdk.Tests.WireTests;

/// <summary>Damaged vouchers, receipts and keys are read or refused with a typed error, and what is read can be written again.</summary>
public sealed class WireConvertFuzzTests
{
    private static readonly Signature Signature = new(SignatureAlgorithm.P256, new byte[64]);
    private static readonly PublicKey Key = new(SignatureAlgorithm.P256, new byte[33]);

    [Fact]
    public void Voucher_Damaged_IsReadOrRefused()
    {
        var voucher = new SignedVoucher(
            new Voucher(new ChannelId(new byte[32]), new Amount(UInt128.MaxValue - 5, LedgerSettlement.Credit), DateTimeOffset.UnixEpoch.AddDays(20_000)),
            Signature);
        var seed = WireConvert.ToWire(voucher).ToByteArray();
        Assert.Equal(voucher, WireConvert.FromWire(VoucherMessage.Parser.ParseFrom(seed), LedgerSettlement.Credit));
        Mutations.Run(new Random(11), [seed], 10_000, bytes =>
        {
            var read = WireConvert.FromWire(Parse(VoucherMessage.Parser, bytes), LedgerSettlement.Credit);
            Assert.Equal(read, WireConvert.FromWire(WireConvert.ToWire(read), LedgerSettlement.Credit));
        });
    }

    [Fact]
    public void Receipt_Damaged_IsReadOrRefused()
    {
        var receipt = new JobReceipt
        {
            JobId = JobId.New(),
            RunNonce = new byte[16],
            JobHash = new byte[32],
            OfferId = new byte[32],
            Provider = Key,
            Model = "npc-dialogue",
            OutputHash = new byte[32],
            Usage = new JobUsage(12, 34),
            Amount = new Amount(56, LedgerSettlement.Credit),
            Channel = new byte[32],
            Outcome = JobOutcome.CostLimit,
            CompletedAt = DateTimeOffset.UnixEpoch.AddDays(20_000),
            Signature = Signature,
        };
        var seed = WireConvert.ToWire(receipt).ToByteArray();
        Assert.Equal(receipt.GetSigningBytes(), WireConvert.FromWire(ReceiptMessage.Parser.ParseFrom(seed)).GetSigningBytes());
        Mutations.Run(new Random(12), [seed], 10_000, bytes =>
        {
            var read = WireConvert.FromWire(Parse(ReceiptMessage.Parser, bytes));
            Assert.True(read.Usage is { InputTokens: >= 0, OutputTokens: >= 0 } && Enum.IsDefined(read.Outcome));
            Assert.Equal(read.GetSigningBytes(), WireConvert.FromWire(WireConvert.ToWire(read)).GetSigningBytes());
        });
    }

    [Fact]
    public void Key_Damaged_IsReadOrRefused()
    {
        var seed = WireConvert.ToWire(Key).ToByteArray();
        Mutations.Run(new Random(13), [seed], 10_000, bytes =>
        {
            var read = WireConvert.FromWire(Parse(PublicKeyMessage.Parser, bytes), "key");
            Assert.Equal(read, WireConvert.FromWire(WireConvert.ToWire(read), "key"));
        });
    }

    private static T Parse<T>(MessageParser<T> parser, byte[] bytes)
        where T : IMessage<T>
    {
        try
        {
            return WireParser.Parse(parser, bytes);
        }
        catch (InvalidDataException ex)
        {
            throw WireConvert.Invalid("message", ex.Message);
        }
    }
}
