using DePin.Sdk.Chains.Cryptography;
using DePin.Sdk.Chains.Solana;
using DePin.Sdk.Chains.Solana.Channels;
using DePin.Sdk.Chains.Solana.Channels.Internal;
using DePin.Sdk.Chains.Solana.Programs;
using DePin.Sdk.Chains.Solana.Transactions;
using DePin.Sdk.Settlement;

namespace DePin.Sdk.Chains.Tests.Solana.Channels;

/// <summary>What a sponsor signs, and what not.</summary>
public sealed class OpeningCheckTests
{
    private const ulong MaxPrice = 1_000;

    private static readonly PaymentChannelProgram Program = PaymentChannelProgram.Mainnet;
    private static readonly SolanaAddress Sponsor = ChannelSamples.Sponsor;
    private static readonly SolanaAddress Payer = ChannelSamples.Payer;
    private static readonly SolanaAddress Payee = ChannelSamples.VoucherKey;
    private static readonly PaymentChannelTerms Terms = new(Payer, Payee, ChannelSamples.Mint, Payer, 5, 77);
    private static readonly SolanaInstruction Limit = ComputeBudgetProgram.SetComputeUnitLimit(200_000);

    private static SolanaInstruction Open => Program.Open(Terms, Sponsor, ChannelSamples.TokenProgram, 400, 600, PaymentChannelSplits.None);

    [Fact]
    public void Read_Opening_TellsTheChannel()
    {
        var channel = Check(Limit, ComputeBudgetProgram.SetComputeUnitPrice(MaxPrice), Open).Channel;
        Assert.Equal((Program.FindChannel(Terms, out _), Terms, 400UL, 600U, Sponsor), (channel.Address, channel.Terms, channel.Account.Deposit, channel.Account.GracePeriod, channel.Account.RentPayer));
        Assert.Equal(channel.Address, Check(Open).Channel.Address);
    }

    [Fact]
    public void Read_OtherInstructions_AreRefused()
    {
        Refused(Limit);
        Refused(Open, SystemProgram.Transfer(Sponsor, Payee, 1));
        Refused(SystemProgram.Transfer(Sponsor, Payee, 1), Open);
        Refused(SystemProgram.Transfer(Payer, Payee, 1), Open);
        Refused(Open, Open);
        Refused(Limit, Limit, Limit, Open);
        Refused(AssociatedTokenProgram.CreateIdempotent(Sponsor, Payee, ChannelSamples.Mint), Open);
        Refused(MemoProgram.Memo("hello", Sponsor), Open);
        Refused(ComputeBudgetProgram.SetComputeUnitPrice(MaxPrice + 1), Open);
        Refused(ComputeBudgetProgram.SetComputeUnitLimit(1_400_000), Open);
        Refused(ComputeBudgetProgram.RequestHeapFrame(65_536), Open);
    }

    [Fact]
    public void Read_OtherOpenings_AreRefused()
    {
        // Another program at the end, another rent payer, the sponsor as payer, shares for others, nothing deposited.
        Refused(new PaymentChannelProgram(Payee, Payee).Open(Terms, Sponsor, ChannelSamples.TokenProgram, 400, 600, PaymentChannelSplits.None));
        Refused(Program.Open(Terms, Payer, ChannelSamples.TokenProgram, 400, 600, PaymentChannelSplits.None));
        Refused(Program.Open(Terms with { Payer = Sponsor }, Sponsor, ChannelSamples.TokenProgram, 400, 600, PaymentChannelSplits.None));
        Refused(Program.Open(Terms, Sponsor, ChannelSamples.TokenProgram, 400, 600, new PaymentChannelSplits(new PaymentChannelSplit(Payer, 1))));
        Refused(Program.Open(Terms, Sponsor, ChannelSamples.TokenProgram, 0, 600, PaymentChannelSplits.None));
        Refused(Program.Open(Terms, Sponsor, Payee, 400, 600, PaymentChannelSplits.None));
        Refused(Program.TopUp(ChannelSamples.Channel, Payer, ChannelSamples.Mint, ChannelSamples.TokenProgram, 400));

        // The right data over other accounts, and other roles.
        var accounts = Open.Accounts.ToArray();
        for (int i = 0; i < accounts.Length; i++)
        {
            var changed = accounts.ToArray();
            changed[i] = changed[i] with { Address = ChannelSamples.Channel };
            Refused(Open with { Accounts = changed });
        }

        var raised = accounts.ToArray();
        raised[2] = SolanaAccountMeta.Writable(raised[2].Address);
        Refused(Open with { Accounts = raised });
        raised[2] = SolanaAccountMeta.ReadonlySigner(raised[2].Address);
        Refused(Open with { Accounts = raised });
    }

    [Fact]
    public void Read_OtherSponsorOrTables_IsRefused()
    {
        var transaction = new SolanaTransaction(SolanaMessage.Compile(Sponsor, [Open], default));
        Assert.Throws<SettlementException>(() => OpeningCheck.Read(Program, transaction, Payee, MaxPrice));
        var tabled = new SolanaTransaction(SolanaMessage.Compile(Sponsor, [Open], default, [new SolanaLookupTable(ChannelSamples.Channel, [ChannelSamples.Mint])]));
        Assert.Throws<SettlementException>(() => OpeningCheck.Read(Program, tabled, Sponsor, MaxPrice));
    }

    [Fact]
    public async Task Parse_BytesOfAnAuthorization_AreTheSameTransaction()
    {
        using var payer = Ed25519Signer.FromPrivateKey([.. Enumerable.Repeat((byte)1, 32)]);
        var authorization = new SolanaChannelAuthorization(await new SolanaTransaction(SolanaMessage.Compile(Sponsor, [Open], default)).SignAsync(payer));
        var read = SolanaChannelAuthorization.Parse(authorization.Serialize());
        Assert.Equal((Sponsor, 1), (read.Sponsor, read.Transaction.MissingSigners.Count));
        Assert.Equal(authorization.Serialize(), read.Serialize());
        Assert.Throws<SolanaFormatException>(() => SolanaChannelAuthorization.Parse(new byte[40]));
    }

    private static OpeningCheck Check(params SolanaInstruction[] instructions) =>
        OpeningCheck.Read(Program, new SolanaTransaction(SolanaMessage.Compile(Sponsor, instructions, default, null, SolanaMessageVersion.V0)), Sponsor, MaxPrice);

    private static void Refused(params SolanaInstruction[] instructions)
    {
        var refusal = Assert.Throws<SettlementException>(() => Check(instructions));
        Assert.Equal((DePinErrorCode.InvalidRequest, false), (refusal.Code, refusal.MayHaveBeenBroadcast));
    }
}
