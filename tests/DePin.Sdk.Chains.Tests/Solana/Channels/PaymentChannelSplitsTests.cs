using System.Security.Cryptography;
using DePin.Sdk.Chains.Solana;
using DePin.Sdk.Chains.Solana.Channels;

namespace DePin.Sdk.Chains.Tests.Solana.Channels;

public sealed class PaymentChannelSplitsTests
{
    private static readonly SolanaAddress One = ChannelSamples.Payer;
    private static readonly SolanaAddress Two = ChannelSamples.Sponsor;

    [Fact]
    public void Preimage_NoShares_IsFourZeroBytes()
    {
        Assert.Equal(new byte[4], PaymentChannelSplits.None.Preimage.ToArray());
        Assert.Equal(SHA256.HashData(new byte[4]), PaymentChannelSplits.None.Hash.ToArray());
        Assert.Equal(10_000, PaymentChannelSplits.None.PayeeBasisPoints);
    }

    [Fact]
    public void Preimage_Shares_AreCountAddressAndBasisPoints()
    {
        var splits = new PaymentChannelSplits(new PaymentChannelSplit(One, 300), new PaymentChannelSplit(Two, 9_700));
        Assert.Equal([2, 0, 0, 0, .. One.ToArray(), 0x2C, 0x01, .. Two.ToArray(), 0xE4, 0x25], splits.Preimage.ToArray());
        Assert.Equal(SHA256.HashData(splits.Preimage.Span), splits.Hash.ToArray());
        Assert.Equal(0, splits.PayeeBasisPoints);
        Assert.Equal(splits.Entries, PaymentChannelSplits.Parse(splits.Preimage.Span).Entries);
    }

    [Fact]
    public void Constructor_SharesThatTheProgramRefuses_AreRefused()
    {
        Assert.Throws<ArgumentException>(() => new PaymentChannelSplits(new PaymentChannelSplit(One, 0)));
        Assert.Throws<ArgumentException>(() => new PaymentChannelSplits(new PaymentChannelSplit(One, 10_001)));
        Assert.Throws<ArgumentException>(() => new PaymentChannelSplits(new PaymentChannelSplit(One, 5_000), new PaymentChannelSplit(Two, 5_001)));
        Assert.Throws<ArgumentException>(() => new PaymentChannelSplits(new PaymentChannelSplit(One, 1), new PaymentChannelSplit(One, 1)));
        Assert.Throws<ArgumentException>(() => new PaymentChannelSplits([.. Enumerable.Range(0, 33).Select(i => new PaymentChannelSplit(Numbered(i), 1))]));
        Assert.Equal(32, new PaymentChannelSplits([.. Enumerable.Range(0, 32).Select(i => new PaymentChannelSplit(Numbered(i), 1))]).Entries.Count);
    }

    [Fact]
    public void Parse_OtherLengthsCountsOrShares_AreRefused()
    {
        var preimage = new PaymentChannelSplits(new PaymentChannelSplit(One, 300)).Preimage.ToArray();
        Assert.All(Enumerable.Range(0, preimage.Length), length => Assert.Throws<SolanaFormatException>(() => PaymentChannelSplits.Parse(preimage.AsSpan(0, length))));
        Assert.Throws<SolanaFormatException>(() => PaymentChannelSplits.Parse([.. preimage, 0]));
        Assert.Throws<SolanaFormatException>(() => PaymentChannelSplits.Parse([0xFF, 0xFF, 0xFF, 0xFF, .. preimage.AsSpan(4)]));
        preimage.AsSpan(36).Clear();
        Assert.Throws<SolanaFormatException>(() => PaymentChannelSplits.Parse(preimage));
    }

    [Fact]
    public void GetPaid_AnyOrderOfSettlements_NeverPaysMoreThanIsSettled()
    {
        int[] shares = [1, 333, 3_333, 6_333];
        Assert.Equal(10_000, shares.Sum());
        var random = new Random(1);
        ulong settled = 0;
        var paid = new ulong[shares.Length];
        while (settled < 1_000_000)
        {
            ulong next = settled + (ulong)random.Next(1, 50_000);
            for (int i = 0; i < shares.Length; i++)
            {
                paid[i] += PaymentChannelSplits.GetPaid(next, shares[i]) - PaymentChannelSplits.GetPaid(settled, shares[i]);
            }

            settled = next;
            ulong sum = paid.Aggregate(0UL, (total, part) => total + part);
            Assert.InRange(sum, settled - (ulong)shares.Length, settled);
        }

        Assert.Equal(ulong.MaxValue, PaymentChannelSplits.GetPaid(ulong.MaxValue, 10_000));
    }

    private static SolanaAddress Numbered(int number)
    {
        var bytes = new byte[32];
        bytes[0] = (byte)number;
        return new SolanaAddress(bytes);
    }
}
