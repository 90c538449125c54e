using System.Buffers.Binary;
using DePin.Sdk.Chains.Solana;
using DePin.Sdk.Chains.Solana.Staking;
using DePin.Sdk.Jobs;

namespace DePin.Sdk.Chains.Tests.Solana.Staking;

public sealed class ProviderStakeAccountTests
{
    [Fact]
    public void ParseStake_Account_ReadsEveryField()
    {
        var stake = ProviderStakeAccount.Parse(MakeStake());

        Assert.Equal(
            new ProviderStakeAccount
            {
                OpenCases = 2, Stake = 100, Thawing = 50, ThawEnd = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000),
                Pool = StakeSamples.Address(5), Provider = StakeSamples.Address(6), Key = StakeSamples.Address(7),
            },
            stake);
    }

    [Fact]
    public void ParseCase_Account_ReadsEveryField()
    {
        var entry = ProviderStakeCase.Parse(MakeCase());

        Assert.Equal(
            new ProviderStakeCase
            {
                Status = ProviderStakeCaseStatus.Slashed, IsExtended = true, EndsAt = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000), Slashed = 25, OwedToVictim = 10, OwedToReporter = 3, OwedToTreasury = 12,
                Pool = StakeSamples.Address(1), Stake = StakeSamples.Address(2), Reporter = StakeSamples.Address(3), Victim = StakeSamples.Address(4), Channel = StakeSamples.Address(5),
                JobId = new JobId(Guid.Parse("01020304-0506-0708-090a-0b0c0d0e0f10")),
            },
            entry);
    }

    [Fact]
    public void ParseTerms_Account_ReadsTheTerms()
    {
        var terms = StakeSamples.Terms with { SlashShare = 2_500, VetoWindow = TimeSpan.FromDays(3) };

        Assert.Equal(terms, ProviderStakePool.ParseTerms(MakePool(terms)));
    }

    [Fact]
    public void Parse_OtherLengthKindOrVersion_IsRefused()
    {
        foreach (var (data, parse) in Parsers())
        {
            for (int length = 0; length < data.Length; length++)
            {
                Assert.Throws<SolanaFormatException>(() => parse(data[..length]));
            }

            Assert.Throws<SolanaFormatException>(() => parse([.. data, 0]));
            Assert.Equal(0, Assert.Throws<SolanaFormatException>(() => parse([9, .. data[1..]])).Offset);
            Assert.Throws<SolanaFormatException>(() => parse([data[0], 2, .. data[2..]]));
        }
    }

    [Fact]
    public void Parse_RandomAccounts_AreReadOrRefused()
    {
        var random = new Random(33);
        foreach (var (data, parse) in Parsers())
        {
            for (int round = 0; round < 2_000; round++)
            {
                byte[] changed = new byte[data.Length];
                random.NextBytes(changed);
                (changed[0], changed[1]) = (data[0], data[1]);
                try
                {
                    parse(changed);
                }
                catch (SolanaFormatException e)
                {
                    Assert.InRange(e.Offset, 0, data.Length);
                }
            }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(255)]
    public void ParseCase_UnknownStatus_IsRefused(byte status)
    {
        byte[] data = MakeCase();
        data[3] = status;

        Assert.Equal(3, Assert.Throws<SolanaFormatException>(() => ProviderStakeCase.Parse(data)).Offset);
    }

    private static IEnumerable<(byte[] Data, Action<byte[]> Parse)> Parsers() =>
    [
        (MakeStake(), static data => ProviderStakeAccount.Parse(data)),
        (MakeCase(), static data => ProviderStakeCase.Parse(data)),
        (MakePool(StakeSamples.Terms), static data => ProviderStakePool.ParseTerms(data)),
    ];

    private static byte[] MakeStake()
    {
        byte[] data = new byte[ProviderStakeAccount.SizeInBytes];
        (data[0], data[1], data[2], data[4]) = (2, 1, 254, 2);
        WriteNumbers(data, 8, 100, 50, 1_700_000_000);
        WriteAddresses(data, 32, 5, 6, 7);
        return data;
    }

    private static byte[] MakeCase()
    {
        byte[] data = new byte[ProviderStakeCase.SizeInBytes];
        (data[0], data[1], data[2], data[3], data[4]) = (4, 1, 254, 2, 1);
        WriteNumbers(data, 8, 1_700_000_000, 25, 10, 3, 12);
        WriteAddresses(data, 48, 1, 2, 3, 4, 5);
        for (int i = 0; i < 16; i++)
        {
            data[208 + i] = (byte)(i + 1);
        }

        return data;
    }

    private static byte[] MakePool(ProviderStakeTerms terms)
    {
        byte[] data = new byte[ProviderStakePool.SizeInBytes];
        (data[0], data[1], data[2]) = (1, 1, 254);
        BinaryPrimitives.WriteUInt32LittleEndian(data.AsSpan(4), (uint)terms.ThawPeriod.TotalSeconds);
        BinaryPrimitives.WriteUInt32LittleEndian(data.AsSpan(8), (uint)terms.VetoWindow.TotalSeconds);
        BinaryPrimitives.WriteUInt16LittleEndian(data.AsSpan(12), (ushort)terms.SlashShare);
        WriteNumbers(data, 16, terms.MinimumStake, terms.Bond);
        WriteAddresses(data, 32, 1, 8, 2, 3, 4);
        return data;
    }

    private static void WriteNumbers(byte[] data, int offset, params ulong[] values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(data.AsSpan(offset + (i * 8)), values[i]);
        }
    }

    private static void WriteAddresses(byte[] data, int offset, params byte[] values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            StakeSamples.Address(values[i]).CopyTo(data.AsSpan(offset + (i * 32)));
        }
    }
}
