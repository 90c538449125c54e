using DePin.Sdk.Chains.Solana;
using DePin.Sdk.Chains.Solana.Channels;
using DePin.Sdk.Chains.Solana.Programs;
using DePin.Sdk.Chains.Solana.Transactions;

namespace DePin.Sdk.Chains.Tests.Solana.Channels;

/// <summary>How many vouchers fit in a transaction, exactly, with the instructions of the compute budget in it.</summary>
public sealed class ChannelPackingTests
{
    private static readonly PaymentChannelProgram Program = PaymentChannelProgram.Mainnet;
    private static readonly SolanaAddress Payee = Numbered(1);
    private static readonly SolanaInstruction[] Budget = [ComputeBudgetProgram.SetComputeUnitLimit(400_000), ComputeBudgetProgram.SetComputeUnitPrice(1_000)];

    [Theory]
    [InlineData(false, false, 4)]
    [InlineData(true, false, 5)]
    [InlineData(false, true, 2)]
    [InlineData(true, true, 4)]
    public void Pack_VouchersOfOnePayee_AsManyAsFit(bool hasTable, bool isPaidOut, int expected)
    {
        var channels = Enumerable.Range(0, 20).Select(i => Channel(i, Numbered(100 + i))).ToArray();
        var packs = InstructionPacker.Pack(Payee, [.. channels.Select(channel => Group(channel, isPaidOut))], hasTable ? [Table(channels)] : null, Budget);
        Assert.Equal(expected, packs[0].Groups.Count);
        Assert.All(packs, pack =>
        {
            var transaction = new SolanaTransaction(SolanaMessage.Compile(Payee, [.. pack.Instructions, .. Budget], default, hasTable ? [Table(channels)] : null));
            Assert.True(transaction.SizeInBytes <= SolanaTransaction.MaxSizeInBytes, $"{transaction.SizeInBytes} bytes");
        });
        Assert.Equal(20, packs.Sum(pack => pack.Groups.Count));
    }

    [Fact]
    public void Pack_TableOfWhatAllChannelsShare_AsManyAsFit()
    {
        var channels = Enumerable.Range(0, 20).Select(i => Channel(i, Numbered(100 + i))).ToArray();
        var whole = Table(channels[..1]);
        var own = Group(channels[0], isPaidOut: true).SelectMany(instruction => instruction.Accounts).Select(account => account.Address).ToHashSet();
        own.ExceptWith(Group(channels[1], isPaidOut: true).SelectMany(instruction => instruction.Accounts).Select(account => account.Address));
        var table = new SolanaLookupTable(whole.Address, [.. whole.Addresses.Where(address => !own.Contains(address))]);
        Assert.Equal(7, table.Addresses.Count);
        var packs = InstructionPacker.Pack(Payee, [.. channels.Select(channel => Group(channel, isPaidOut: true))], [table], Budget);
        Assert.Equal(2, packs[0].Groups.Count);
    }

    [Fact]
    public void Pack_Groups_KeepTheCheckRightBeforeWhatTakesIt()
    {
        var channels = Enumerable.Range(0, 9).Select(i => Channel(i, Numbered(7))).ToArray();
        foreach (var pack in InstructionPacker.Pack(Payee, [.. channels.Select(channel => Group(channel, isPaidOut: true))], null, Budget))
        {
            for (int i = 0; i < pack.Instructions.Count; i++)
            {
                if (pack.Instructions[i].ProgramId == Program.ProgramId && pack.Instructions[i].Data.Span[0] == 2)
                {
                    var voucher = PaymentChannelVoucher.Parse(pack.Instructions[i - 1].Data.Span[Ed25519Program.MessageOffset..]);
                    Assert.Equal(pack.Instructions[i].Accounts[0].Address, voucher.Channel);
                }
            }
        }
    }

    private static (SolanaAddress Address, PaymentChannelTerms Terms) Channel(int number, SolanaAddress payer)
    {
        var terms = new PaymentChannelTerms(payer, Payee, ChannelSamples.Mint, payer, (ulong)number, 1_000);
        return (Program.FindChannel(terms, out _), terms);
    }

    private static SolanaInstruction[] Group((SolanaAddress Address, PaymentChannelTerms Terms) channel, bool isPaidOut)
    {
        var check = Ed25519Program.Verify(channel.Terms.AuthorizedSigner, default, new PaymentChannelVoucher(channel.Address, 5).ToArray());
        var settle = Program.Settle(channel.Address);
        return isPaidOut ? [check, settle, Program.Distribute(channel.Address, channel.Terms, channel.Terms.Payer, ChannelSamples.TokenProgram, PaymentChannelSplits.None)] : [check, settle];
    }

    // Everything that a settlement names and that does not sign: what a payee with many channels would put in a table.
    private static SolanaLookupTable Table((SolanaAddress Address, PaymentChannelTerms Terms)[] channels) => new(
        Numbered(9),
        [.. channels.SelectMany(channel => Group(channel, isPaidOut: true)).SelectMany(instruction => instruction.Accounts).Select(account => account.Address).Distinct()]);

    private static SolanaAddress Numbered(int number)
    {
        var bytes = new byte[32];
        bytes[31] = (byte)number;
        bytes[0] = 200;
        return new SolanaAddress(bytes);
    }
}
