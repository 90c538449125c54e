using DePin.Sdk.Chains.Solana;
using DePin.Sdk.Chains.Solana.Programs;
using DePin.Sdk.Chains.Solana.Sending;
using DePin.Sdk.Chains.Solana.Staking;
using DePin.Sdk.Chains.Solana.Transactions;
using DePin.Sdk.Jobs;

namespace DePin.Sdk.Chains.Tests.Solana.Staking;

public sealed class ProviderStakeProgramTests
{
    private static readonly ProviderStakePool Pool = StakeSamples.Program.FindPool(StakeSamples.Terms);

    public static TheoryData<ProviderStakeTerms, string> InvalidTerms => new()
    {
        { StakeSamples.Terms with { Treasury = default }, "Treasury" },
        { StakeSamples.Terms with { VetoWindow = TimeSpan.FromHours(23) }, "1 to 30 days" },
        { StakeSamples.Terms with { VetoWindow = TimeSpan.FromDays(31), ThawPeriod = TimeSpan.FromDays(90) }, "1 to 30 days" },
        { StakeSamples.Terms with { ThawPeriod = TimeSpan.FromDays(14) }, "15.00:00:00" },
        { StakeSamples.Terms with { ThawPeriod = TimeSpan.FromDays(181) }, "at most 180 days" },
        { StakeSamples.Terms with { ThawPeriod = TimeSpan.FromDays(20.0000001) }, "whole seconds" },
        { StakeSamples.Terms with { SlashShare = 0 }, "not 0" },
        { StakeSamples.Terms with { SlashShare = 5_001 }, "not 5001" },
    };

    [Fact]
    public void FindPool_EveryTerm_ChangesTheAddress()
    {
        var other = StakeSamples.Address(77);
        ProviderStakeTerms[] changed =
        [
            StakeSamples.Terms with { Mint = other }, StakeSamples.Terms with { Treasury = other }, StakeSamples.Terms with { Guardian = other }, StakeSamples.Terms with { ChannelsProgram = other },
            StakeSamples.Terms with { MinimumStake = 1 }, StakeSamples.Terms with { Bond = 1 }, StakeSamples.Terms with { ThawPeriod = TimeSpan.FromDays(31) },
            StakeSamples.Terms with { VetoWindow = TimeSpan.FromDays(6) }, StakeSamples.Terms with { SlashShare = 7 },
        ];

        Assert.Equal(changed.Length + 1, changed.Append(StakeSamples.Terms).Select(static terms => StakeSamples.Program.FindPool(terms).Address).Distinct().Count());
        Assert.Equal(AssociatedTokenAddress.Find(Pool.Address, Pool.Terms.Mint, TokenProgram.ProgramId), Pool.Vault);
    }

    [Theory]
    [MemberData(nameof(InvalidTerms))]
    public void FindPool_TermsThatTheProgramRefuses_SaysWhatToWrite(ProviderStakeTerms terms, string words) =>
        Assert.Contains(words, Assert.Throws<ArgumentException>(() => StakeSamples.Program.FindPool(terms)).Message, StringComparison.Ordinal);

    [Fact]
    public void Addresses_OfOthers_AreOthers()
    {
        var program = StakeSamples.Program;
        var stake = program.FindStake(Pool.Address, StakeSamples.Address(1));

        Assert.NotEqual(stake, program.FindStake(Pool.Address, StakeSamples.Address(2)));
        Assert.NotEqual(stake, program.FindStake(StakeSamples.Address(2), StakeSamples.Address(1)));
        Assert.NotEqual(program.FindCase(stake, JobId.New()), program.FindCase(stake, JobId.New()));
        Assert.NotEqual(program.FindReceipt(stake, StakeSamples.Address(1), [1]), program.FindReceipt(stake, StakeSamples.Address(2), [1]));
        Assert.NotEqual(program.FindReceipt(stake, StakeSamples.Address(1), [1]), program.FindReceipt(stake, StakeSamples.Address(1), [2]));
    }

    [Fact]
    public void ShowReceipt_LongestStatement_FitsIntoATransactionOfTheSender()
    {
        Assert.True(Measure(SolanaReceiptEvidence.MaxStatementSizeInBytes).Fits);
        Assert.False(Measure(SolanaReceiptEvidence.MaxStatementSizeInBytes + 10).Fits);
    }

    [Fact]
    public void Describe_EveryErrorOfTheProgram_HasItsNumberAndWords()
    {
        var declared = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "TestData", "provider-stake-errors.h"))
            .Select(static line => line.Trim().TrimEnd(',').Split(" = "))
            .Where(static parts => parts.Length == 2 && parts[0].All(static c => c is '_' or (>= 'A' and <= 'Z')))
            .ToDictionary(static parts => parts[0].Replace("_", string.Empty, StringComparison.Ordinal), static parts => int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture));

        Assert.True(declared.Count > 30);
        Assert.Equal(declared, Enum.GetValues<ProviderStakeError>().Where(static e => e != ProviderStakeError.None).ToDictionary(static e => e.ToString().ToUpperInvariant(), static e => (int)e));
        Assert.All(Enum.GetValues<ProviderStakeError>(), static e => Assert.Equal(e != ProviderStakeError.None, ProviderStakeErrors.Describe(e) is not null));
        Assert.Null(ProviderStakeErrors.Describe((ProviderStakeError)999));
    }

    private static SolanaTransactionSize Measure(int length)
    {
        byte[] statement = new byte[length];
        var reporter = StakeSamples.Address(1);
        var request = new SolanaTransactionRequest
        {
            Instructions =
            [
                Ed25519Program.Verify(StakeSamples.Address(2), default, statement),
                StakeSamples.Program.ShowReceipt(StakeSamples.Program.FindStake(Pool.Address, StakeSamples.Address(2)), reporter, statement),
            ],
        };
        return request.Measure(reporter);
    }
}
