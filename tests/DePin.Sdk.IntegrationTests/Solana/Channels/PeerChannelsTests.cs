using System.Globalization;
using System.Text.Json;
using DePin.Sdk.Chains.Cryptography;
using DePin.Sdk.Chains.Solana;
using DePin.Sdk.Chains.Solana.Channels;
using DePin.Sdk.Chains.Solana.Programs;
using DePin.Sdk.Chains.Solana.Transactions;

namespace DePin.Sdk.IntegrationTests.Solana.Channels;

/// <summary>Same terms, same bytes: channels, vouchers and settlements as npm's @x402/svm and @solana/mpp make them.</summary>
public sealed class PeerChannelsTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);
    private static readonly PaymentChannelProgram Program = PaymentChannelProgram.Mainnet;
    private static readonly Ed25519Signer PayerKey = Ed25519Signer.FromPrivateKey([.. Enumerable.Repeat((byte)1, 32)]);
    private static readonly Ed25519Signer VoucherKey = Ed25519Signer.FromPrivateKey([.. Enumerable.Repeat((byte)2, 32)]);
    private static readonly SolanaAddress Payer = new(PayerKey.PublicKey.Bytes.Span);
    private static readonly SolanaAddress Voucher = new(VoucherKey.PublicKey.Bytes.Span);
    private static readonly SolanaAddress Sponsor = SolanaAddress.Parse("BPFLoaderUpgradeab1e11111111111111111111111");
    private static readonly SolanaAddress Payee = SolanaAddress.Parse("Stake11111111111111111111111111111111111111");
    private static readonly SolanaAddress Recipient = SolanaAddress.Parse("Vote111111111111111111111111111111111111111");
    private static readonly SolanaAddress Mint = SolanaAddress.Parse("EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v");
    private static readonly SolanaHash Blockhash = SolanaHash.Parse("GfVcyD4kkTrj4bKc7WA9sZCin9JDbdT4Zkd3EittNR1W");

    private const ulong Deposit = 5_000_000;
    private const uint GracePeriod = 900;
    private const ulong OpenSlot = 123_456;
    private const ulong MppSalt = 77;
    private const ulong Cumulative = 1_234_567;
    private const long ExpiresAt = 1_893_456_000;

    [NodeFact]
    public async Task X402Upto_Open_IsTheSameTransaction()
    {
        foreach (var program in (SolanaAddress[])[TokenProgram.ProgramId, TokenProgram.Token2022ProgramId])
        {
            var peer = await AskAsync(program);
            var payload = peer.GetProperty("upto");
            var terms = new PaymentChannelTerms(Payer, Sponsor, Mint, Voucher, ulong.Parse(payload.GetProperty("nonce").GetString()!, CultureInfo.InvariantCulture), OpenSlot);
            var channel = Program.FindChannel(terms, out _);
            Assert.Equal(payload.GetProperty("channelId").GetString(), channel.ToString());

            var theirs = SolanaTransaction.Deserialize(payload.GetProperty("openTransaction").GetBytesFromBase64());
            var splits = new PaymentChannelSplits(new PaymentChannelSplit(Recipient, 10_000));
            var ours = await CompileAsync([ComputeBudget(theirs, 0), ComputeBudget(theirs, 1), Program.Open(terms, Sponsor, program, Deposit, GracePeriod, splits), MemoProgram.Memo("for a test")]);
            AssertSame(theirs, ours);
        }
    }

    [NodeFact]
    public async Task X402Upto_VoucherAndSettlement_AreTheSame()
    {
        var peer = await AskAsync(TokenProgram.ProgramId);
        var salt = ulong.Parse(peer.GetProperty("upto").GetProperty("nonce").GetString()!, CultureInfo.InvariantCulture);
        var terms = new PaymentChannelTerms(Payer, Sponsor, Mint, Voucher, salt, OpenSlot);
        var channel = Program.FindChannel(terms, out _);
        var voucher = new PaymentChannelVoucher(channel, Cumulative, ExpiresAt);
        Assert.Equal(peer.GetProperty("voucher").GetString(), Convert.ToHexStringLower(voucher.ToArray()));
        var signature = new byte[64];
        VoucherKey.Sign(voucher.ToArray(), signature);
        Assert.Equal(peer.GetProperty("signature").GetString(), new SolanaSignature(signature).ToString());

        var settle = peer.GetProperty("settle");
        AssertSame(settle[0], Ed25519Program.Verify(Voucher, new SolanaSignature(signature), voucher.ToArray()));
        AssertSame(settle[1], Program.SettleAndSeal(channel, Sponsor, hasVoucher: true));
        AssertSame(peer.GetProperty("distribute"), Program.Distribute(channel, terms, Sponsor, TokenProgram.ProgramId, new PaymentChannelSplits(new PaymentChannelSplit(Recipient, 10_000))));
        AssertSame(peer.GetProperty("reclaim"), Program.Reclaim(channel, Sponsor));
    }

    [NodeFact]
    public async Task X402Facilitator_OurOpening_IsAccepted()
    {
        // Its checks allow no other form than the one that it settles.
        var terms = new PaymentChannelTerms(Payer, Payee, Mint, Voucher, 9, OpenSlot);
        var splits = new PaymentChannelSplits(new PaymentChannelSplit(Recipient, 300));
        var transaction = await CompileAsync([ComputeBudgetProgram.SetComputeUnitLimit(90_000), ComputeBudgetProgram.SetComputeUnitPrice(1), Program.Open(terms, Sponsor, TokenProgram.ProgramId, Deposit, GracePeriod, splits)]);
        var verify = new { transaction = Convert.ToBase64String(transaction.Serialize()), gracePeriod = GracePeriod };
        Assert.StartsWith("accepted", (await AskAsync(TokenProgram.ProgramId, verify)).GetProperty("verdict").GetString());
        var other = verify with { gracePeriod = GracePeriod + 1 };
        Assert.StartsWith("verifyOpenTransaction", (await AskAsync(TokenProgram.ProgramId, other)).GetProperty("verdict").GetString());
    }

    /// <summary>
    /// @solana/mpp 0.6 speaks the program's predecessor, in which a channel had no open slot and no separate rent payer and a voucher no first two bytes. What both have is the same, byte for byte.
    /// </summary>
    [NodeFact]
    public async Task Mpp_OpenAndVoucher_DifferFromOursByWhatItsProgramDidNotHave()
    {
        var peer = await AskAsync(TokenProgram.ProgramId);
        Assert.Equal(peer.GetProperty("mppDerived").GetProperty("channelId").GetString(), peer.GetProperty("mppOpen").GetProperty("channelId").GetString());
        var seeds = default(ProgramSeeds);
        seeds.Add("channel"u8);
        seeds.Add(Payer);
        seeds.Add(Payee);
        seeds.Add(Mint);
        seeds.Add(Voucher);
        seeds.Add(MppSalt);
        var channel = ProgramAddress.Find(Program.ProgramId, seeds, out _);
        Assert.Equal(peer.GetProperty("mppDerived").GetProperty("channelId").GetString(), channel.ToString());

        var terms = new PaymentChannelTerms(Payer, Payee, Mint, Voucher, MppSalt, OpenSlot);
        var open = Program.Open(terms, Sponsor, TokenProgram.ProgramId, Deposit, GracePeriod, new PaymentChannelSplits(new PaymentChannelSplit(Recipient, 300)));
        var accounts = open.Accounts.ToList();
        accounts[5] = SolanaAccountMeta.Writable(channel);
        accounts[7] = SolanaAccountMeta.Writable(AssociatedTokenAddress.Find(channel, Mint, TokenProgram.ProgramId));
        accounts.RemoveAt(1);
        byte[] data = [.. open.Data.Span[..21], .. open.Data.Span[29..]];
        var ours = await CompileAsync([new SolanaInstruction(open.ProgramId, accounts, data)]);
        AssertSame(SolanaTransaction.Deserialize(peer.GetProperty("mppOpen").GetProperty("transaction").GetBytesFromBase64()), ours);

        var uptoChannel = SolanaAddress.Parse(peer.GetProperty("upto").GetProperty("channelId").GetString()!);
        Assert.Equal(peer.GetProperty("mppVoucher").GetString(), Convert.ToHexStringLower(new PaymentChannelVoucher(uptoChannel, Cumulative, ExpiresAt).ToArray().AsSpan(2)));
    }

    private static SolanaInstruction ComputeBudget(SolanaTransaction transaction, int at)
    {
        var data = transaction.Message.Instructions[at].Data;
        Assert.Equal(ComputeBudgetProgram.ProgramId, transaction.Message.StaticAccounts[transaction.Message.Instructions[at].ProgramIndex]);
        return new SolanaInstruction(ComputeBudgetProgram.ProgramId, [], data);
    }

    private static async Task<SolanaTransaction> CompileAsync(IReadOnlyList<SolanaInstruction> instructions) =>
        await new SolanaTransaction(SolanaMessage.Compile(Sponsor, instructions, Blockhash, null, SolanaMessageVersion.V0, new KitOrder())).SignAsync(PayerKey);

    private static void AssertSame(SolanaTransaction theirs, SolanaTransaction ours)
    {
        Assert.Equal(Convert.ToHexStringLower(theirs.Message.Encoded.Span), Convert.ToHexStringLower(ours.Message.Encoded.Span));
        Assert.Equal(theirs.Serialize(), ours.Serialize());
    }

    private static void AssertSame(JsonElement theirs, SolanaInstruction ours)
    {
        Assert.Equal(theirs.GetProperty("program").GetString(), ours.ProgramId.ToString());
        Assert.Equal(theirs.GetProperty("data").GetString(), Convert.ToHexStringLower(ours.Data.Span));
        Assert.Equal(
            theirs.GetProperty("accounts").EnumerateArray().Select(account => (account.GetProperty("address").GetString(), account.GetProperty("role").GetInt32())),
            ours.Accounts.Select(account => ((string?)account.Address.ToString(), (account.IsSigner ? 2 : 0) + (account.IsWritable ? 1 : 0))));
    }

    private static async Task<JsonElement> AskAsync(SolanaAddress tokenProgram, object? verify = null)
    {
        var terms = new
        {
            payerKey = string.Concat(Enumerable.Repeat("01", 32)),
            voucherKey = string.Concat(Enumerable.Repeat("02", 32)),
            sponsor = Sponsor.ToString(),
            mint = Mint.ToString(),
            tokenProgram = tokenProgram.ToString(),
            payee = Payee.ToString(),
            splits = new[] { new { recipient = Recipient.ToString(), bps = 300 } },
            deposit = Deposit.ToString(CultureInfo.InvariantCulture),
            gracePeriod = GracePeriod,
            openSlot = OpenSlot.ToString(CultureInfo.InvariantCulture),
            salt = MppSalt.ToString(CultureInfo.InvariantCulture),
            blockhash = Blockhash.ToString(),
            cumulative = Cumulative.ToString(CultureInfo.InvariantCulture),
            expiresAt = ExpiresAt,
            verify,
        };
        var folder = await NodePackages.GetFolderAsync().WaitAsync(Limit);
        var output = await TestProgram.RunAsync(Limit, folder, "node", "solana-channels.mjs", JsonSerializer.Serialize(terms));
        return JsonDocument.Parse(output.Split('\n').Single(line => line.StartsWith('{'))).RootElement;
    }

    /// <summary>How npm's kit orders accounts of the same role, which the runtime leaves open: as a dictionary does, small letters before capitals where nothing else differs.</summary>
    private sealed class KitOrder : IComparer<SolanaAddress>
    {
        public int Compare(SolanaAddress x, SolanaAddress y)
        {
            var (left, right) = (x.ToString(), y.ToString());
            int order = string.CompareOrdinal(left.ToUpperInvariant(), right.ToUpperInvariant());
            return order != 0 ? order : string.CompareOrdinal(right, left);
        }
    }
}
