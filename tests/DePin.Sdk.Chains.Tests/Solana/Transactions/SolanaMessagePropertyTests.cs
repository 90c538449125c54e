using DePin.Sdk.Chains.Solana;
using DePin.Sdk.Chains.Solana.Transactions;
using FsCheck;
using FsCheck.Fluent;
using static DePin.Sdk.Chains.Tests.Solana.SolanaSamples;

namespace DePin.Sdk.Chains.Tests.Solana.Transactions;

/// <summary>Whatever the instructions: compiled and read back they are the same, the measured size is the real one, and every account has the rights that it was given and stands where the runtime looks for it.</summary>
public sealed class SolanaMessagePropertyTests
{
    private const int Programs = 500;

    private static readonly Gen<SolanaAccountMeta> s_accounts =
        from number in Gen.Choose(0, 25)
        from isSigner in Gen.Frequency((5, Gen.Constant(false)), (1, Gen.Constant(true)))
        from isWritable in Gen.Elements(true, false)
        select new SolanaAccountMeta(Address(number), isSigner && number < 6, isWritable);

    private static readonly Gen<SolanaInstruction> s_instructions =
        from program in Gen.Choose(Programs, Programs + 3)
        from accounts in Gen.ArrayOf(s_accounts)
        from data in Gen.ArrayOf(Gen.Choose(0, 255))
        select new SolanaInstruction(Address(program), accounts, data.Select(value => (byte)value).ToArray());

    private static readonly Gen<SolanaLookupTable> s_tables =
        from table in Gen.Choose(1000, 1003)
        from held in Gen.ArrayOf(Gen.OneOf(Gen.Choose(0, 30), Gen.Choose(Programs, Programs + 3)))
        select new SolanaLookupTable(Address(table), held.Select(Address).ToArray());

    private static readonly Gen<Case> s_cases =
        from payer in Gen.Choose(0, 8)
        from instructions in Gen.ArrayOf(s_instructions)
        from tables in Gen.ArrayOf(s_tables)
        select new Case(Address(payer), instructions, tables.DistinctBy(table => table.Address).ToArray());

    [Fact]
    public void Compile_ThenDecode_GivesTheSameInstructions()
    {
        int fitting = 0;
        Prop.ForAll(s_cases.ToArbitrary(), sample =>
        {
            var size = SolanaMessage.Measure(sample.FeePayer, sample.Instructions, sample.Tables);
            if (!size.Fits)
            {
                var problem = Assert.Throws<SolanaTransactionTooLargeException>(() => SolanaMessage.Compile(sample.FeePayer, sample.Instructions, Blockhash, sample.Tables));
                Assert.Equal(size, problem.Size);
                return;
            }

            fitting++;
            var message = SolanaMessage.Compile(sample.FeePayer, sample.Instructions, Blockhash, sample.Tables);
            var bytes = new SolanaTransaction(message).Serialize();
            Assert.Equal(size, new SolanaTransactionSize(bytes.Length, message.AccountCount, message.SignerCount));
            var read = SolanaTransaction.Deserialize(bytes).Message;
            Assert.Equal(message.Encoded.ToArray(), read.Encoded.ToArray());
            AssertLaidOut(sample, message);
            AssertLaidOut(sample, read);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000).WithEndSize(12));
        Assert.InRange(fitting, 200, 2_000);
    }

    private static void AssertLaidOut(Case sample, SolanaMessage message)
    {
        var instructions = message.Decompile(sample.Tables);
        var rights = new Dictionary<SolanaAddress, (bool IsSigner, bool IsWritable)> { [sample.FeePayer] = (true, true) };
        foreach (var account in sample.Instructions.SelectMany(instruction => instruction.Accounts.Append(SolanaAccountMeta.Readonly(instruction.ProgramId))))
        {
            var (isSigner, isWritable) = rights.GetValueOrDefault(account.Address);
            rights[account.Address] = (isSigner || account.IsSigner, isWritable || account.IsWritable);
        }

        Assert.Equal(rights.Count, message.AccountCount);
        Assert.Equal(rights.Values.Count(right => right.IsSigner), message.SignerCount);
        Assert.Equal(sample.FeePayer, message.FeePayer);
        Assert.Equal(Blockhash, message.RecentBlockhash);
        Assert.Equal(sample.Instructions.Length, instructions.Count);
        foreach (var (expected, actual) in sample.Instructions.Zip(instructions))
        {
            Assert.Equal(expected.ProgramId, actual.ProgramId);
            Assert.Contains(expected.ProgramId, message.StaticAccounts);
            Assert.Equal(expected.Data.ToArray(), actual.Data.ToArray());
            Assert.Equal(expected.Accounts.Select(account => account.Address), actual.Accounts.Select(account => account.Address));
            Assert.All(actual.Accounts, account => Assert.Equal(rights[account.Address], (account.IsSigner, account.IsWritable)));
        }

        // Spelled out is only what no table has, or what must be.
        var held = sample.Tables.SelectMany(table => table.Addresses).ToHashSet();
        var invoked = sample.Instructions.Select(instruction => instruction.ProgramId).ToHashSet();
        Assert.All(message.StaticAccounts.Skip(message.SignerCount), address => Assert.True(invoked.Contains(address) || !held.Contains(address)));
    }

    private sealed record Case(SolanaAddress FeePayer, SolanaInstruction[] Instructions, SolanaLookupTable[] Tables);
}
