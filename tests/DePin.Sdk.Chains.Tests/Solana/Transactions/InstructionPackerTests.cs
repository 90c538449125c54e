using DePin.Sdk.Chains.Solana;
using DePin.Sdk.Chains.Solana.Channels;
using DePin.Sdk.Chains.Solana.Programs;
using DePin.Sdk.Chains.Solana.Transactions;
using FsCheck;
using FsCheck.Fluent;
using static DePin.Sdk.Chains.Tests.Solana.SolanaSamples;

namespace DePin.Sdk.Chains.Tests.Solana.Transactions;

public sealed class InstructionPackerTests
{
    private const int VoucherBytes = 50;

    private static readonly SolanaAddress s_payer = Address(0);
    private static readonly SolanaAddress s_program = Address(1000);
    private static readonly PaymentChannelProgram s_channels = PaymentChannelProgram.Mainnet;
    private static readonly SolanaInstruction[] s_budget = [ComputeBudgetProgram.SetComputeUnitLimit(0), ComputeBudgetProgram.SetComputeUnitPrice(0)];

    [Theory]
    [InlineData(false, 4)]
    [InlineData(true, 5)]
    public void Pack_SettlingGroups_AsManyAsFit(bool hasTable, int expected)
    {
        var groups = Enumerable.Range(1, 23).Select(Settle).ToArray();
        IReadOnlyList<SolanaLookupTable>? tables = hasTable ? [Table(23)] : null;

        foreach (var reserved in new[] { null, s_budget })
        {
            var packs = InstructionPacker.Pack(s_payer, groups, tables, reserved);

            Assert.Equal(expected, packs[0].Groups.Count);
            Assert.Equal((23 + expected - 1) / expected, packs.Count);
            Assert.Equal(Enumerable.Range(0, 23), packs.SelectMany(pack => pack.Groups));
            AssertExact(packs, groups, tables, reserved);
        }
    }

    [Fact]
    public void Pack_SettlingGroup_TakesWhatIsKnownOfIt()
    {
        Assert.Equal(230 + 204, SolanaMessage.Measure(s_payer, Settle(1)).Bytes);
        Assert.Equal(230 + (4 * 204), SolanaMessage.Measure(s_payer, [.. Settle(1), .. Settle(2), .. Settle(3), .. Settle(4)]).Bytes);
    }

    [Theory]
    [InlineData(false, false, 2)]
    [InlineData(false, true, 2)]
    [InlineData(true, false, 5)]
    [InlineData(true, true, 4)]
    public void Pack_SettlingAndDistributingGroups_AsManyAsFit(bool hasTable, bool hasBudget, int expected)
    {
        var groups = Enumerable.Range(1, 20).Select(SettleAndDistribute).ToArray();
        IReadOnlyList<SolanaLookupTable>? tables = hasTable ? [Table(20)] : null;

        var reserved = hasBudget ? s_budget : null;

        var packs = InstructionPacker.Pack(s_payer, groups, tables, reserved);

        Assert.All(packs, pack => Assert.Equal(expected, pack.Groups.Count));
        AssertExact(packs, groups, tables, reserved);
    }

    [Fact]
    public void Pack_SmallGroupsAmongLarge_FillTheGaps()
    {
        IReadOnlyList<SolanaInstruction>[] groups = [[Instruction(s_program, new byte[900])], [Instruction(s_program, new byte[900])], [Instruction(s_program, new byte[100])]];

        var packs = InstructionPacker.Pack(s_payer, groups);

        Assert.Equal([0, 2], packs[0].Groups);
        Assert.Equal([1], packs[1].Groups);
        Assert.Empty(InstructionPacker.Pack(s_payer, []));
    }

    [Fact]
    public void Pack_ManyAccounts_KeepsToTheLocks()
    {
        var table = new SolanaLookupTable(Address(2000), [.. Enumerable.Range(1, 200).Select(Address)]);
        var groups = Enumerable.Range(0, 20)
            .Select(IReadOnlyList<SolanaInstruction> (i) => [Instruction(s_program, [1], [.. Enumerable.Range(1 + (i * 10), 10).Select(j => SolanaAccountMeta.Writable(Address(j)))])])
            .ToArray();

        var packs = InstructionPacker.Pack(s_payer, groups, [table]);

        Assert.Equal([6, 6, 6, 2], packs.Select(pack => pack.Groups.Count));
        Assert.Equal(62, packs[0].Size.Accounts);
    }

    [Fact]
    public void Pack_GroupThatNeverFits_IsRefused()
    {
        var problem = Assert.Throws<SolanaTransactionTooLargeException>(
            () => InstructionPacker.Pack(s_payer, [Settle(1), [Instruction(s_program, new byte[SolanaTransaction.MaxSizeInBytes])]]));

        Assert.True(problem.ExcessBytes > 0);
    }

    [Fact]
    public void Pack_AnyGroups_AreAllThereOnceAndNoPackTakesItsNextNeighbours()
    {
        var groups =
            from count in Gen.Choose(1, 3)
            from bytes in Gen.Choose(0, 250)
            from accounts in Gen.ArrayOf(Gen.Choose(1, 60), 5)
            select Enumerable.Repeat(Instruction(s_program, new byte[bytes], [.. accounts.Select(account => SolanaAccountMeta.Writable(Address(account)))]), count).ToArray();
        Prop.ForAll(Gen.ArrayOf(groups).ToArbitrary(), sample =>
        {
            IReadOnlyList<SolanaInstruction>[] given = [.. sample];
            var packs = InstructionPacker.Pack(s_payer, given, reserved: s_budget);

            Assert.Equal(Enumerable.Range(0, given.Length), packs.SelectMany(pack => pack.Groups).Order());
            Assert.All(packs, pack => Assert.True(pack.Size.Fits));
            AssertExact(packs, given, null, s_budget);
            foreach (var (pack, next) in packs.Zip(packs.Skip(1)))
            {
                Assert.False(SolanaMessage.Measure(s_payer, [.. s_budget, .. pack.Instructions, .. given[next.Groups[0]]]).Fits);
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300).WithEndSize(40));
    }

    private static void AssertExact(
        IReadOnlyList<InstructionPack> packs, IReadOnlyList<SolanaInstruction>[] groups, IReadOnlyList<SolanaLookupTable>? tables, IReadOnlyList<SolanaInstruction>? reserved)
    {
        foreach (var pack in packs)
        {
            Assert.Equal(pack.Groups.SelectMany(group => groups[group]), pack.Instructions);
            var message = SolanaMessage.Compile(s_payer, [.. reserved ?? [], .. pack.Instructions], Blockhash, tables);
            Assert.Equal(message.TransactionSizeInBytes, pack.Size.Bytes);
            Assert.Equal(message.AccountCount, pack.Size.Accounts);
        }
    }

    /// <summary>Channels of many payers with one payee, who pays the fees.</summary>
    private static PaymentChannelTerms Terms(int channel) => new(Address(4000 + channel), s_payer, Address(502), Address(3000 + channel), 1, 1);

    private static SolanaAddress Channel(int channel) => s_channels.FindChannel(Terms(channel), out _);

    private static IReadOnlyList<SolanaInstruction> Settle(int channel) =>
        [Ed25519Program.Verify(Address(3000 + channel), default, new byte[VoucherBytes]), s_channels.Settle(Channel(channel))];

    private static IReadOnlyList<SolanaInstruction> SettleAndDistribute(int channel) =>
        [.. Settle(channel), s_channels.Distribute(Channel(channel), Terms(channel), Terms(channel).Payer, TokenProgram.ProgramId, PaymentChannelSplits.None)];

    private static SolanaLookupTable Table(int channels) =>
        new(Address(2000), [.. Enumerable.Range(1, channels).SelectMany(SettleAndDistribute).SelectMany(instruction => instruction.Accounts).Select(account => account.Address).Distinct()]);
}
