using DePin.Sdk.Chains.Solana;
using DePin.Sdk.Chains.Solana.Channels;
using DePin.Sdk.Chains.Solana.Transactions;

namespace DePin.Sdk.Chains.Tests.Solana.Channels;

public sealed class PaymentChannelProgramTests
{
    private static readonly PaymentChannelProgram Program = PaymentChannelProgram.Mainnet;

    [Fact]
    public void FindChannel_TermsOfAnotherClient_GiveItsAddress()
    {
        Assert.Equal(ChannelSamples.Channel, Program.FindChannel(ChannelSamples.Terms, out byte bump));
        Assert.InRange(bump, 240, 255);
        Assert.Equal("75c2huVzDW1Eq4kD86by5392sjdJzuAT195XNgP2f2tX", Program.EventAuthority.ToString());
    }

    [Fact]
    public void FindChannel_AnyOtherTerm_GivesAnotherAddress()
    {
        var terms = ChannelSamples.Terms;
        var other = SolanaAddress.Parse("SysvarRent111111111111111111111111111111111");
        SolanaAddress[] addresses =
        [
            Program.FindChannel(terms, out _),
            Program.FindChannel(terms with { Payer = other }, out _),
            Program.FindChannel(terms with { Payee = other }, out _),
            Program.FindChannel(terms with { Mint = other }, out _),
            Program.FindChannel(terms with { AuthorizedSigner = other }, out _),
            Program.FindChannel(terms with { Salt = terms.Salt + 1 }, out _),
            Program.FindChannel(terms with { OpenSlot = terms.OpenSlot + 1 }, out _),
            new PaymentChannelProgram(other, other).FindChannel(terms, out _),
        ];
        Assert.Equal(addresses.Length, addresses.Distinct().Count());
    }

    [Fact]
    public void Open_TermsOfAnotherClient_GivesItsInstruction()
    {
        var open = Program.Open(ChannelSamples.Terms, ChannelSamples.Sponsor, ChannelSamples.TokenProgram, 5_000_000, 900, ChannelSamples.Splits);
        Assert.Equal("018bd444692e14d2ed404b4c00000000008403000040e201000000000001000000b041d9d337b721be57894eb69c3b6809a53a0e2b6a2399fc7d5b7eda8cac89aa1027", Hex(open));
        Assert.Equal(14, open.Accounts.Count);
        AssertRoles(open, "WS WS R R R W W W R R R R R R");
        Assert.Equal("7potcYjszWB1XiyHUoiYsjVpz5Bfnep5ufdTCA5HUBHF", open.Accounts[7].Address.ToString());
    }

    [Fact]
    public void Distribute_TermsOfAnotherClient_GivesItsInstruction()
    {
        var distribute = Program.Distribute(ChannelSamples.Channel, ChannelSamples.Terms, ChannelSamples.Sponsor, ChannelSamples.TokenProgram, ChannelSamples.Splits);
        Assert.Equal("0701000000b041d9d337b721be57894eb69c3b6809a53a0e2b6a2399fc7d5b7eda8cac89aa1027", Hex(distribute));
        AssertRoles(distribute, "W W W W W W W R R R R W");
        string[] expected =
        [
            "BmnnWAYg8KxsEvmTSmTTYNqPYEgaNqRuiMQZpstoHQZ1", "AKnL4NNf3DGWZJS6cPknBuEGnVsV4A4m5tgebLHaRSZ9", "Cs2zdfUNonRdRGsiZUQQLdTxzxVvJZmgiX2mpLYKuEqP",
            "7potcYjszWB1XiyHUoiYsjVpz5Bfnep5ufdTCA5HUBHF", "3wvJdyFnGvaMWpbq93NU91SggiVRveULUXL6iX5VZDGP", "3m3xS513PgjPwnLbmGbgL4Nk62QEtwzuoXphVN3kfMNh",
            "3m3xS513PgjPwnLbmGbgL4Nk62QEtwzuoXphVN3kfMNh", "EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v", "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA",
            "75c2huVzDW1Eq4kD86by5392sjdJzuAT195XNgP2f2tX", "CHNLxYvVA28MJP9PrFuDXccuoGXAx7jBacfLEkahyGsX", "3m3xS513PgjPwnLbmGbgL4Nk62QEtwzuoXphVN3kfMNh",
        ];
        Assert.Equal(expected, distribute.Accounts.Select(account => account.Address.ToString()));
    }

    [Fact]
    public void Instructions_WithoutArguments_AreOneByteOrTwo()
    {
        var (channel, payer, payee) = (ChannelSamples.Channel, ChannelSamples.Payer, ChannelSamples.Sponsor);
        (SolanaInstruction Instruction, string Data, string Roles)[] cases =
        [
            (Program.Settle(channel), "02", "W R"),
            (Program.TopUp(channel, payer, ChannelSamples.Mint, ChannelSamples.TokenProgram, 258), "030201000000000000", "WS W W W R R"),
            (Program.SettleAndSeal(channel, payee, hasVoucher: true), "0401", "RS W R"),
            (Program.SettleAndSeal(channel, payee, hasVoucher: false), "0400", "RS W R"),
            (Program.RequestClose(channel, payer), "05", "RS W"),
            (Program.Seal(channel), "06", "W"),
            (Program.WithdrawPayer(channel, payer, ChannelSamples.Mint, ChannelSamples.TokenProgram), "08", "RS W W W R R"),
            (Program.Reclaim(channel, payee), "09", "W W"),
        ];
        Assert.All(cases, expected =>
        {
            Assert.Equal(Program.ProgramId, expected.Instruction.ProgramId);
            Assert.Equal(expected.Data, Hex(expected.Instruction));
            AssertRoles(expected.Instruction, expected.Roles);
        });
        Assert.Equal("Sysvar1nstructions1111111111111111111111111", Program.Settle(channel).Accounts[1].Address.ToString());
    }

    private static string Hex(SolanaInstruction instruction) => Convert.ToHexStringLower(instruction.Data.Span);

    private static void AssertRoles(SolanaInstruction instruction, string expected) =>
        Assert.Equal(expected, string.Join(' ', instruction.Accounts.Select(account => (account.IsWritable ? "W" : "R") + (account.IsSigner ? "S" : string.Empty))));
}
