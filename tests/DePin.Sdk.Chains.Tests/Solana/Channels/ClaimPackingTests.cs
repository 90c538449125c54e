using System.Security.Cryptography;
using DePin.Sdk.Chains.Solana;
using DePin.Sdk.Chains.Solana.Channels;
using DePin.Sdk.Chains.Solana.Programs;
using DePin.Sdk.Chains.Solana.Transactions;

namespace DePin.Sdk.Chains.Tests.Solana.Channels;

/// <summary>How many vouchers fit in a transaction, as docs/guides/solana.md says.</summary>
public sealed class ClaimPackingTests
{
    private static readonly PaymentChannelProgram Program = PaymentChannelProgram.Mainnet;
    private static readonly SolanaAddress Mint = Address("mint");
    private static readonly SolanaAddress Payee = Address("payee");
    private static readonly SolanaInstruction[] ComputeBudget = [ComputeBudgetProgram.SetComputeUnitLimit(1_400_000), ComputeBudgetProgram.SetComputeUnitPrice(ulong.MaxValue)];

    // What all claims of a payee in one token share.
    private static readonly SolanaAddress[] Shared =
    [
        Sysvars.Instructions, TokenProgram.ProgramId, Mint, Program.EventAuthority, TokensOf(Payee), TokensOf(Program.TreasuryOwner),
    ];

    [Theory]
    [InlineData("nothing", false, 4)]
    [InlineData("shared", false, 4)]
    [InlineData("channels", false, 5)]
    [InlineData("nothing", true, 2)]
    [InlineData("shared", true, 2)]
    [InlineData("payers", true, 3)]
    [InlineData("channels", true, 4)]
    public void Pack_Claims_AsManyFitAsTheGuideSays(string table, bool pays, int expected)
    {
        var terms = Enumerable.Range(0, 12).Select(i => new PaymentChannelTerms(Address($"payer {i}"), Payee, Mint, Address($"signer {i}"), (ulong)i, 1_000)).ToArray();
        SolanaAddress[] payers = [.. terms.SelectMany(one => new[] { one.Payer, TokensOf(one.Payer) })];
        SolanaAddress[] channels = [.. terms.Select(one => Program.FindChannel(one, out _)).SelectMany(channel => new[] { channel, TokensOf(channel) })];
        SolanaAddress[] known = table switch { "nothing" => [], "shared" => Shared, "payers" => [.. Shared, .. payers], _ => [.. Shared, .. payers, .. channels] };
        SolanaLookupTable[] tables = known.Length == 0 ? [] : [new SolanaLookupTable(Address("table"), known)];

        var packs = InstructionPacker.Pack(Payee, [.. terms.Select(one => Claim(one, pays))], tables, ComputeBudget);

        Assert.Equal(expected, packs[0].Groups.Count);
        Assert.All(packs, pack => Assert.True(pack.Size.Fits, $"{pack.Size}"));
        Assert.Equal(terms.Length, packs.Sum(pack => pack.Groups.Count));
    }

    // Only settling leaves the money in escrow; the SDK pays out in the same transaction.
    private static IReadOnlyList<SolanaInstruction> Claim(PaymentChannelTerms terms, bool pays)
    {
        var channel = Program.FindChannel(terms, out _);
        var voucher = new PaymentChannelVoucher(channel, 1_000_000).ToArray();
        SolanaInstruction[] settles = [Ed25519Program.Verify(terms.AuthorizedSigner, new SolanaSignature(RandomNumberGenerator.GetBytes(64)), voucher), Program.Settle(channel)];
        return pays ? [.. settles, Program.Distribute(channel, terms, terms.Payer, TokenProgram.ProgramId, PaymentChannelSplits.None)] : settles;
    }

    private static SolanaAddress TokensOf(SolanaAddress owner) => AssociatedTokenAddress.Find(owner, Mint, TokenProgram.ProgramId);

    private static SolanaAddress Address(string name) => new(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(name)));
}
