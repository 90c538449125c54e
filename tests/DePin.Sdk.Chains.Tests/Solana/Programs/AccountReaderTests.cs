using DePin.Sdk.Chains.Solana;
using DePin.Sdk.Chains.Solana.Programs;
using static DePin.Sdk.Chains.Tests.Solana.Programs.AccountSamples;
using static DePin.Sdk.Chains.Tests.Solana.SolanaSamples;

namespace DePin.Sdk.Chains.Tests.Solana.Programs;

public sealed class AccountReaderTests
{
    private static readonly SolanaAddress s_token = TokenProgram.ProgramId;
    private static readonly SolanaAddress s_token2022 = TokenProgram.Token2022ProgramId;

    [Fact]
    public void TokenAccount_OtherProgramOrLengthOrKind_IsRefused()
    {
        Assert.Equal(1_000UL, TokenAccount.Read(Token(), s_token).Amount);
        Assert.Equal(1_000UL, TokenAccount.Read(Token(), s_token2022).Amount);
        Refused(() => TokenAccount.Read(Token(), default));
        Refused(() => TokenAccount.Read(Extended(Token(), 2), s_token));
        Refused(() => TokenAccount.Read(Extended(Token(), 1), s_token2022));
        Refused(() => TokenAccount.Read([.. Token(), .. new byte[190]], s_token2022)); // a multi-signature account's size
        Refused(() => TokenAccount.Read(Token().AsSpan(1), s_token2022));
        Refused(() => TokenAccount.Read(Token(state: 3), s_token));
        Refused(() => TokenAccount.Read(Mint(), s_token));
        Refused(() => TokenMint.Read(Token(), s_token));
        Refused(() => TokenMint.Read(Extended(Token(), 1), s_token2022));
    }

    [Fact]
    public void TokenAccount_OptionalValues_AreSaidByZeroOrOne()
    {
        var data = Token();
        data[72] = 2;
        Refused(() => TokenAccount.Read(data, s_token));
        data[72] = 1;
        Assert.Equal(new SolanaAddress(data.AsSpan(76, 32)), TokenAccount.Read(data, s_token).Delegate);
    }

    [Fact]
    public void Extensions_Malformed_AreRefused()
    {
        Refused(() => TokenAccount.Read([.. Extended(Token(), 2), 7, 0], s_token2022)); // no length
        Refused(() => TokenAccount.Read([.. Extended(Token(), 2), 7, 0, 0], s_token2022));
        Refused(() => TokenAccount.Read([.. Extended(Token(), 2), 7, 0, 1, 0], s_token2022)); // no content
        Refused(() => TokenAccount.Read(Extended(Token(), 2, (7, []), (7, [])), s_token2022));
        Refused(() => TokenAccount.Read(Extended(Token(), 2, [.. Enumerable.Range(100, 65).Select(type => ((ushort)type, Array.Empty<byte>()))]), s_token2022));

        // Room that the program has not used.
        Assert.Single(TokenAccount.Read([.. Extended(Token(), 2, (7, [])), 0, 0, 1, 2, 3], s_token2022).Extensions);
        Assert.Single(TokenAccount.Read([.. Extended(Token(), 2, (7, [])), 9], s_token2022).Extensions);
    }

    [Theory]
    [InlineData(7, "", TokenPaymentProblem.None)]
    [InlineData(8, "00", TokenPaymentProblem.None)]
    [InlineData(8, "01", TokenPaymentProblem.MemoRequired)]
    [InlineData(8, "", TokenPaymentProblem.MemoRequired)]
    [InlineData(13, "", TokenPaymentProblem.NonTransferable)]
    [InlineData(15, "00", TokenPaymentProblem.TransferHook)]
    [InlineData(27, "", TokenPaymentProblem.Pausable)]
    [InlineData(28, "", TokenPaymentProblem.UnknownExtension)]
    public void FindPaymentProblem_OfAnAccount_NamesTheExtension(ushort type, string value, TokenPaymentProblem expected) =>
        Assert.Equal(expected, TokenAccount.Read(Extended(Token(), 2, (2, new byte[8]), (type, Convert.FromHexString(value))), s_token2022).FindPaymentProblem(Address(1), Address(2)));

    [Fact]
    public void FindPaymentProblem_OfAnAccount_ChecksWhoseItIs()
    {
        var account = TokenAccount.Read(Token(), s_token);

        Assert.Equal(TokenPaymentProblem.None, account.FindPaymentProblem(Address(1), Address(2)));
        Assert.Equal(TokenPaymentProblem.OtherMint, account.FindPaymentProblem(Address(2), Address(2)));
        Assert.Equal(TokenPaymentProblem.OtherOwner, account.FindPaymentProblem(Address(1), Address(1)));
        Assert.Equal(TokenPaymentProblem.Frozen, TokenAccount.Read(Token(state: 2), s_token).FindPaymentProblem(Address(1), Address(2)));
        Assert.Equal(TokenPaymentProblem.NotInitialized, TokenAccount.Read(Token(state: 0), s_token).FindPaymentProblem(Address(1), Address(2)));
    }

    [Theory]
    [InlineData(1, "00", TokenPaymentProblem.TransferFee)]
    [InlineData(3, "00", TokenPaymentProblem.None)]
    [InlineData(6, "01", TokenPaymentProblem.None)]
    [InlineData(6, "02", TokenPaymentProblem.Frozen)]
    [InlineData(9, "", TokenPaymentProblem.NonTransferable)]
    [InlineData(12, "00", TokenPaymentProblem.PermanentDelegate)]
    [InlineData(14, "00", TokenPaymentProblem.TransferHook)]
    [InlineData(18, "00", TokenPaymentProblem.None)]
    [InlineData(26, "00", TokenPaymentProblem.Pausable)]
    [InlineData(99, "00", TokenPaymentProblem.UnknownExtension)]
    public void FindPaymentProblem_OfAMint_NamesTheExtension(ushort type, string value, TokenPaymentProblem expected) =>
        Assert.Equal(expected, TokenMint.Read(Extended(Mint(), 1, (type, Convert.FromHexString(value))), s_token2022).FindPaymentProblem());

    [Fact]
    public void TokenMint_PaddingThatIsNotZero_IsRefused()
    {
        var data = Extended(Mint(), 1);
        data[100] = 1;

        Refused(() => TokenMint.Read(data, s_token2022));
    }

    [Fact]
    public void NonceAccount_OtherStates_AreRefused()
    {
        Assert.Equal(new NonceAccount(Address(1), Blockhash, 5_000), NonceAccount.Read(Nonce()));
        Refused(() => NonceAccount.Read(new byte[80]));
        Refused(() => NonceAccount.Read([1, .. new byte[79]]));
        Refused(() => NonceAccount.Read(Nonce().AsSpan(1)));
    }

    [Fact]
    public void LookupTableAccount_AddressesOfThisSlot_CannotBeUsedYet()
    {
        var account = LookupTableAccount.Read(LookupTable(5, extended: 100, start: 3));

        Assert.True(account.IsActive);
        Assert.Equal(Address(9), account.Authority);
        Assert.Equal(5, account.ToLookupTable(Address(50), 101)!.Addresses.Count);
        Assert.Equal([Address(0), Address(1), Address(2)], account.ToLookupTable(Address(50), 100)!.Addresses);
    }

    [Fact]
    public void LookupTableAccount_Deactivated_CanBeUsedForTheCooldown()
    {
        var account = LookupTableAccount.Read(LookupTable(1, deactivated: 200));

        Assert.False(account.IsActive);
        Assert.NotNull(account.ToLookupTable(Address(50), 200 + LookupTableAccount.CooldownSlots));
        Assert.Null(account.ToLookupTable(Address(50), 201 + LookupTableAccount.CooldownSlots));
    }

    [Fact]
    public void LookupTableAccount_Malformed_IsRefused()
    {
        Refused(() => LookupTableAccount.Read(LookupTable(1).AsSpan(1)));
        Refused(() => LookupTableAccount.Read(LookupTable(257)));
        Refused(() => LookupTableAccount.Read(new byte[56]));
        var data = LookupTable(0);
        data[21] = 2;
        Refused(() => LookupTableAccount.Read(data));
        data[21] = 0;
        Assert.Null(LookupTableAccount.Read(data).Authority);
    }

    private static void Refused(Func<object> read) => Assert.Throws<SolanaFormatException>(() => read());
}
