using System.Text;
using DePin.Sdk.Chains.Solana;
using DePin.Sdk.Chains.Solana.Programs;
using DePin.Sdk.Chains.Solana.Transactions;
using static DePin.Sdk.Chains.Tests.Solana.SolanaSamples;

namespace DePin.Sdk.Chains.Tests.Solana.Programs;

/// <summary>Instructions that no stock client at hand makes, against their programs' documents; the others are compared with the stock clients.</summary>
public sealed class ProgramTests
{
    [Fact]
    public void Memo_TextAndSigners_IsUtf8()
    {
        var memo = MemoProgram.Memo("hé\U0001F600", Address(1), Address(2));

        Assert.Equal("hé\U0001F600", System.Text.Encoding.UTF8.GetString(memo.Data.Span));
        Assert.Equal([SolanaAccountMeta.ReadonlySigner(Address(1)), SolanaAccountMeta.ReadonlySigner(Address(2))], memo.Accounts);
        Assert.Equal("MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr", memo.ProgramId.ToString());
        Assert.Empty(MemoProgram.Memo("").Accounts);
        Assert.Throws<EncoderFallbackException>(() => MemoProgram.Memo("\ud800"));
    }

    [Fact]
    public void Ed25519_OneSignature_HasTheCanonicalLayout()
    {
        var signature = new SolanaSignature(Enumerable.Repeat((byte)0x51, 64).ToArray());
        byte[] message = [.. Enumerable.Range(0, 50).Select(i => (byte)i)];

        var instruction = Ed25519Program.Verify(Address(1), signature, message);

        byte[] expected =
        [
            1, 0, 48, 0, 0xFF, 0xFF, 16, 0, 0xFF, 0xFF, 112, 0, 50, 0, 0xFF, 0xFF,
            .. Address(1).ToArray(), .. signature.ToArray(), .. message,
        ];
        Assert.Equal(expected, instruction.Data.ToArray());
        Assert.Empty(instruction.Accounts);
        Assert.Throws<ArgumentException>(() => Ed25519Program.Verify(Address(1), signature, new byte[1233]));
    }

    [Fact]
    public void LookupTable_Instructions_AreThoseOfTheProgram()
    {
        var authority = Address(1);
        var payer = Address(2);
        var table = AddressLookupTableProgram.FindTable(authority, 0x0102030405060708);
        var seeds = default(ProgramSeeds);
        seeds.Add(authority);
        seeds.Add(0x0102030405060708);
        Assert.Equal(ProgramAddress.Find(AddressLookupTableProgram.ProgramId, in seeds, out byte bump), table);

        var create = AddressLookupTableProgram.Create(authority, payer, 0x0102030405060708);
        Assert.Equal([0, 0, 0, 0, 8, 7, 6, 5, 4, 3, 2, 1, bump], create.Data.ToArray());
        Assert.Equal(
            [SolanaAccountMeta.Writable(table), SolanaAccountMeta.Readonly(authority), SolanaAccountMeta.WritableSigner(payer), SolanaAccountMeta.Readonly(default)],
            create.Accounts);

        var extend = AddressLookupTableProgram.Extend(table, authority, payer, Address(3), Address(4));
        Assert.Equal([2, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, .. Address(3).ToArray(), .. Address(4).ToArray()], extend.Data.ToArray());
        Assert.Equal(
            [SolanaAccountMeta.Writable(table), SolanaAccountMeta.ReadonlySigner(authority), SolanaAccountMeta.WritableSigner(payer), SolanaAccountMeta.Readonly(default)],
            extend.Accounts);
        Assert.Throws<ArgumentException>(() => AddressLookupTableProgram.Extend(table, authority, payer));

        var close = AddressLookupTableProgram.Close(table, authority, payer);
        Assert.Equal([4, 0, 0, 0], close.Data.ToArray());
        Assert.Equal([SolanaAccountMeta.Writable(table), SolanaAccountMeta.ReadonlySigner(authority), SolanaAccountMeta.Writable(payer)], close.Accounts);
        Assert.Equal([1, 0, 0, 0], AddressLookupTableProgram.Freeze(table, authority).Data.ToArray());
        Assert.Equal([3, 0, 0, 0], AddressLookupTableProgram.Deactivate(table, authority).Data.ToArray());
    }
}
