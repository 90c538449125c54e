using DePin.Sdk.Chains.Solana;
using DePin.Sdk.Chains.Solana.Programs;
using DePin.Sdk.Chains.Solana.Transactions;
using Solnet.Rpc.Builders;
using Solnet.Rpc.Models;
using Solnet.Wallet;

namespace DePin.Sdk.Chains.Solnet.Tests;

public sealed class SolnetExtensionsTests
{
    [Fact]
    public void ToSolnet_EveryKindOfAccount_ReturnsAsItWas()
    {
        SolanaAddress[] addresses = [.. Enumerable.Range(0, 4).Select(_ => new Account().PublicKey.ToSolanaAddress())];
        var instruction = new SolanaInstruction(
            TokenProgram.ProgramId,
            [SolanaAccountMeta.Readonly(addresses[0]), SolanaAccountMeta.Writable(addresses[1]), SolanaAccountMeta.ReadonlySigner(addresses[2]), SolanaAccountMeta.WritableSigner(addresses[3])],
            new byte[] { 1, 2, 3 });
        var back = instruction.ToSolnet().ToSolanaInstruction();
        Assert.Equal(instruction.ProgramId, back.ProgramId);
        Assert.Equal(instruction.Accounts, back.Accounts);
        Assert.Equal(instruction.Data.ToArray(), back.Data.ToArray());
    }

    [Fact]
    public void ToSolnet_Address_HasTheSameText()
    {
        var key = new Account().PublicKey;
        Assert.Equal(key.Key, key.ToSolanaAddress().ToString());
        Assert.Equal(key.Key, key.ToSolanaAddress().ToSolnet().Key);
    }

    [Fact]
    public void ToSolanaAddress_TooShort_IsRefused() =>
        Assert.Throws<ArgumentException>(() => new PublicKey("1111").ToSolanaAddress());

    [Fact]
    public void Build_TransactionOfOurInstructions_IsReadByBothSides()
    {
        var payer = new Account();
        var to = new Account().PublicKey.ToSolanaAddress();
        byte[] bytes = new TransactionBuilder()
            .SetRecentBlockHash(new Account().PublicKey.Key)
            .SetFeePayer(payer.PublicKey)
            .AddInstruction(SystemProgram.Transfer(payer.PublicKey.ToSolanaAddress(), to, 1234).ToSolnet())
            .AddInstruction(MemoProgram.Memo("for the work").ToSolnet())
            .Build(payer);

        var ours = SolanaTransaction.Deserialize(bytes);
        Assert.Equal(payer.PublicKey.ToSolanaAddress(), ours.Message.FeePayer);
        Assert.True(ours.Verify());
        Assert.Equal(bytes, ours.Serialize());
        var theirs = Transaction.Deserialize(bytes);
        Assert.Equal(2, theirs.Instructions.Count);
        Assert.True(theirs.VerifySignatures());
    }
}
