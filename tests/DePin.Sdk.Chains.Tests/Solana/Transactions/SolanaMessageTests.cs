using DePin.Sdk.Chains.Solana;
using DePin.Sdk.Chains.Solana.Programs;
using DePin.Sdk.Chains.Solana.Transactions;
using static DePin.Sdk.Chains.Tests.Solana.SolanaSamples;

namespace DePin.Sdk.Chains.Tests.Solana.Transactions;

public sealed class SolanaMessageTests
{
    private static readonly SolanaAddress s_payer = Address(0);
    private static readonly SolanaAddress s_program = Address(100);

    [Fact]
    public void Compile_Transfer_IsTheKnownLayout()
    {
        var message = SolanaMessage.Compile(s_payer, [SystemProgram.Transfer(s_payer, Address(1), 7)], Blockhash);

        byte[] expected =
        [
            1, 0, 1,
            3, .. s_payer.ToArray(), .. Address(1).ToArray(), .. new byte[32],
            .. Blockhash.ToArray(),
            1, 2, 2, 0, 1, 12, 2, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0,
        ];
        Assert.Equal(expected, message.Encoded.ToArray());
        Assert.Equal(SolanaMessageVersion.Legacy, message.Version);
        Assert.Equal(1 + 64 + expected.Length, message.TransactionSizeInBytes);
    }

    [Fact]
    public void Compile_MixedRoles_OrdersByRoleAndPromotes()
    {
        var both = Address(1);
        var message = SolanaMessage.Compile(
            s_payer,
            [
                Instruction(s_program, [1], SolanaAccountMeta.Readonly(Address(5)), SolanaAccountMeta.Writable(both), SolanaAccountMeta.ReadonlySigner(Address(3))),
                Instruction(s_program, [2], SolanaAccountMeta.ReadonlySigner(both), SolanaAccountMeta.Writable(Address(4)), SolanaAccountMeta.Readonly(s_payer)),
            ],
            Blockhash);

        Assert.Equal([s_payer, both, Address(3), Address(4), s_program, Address(5)], message.StaticAccounts);
        Assert.Equal(3, message.SignerCount);
        Assert.Equal([true, true, false, true, false, false], Enumerable.Range(0, 6).Select(message.IsWritable));
        Assert.Equal([5, 1, 2], message.Instructions[0].AccountIndexes.ToArray());
        Assert.Equal([1, 3, 0], message.Instructions[1].AccountIndexes.ToArray());
    }

    [Fact]
    public void Compile_WithTables_KeepsSignersAndProgramsStatic()
    {
        var signer = Address(1);
        var first = new SolanaLookupTable(Address(200), [signer, Address(2), s_program, Address(3), s_payer]);
        var second = new SolanaLookupTable(Address(201), [Address(3), Address(4)]);
        var unused = new SolanaLookupTable(Address(202), [Address(250)]);
        SolanaInstruction[] instructions =
        [
            Instruction(
                s_program,
                [9],
                SolanaAccountMeta.ReadonlySigner(signer),
                SolanaAccountMeta.Readonly(Address(2)),
                SolanaAccountMeta.Writable(Address(3)),
                SolanaAccountMeta.Writable(Address(4)),
                SolanaAccountMeta.Readonly(Address(5))),
        ];

        var message = SolanaMessage.Compile(s_payer, instructions, Blockhash, [first, second, unused]);

        Assert.Equal(SolanaMessageVersion.V0, message.Version);
        Assert.Equal([s_payer, signer, s_program, Address(5)], message.StaticAccounts);
        Assert.Equal([Address(200), Address(201)], message.TableLookups.Select(lookup => lookup.Table));
        Assert.Equal([3], message.TableLookups[0].WritableIndexes.ToArray());
        Assert.Equal([1], message.TableLookups[0].ReadonlyIndexes.ToArray());
        Assert.Equal([1], message.TableLookups[1].WritableIndexes.ToArray());
        Assert.Equal([1, 6, 4, 5, 3], message.Instructions[0].AccountIndexes.ToArray());
        Assert.Equal(7, message.AccountCount);
        Assert.Equal([false, true, true, false], Enumerable.Range(3, 4).Select(message.IsWritable));

        var read = SolanaMessage.Decode(message.Encoded.Span).Decompile([second, first]);
        Assert.Equal(instructions[0].Accounts, read[0].Accounts);
        Assert.Equal(s_program, read[0].ProgramId);
    }

    [Fact]
    public void Compile_NonceAccountInATable_StaysStatic()
    {
        var nonce = Address(1);
        var table = new SolanaLookupTable(Address(200), [nonce, Address(2)]);

        var message = SolanaMessage.Compile(s_payer, [SystemProgram.AdvanceNonce(nonce, s_payer), SystemProgram.Transfer(s_payer, Address(2), 1)], Blockhash, [table]);

        Assert.Contains(nonce, message.StaticAccounts);
        Assert.DoesNotContain(Address(2), message.StaticAccounts);
        Assert.Equal(nonce, message.NonceAccount);
        Assert.Null(SolanaMessage.Compile(s_payer, [SystemProgram.Transfer(s_payer, Address(2), 1), SystemProgram.AdvanceNonce(nonce, s_payer)], Blockhash).NonceAccount);
    }

    [Fact]
    public void Compile_TooManyBytes_SaysByHowMuch()
    {
        var fitting = SolanaMessage.Measure(s_payer, [Instruction(s_program, new byte[500])]);
        int room = SolanaTransaction.MaxSizeInBytes - fitting.Bytes + 500;

        var full = SolanaMessage.Compile(s_payer, [Instruction(s_program, new byte[room])], Blockhash);
        var problem = Assert.Throws<SolanaTransactionTooLargeException>(() => SolanaMessage.Compile(s_payer, [Instruction(s_program, new byte[room + 3])], Blockhash));

        Assert.Equal(SolanaTransaction.MaxSizeInBytes, full.TransactionSizeInBytes);
        Assert.Equal(3, problem.ExcessBytes);
        Assert.Equal(0, problem.ExcessAccounts);
        Assert.Equal(DePinErrorCode.MessageTooLarge, problem.Code);
        Assert.Contains("3 more", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Compile_TooManyAccounts_SaysByHowMuch()
    {
        var table = new SolanaLookupTable(Address(1000), [.. Enumerable.Range(1, 200).Select(Address)]);
        SolanaInstruction Using(int count) => Instruction(Address(900), [], [.. Enumerable.Range(1, count).Select(i => SolanaAccountMeta.Writable(Address(i)))]);

        var full = SolanaMessage.Compile(s_payer, [Using(62)], Blockhash, [table]);
        var problem = Assert.Throws<SolanaTransactionTooLargeException>(() => SolanaMessage.Compile(s_payer, [Using(150)], Blockhash, [table]));

        Assert.Equal(64, full.AccountCount);
        Assert.Equal(88, problem.ExcessAccounts);
        Assert.Equal(0, problem.ExcessBytes);
    }

    [Fact]
    public void Compile_LegacyWithTables_IsRefused()
    {
        var table = new SolanaLookupTable(Address(200), [Address(1)]);

        Assert.Throws<ArgumentException>(() => SolanaMessage.Compile(s_payer, [], Blockhash, [table], SolanaMessageVersion.Legacy));
        Assert.Equal(SolanaMessageVersion.V0, SolanaMessage.Compile(s_payer, [], Blockhash, version: SolanaMessageVersion.V0).Version);
    }

    [Fact]
    public void Compile_FeePayerAsProgram_IsRefused() =>
        Assert.Throws<ArgumentException>(() => SolanaMessage.Compile(s_payer, [Instruction(s_payer, [])], Blockhash));

    [Fact]
    public void Decompile_TableMissingOrShort_IsRefused()
    {
        var table = new SolanaLookupTable(Address(200), [Address(7), Address(1)]);
        var message = SolanaMessage.Compile(s_payer, [Instruction(s_program, [], SolanaAccountMeta.Writable(Address(1)))], Blockhash, [table]);

        Assert.Throws<SolanaFormatException>(() => message.Decompile());
        Assert.Throws<SolanaFormatException>(() => message.Decompile([table with { Addresses = [Address(7)] }]));
        Assert.Throws<SolanaFormatException>(() => message.Decompile([], []));
        Assert.Equal(Address(1), message.Decompile([Address(1)], [])[0].Accounts[0].Address);
    }

    [Theory]
    [InlineData("no signers", 0, 0)]
    [InlineData("a fee payer that does not change", 1, 1)]
    [InlineData("more signers than accounts", 0, 9)]
    [InlineData("more readonly accounts than there are", 2, 3)]
    [InlineData("too many accounts", 3, 4)]
    [InlineData("the fee payer as a program", 133, 0)]
    [InlineData("a program that is not there", 133, 3)]
    [InlineData("an account that is not there", 135, 3)]
    [InlineData("too many instructions", 132, 2)]
    [InlineData("longer data", 137, 13)]
    [InlineData("shorter data", 137, 11)]
    public void Decode_WrongByte_IsRefused(string what, int offset, byte value)
    {
        var bytes = SolanaMessage.Compile(s_payer, [SystemProgram.Transfer(s_payer, Address(1), 7)], Blockhash).Encoded.ToArray();
        bytes[offset] = value;

        Assert.True(Throws(bytes), what);
    }

    [Fact]
    public void Decode_AccountTwiceOrLongLengthOrOtherVersion_IsRefused()
    {
        var bytes = SolanaMessage.Compile(s_payer, [SystemProgram.Transfer(s_payer, Address(1), 7)], Blockhash).Encoded.ToArray();
        var twice = bytes.ToArray();
        s_payer.CopyTo(twice.AsSpan(4 + 32));

        Assert.True(Throws(twice));
        Assert.True(Throws([.. bytes[..3], 0x83, 0x00, .. bytes[4..]]));
        Assert.True(Throws([0x81, .. bytes, 0]));
        Assert.True(Throws([.. bytes, 0]));
        Assert.Equal([0x80, .. bytes, 0], SolanaMessage.Decode([0x80, .. bytes, 0]).Encoded.ToArray());
    }

    private static bool Throws(byte[] bytes)
    {
        var problem = Record.Exception(() => SolanaMessage.Decode(bytes));
        return problem is SolanaFormatException { Offset: >= 0 } format && format.Offset <= bytes.Length;
    }
}
