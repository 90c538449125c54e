using System.Buffers.Binary;
using DePin.Sdk.Chains.Solana.Programs;
using DePin.Sdk.Chains.Solana.Transactions;

namespace DePin.Sdk.Chains.Solana.Channels;

/// <content>The nine instructions. Each takes exactly the accounts that stand here, in this order.</content>
public sealed partial class PaymentChannelProgram
{
    /// <summary>Opens a channel and moves the deposit into its escrow. Signed by the payer and by who funds the rent.</summary>
    /// <param name="terms">The channel's terms.</param>
    /// <param name="rentPayer">Funds the rent, and gets it back; may be the payer.</param>
    /// <param name="tokenProgram">The mint's program: SPL Token or Token-2022.</param>
    /// <param name="deposit">In base units, above zero.</param>
    /// <param name="gracePeriod">In seconds, above zero.</param>
    /// <param name="splits">How the channel's money is divided.</param>
    public SolanaInstruction Open(in PaymentChannelTerms terms, SolanaAddress rentPayer, SolanaAddress tokenProgram, ulong deposit, uint gracePeriod, PaymentChannelSplits splits)
    {
        ArgumentNullException.ThrowIfNull(splits);
        var channel = FindChannel(terms, out _);
        var data = new byte[29 + splits.Preimage.Length];
        data[0] = (byte)Discriminator.Open;
        BinaryPrimitives.WriteUInt64LittleEndian(data.AsSpan(1), terms.Salt);
        BinaryPrimitives.WriteUInt64LittleEndian(data.AsSpan(9), deposit);
        BinaryPrimitives.WriteUInt32LittleEndian(data.AsSpan(17), gracePeriod);
        BinaryPrimitives.WriteUInt64LittleEndian(data.AsSpan(21), terms.OpenSlot);
        splits.Preimage.Span.CopyTo(data.AsSpan(29));
        return new SolanaInstruction(
            ProgramId,
            [
                SolanaAccountMeta.WritableSigner(terms.Payer),
                SolanaAccountMeta.WritableSigner(rentPayer),
                SolanaAccountMeta.Readonly(terms.Payee),
                SolanaAccountMeta.Readonly(terms.Mint),
                SolanaAccountMeta.Readonly(terms.AuthorizedSigner),
                SolanaAccountMeta.Writable(channel),
                SolanaAccountMeta.Writable(AssociatedTokenAddress.Find(terms.Payer, terms.Mint, tokenProgram)),
                SolanaAccountMeta.Writable(AssociatedTokenAddress.Find(channel, terms.Mint, tokenProgram)),
                SolanaAccountMeta.Readonly(tokenProgram),
                SolanaAccountMeta.Readonly(SystemProgram.ProgramId),
                SolanaAccountMeta.Readonly(Sysvars.Rent),
                SolanaAccountMeta.Readonly(AssociatedTokenProgram.ProgramId),
                SolanaAccountMeta.Readonly(EventAuthority),
                SolanaAccountMeta.Readonly(ProgramId),
            ],
            data);
    }

    /// <summary>Raises what is settled to what a voucher says. The instruction right before it is the Ed25519 program's check of that voucher. Nobody signs.</summary>
    /// <param name="channel">The channel, open.</param>
    public SolanaInstruction Settle(SolanaAddress channel) => new(
        ProgramId,
        [SolanaAccountMeta.Writable(channel), SolanaAccountMeta.Readonly(Sysvars.Instructions)],
        new[] { (byte)Discriminator.Settle });

    /// <summary>Adds to the deposit. Signed by the payer.</summary>
    /// <param name="channel">The channel, open.</param>
    /// <param name="payer">Its payer.</param>
    /// <param name="mint">Its token.</param>
    /// <param name="tokenProgram">The mint's program.</param>
    /// <param name="amount">In base units, above zero.</param>
    public SolanaInstruction TopUp(SolanaAddress channel, SolanaAddress payer, SolanaAddress mint, SolanaAddress tokenProgram, ulong amount)
    {
        var data = new byte[1 + sizeof(ulong)];
        data[0] = (byte)Discriminator.TopUp;
        BinaryPrimitives.WriteUInt64LittleEndian(data.AsSpan(1), amount);
        return new SolanaInstruction(
            ProgramId,
            [
                SolanaAccountMeta.WritableSigner(payer),
                SolanaAccountMeta.Writable(channel),
                SolanaAccountMeta.Writable(AssociatedTokenAddress.Find(payer, mint, tokenProgram)),
                SolanaAccountMeta.Writable(AssociatedTokenAddress.Find(channel, mint, tokenProgram)),
                SolanaAccountMeta.Readonly(mint),
                SolanaAccountMeta.Readonly(tokenProgram),
            ],
            data);
    }

    /// <summary>The payee's last word: after it no voucher counts. With a voucher, the instruction right before it is the Ed25519 program's check of it. Signed by the payee.</summary>
    /// <param name="channel">The channel, open, or closing before its deadline.</param>
    /// <param name="payee">Its payee.</param>
    /// <param name="hasVoucher">Whether a last voucher counts, which must authorize more than what is settled.</param>
    public SolanaInstruction SettleAndSeal(SolanaAddress channel, SolanaAddress payee, bool hasVoucher) => new(
        ProgramId,
        [SolanaAccountMeta.ReadonlySigner(payee), SolanaAccountMeta.Writable(channel), SolanaAccountMeta.Readonly(Sysvars.Instructions)],
        new[] { (byte)Discriminator.SettleAndSeal, hasVoucher ? (byte)1 : (byte)0 });

    /// <summary>Starts the grace period. Signed by the payer.</summary>
    /// <param name="channel">The channel, open.</param>
    /// <param name="payer">Its payer.</param>
    public SolanaInstruction RequestClose(SolanaAddress channel, SolanaAddress payer) => new(
        ProgramId,
        [SolanaAccountMeta.ReadonlySigner(payer), SolanaAccountMeta.Writable(channel)],
        new[] { (byte)Discriminator.RequestClose });

    /// <summary>Ends a channel whose grace period is over. Nobody signs.</summary>
    /// <param name="channel">The channel, closing.</param>
    public SolanaInstruction Seal(SolanaAddress channel) => new(ProgramId, [SolanaAccountMeta.Writable(channel)], new[] { (byte)Discriminator.Seal });

    /// <summary>Pays out what is settled; on a sealed channel also the payer's rest and what rounding left, and ends the channel. Nobody signs.</summary>
    /// <remarks>Whoever's associated token account cannot be paid then loses the money to the treasury for good: look at the accounts first.</remarks>
    /// <param name="channel">The channel, open with something newly settled, or sealed.</param>
    /// <param name="terms">Its terms.</param>
    /// <param name="rentPayer">Who funded its rent.</param>
    /// <param name="tokenProgram">The mint's program.</param>
    /// <param name="splits">The shares that it was opened with.</param>
    public SolanaInstruction Distribute(SolanaAddress channel, in PaymentChannelTerms terms, SolanaAddress rentPayer, SolanaAddress tokenProgram, PaymentChannelSplits splits)
    {
        ArgumentNullException.ThrowIfNull(splits);
        var mint = terms.Mint;
        var data = new byte[1 + splits.Preimage.Length];
        data[0] = (byte)Discriminator.Distribute;
        splits.Preimage.Span.CopyTo(data.AsSpan(1));
        return new SolanaInstruction(
            ProgramId,
            [
                SolanaAccountMeta.Writable(channel),
                SolanaAccountMeta.Writable(terms.Payer),
                SolanaAccountMeta.Writable(rentPayer),
                SolanaAccountMeta.Writable(AssociatedTokenAddress.Find(channel, mint, tokenProgram)),
                SolanaAccountMeta.Writable(AssociatedTokenAddress.Find(terms.Payer, mint, tokenProgram)),
                SolanaAccountMeta.Writable(AssociatedTokenAddress.Find(terms.Payee, mint, tokenProgram)),
                SolanaAccountMeta.Writable(AssociatedTokenAddress.Find(TreasuryOwner, mint, tokenProgram)),
                SolanaAccountMeta.Readonly(mint),
                SolanaAccountMeta.Readonly(tokenProgram),
                SolanaAccountMeta.Readonly(EventAuthority),
                SolanaAccountMeta.Readonly(ProgramId),
                .. splits.Entries.Select(split => SolanaAccountMeta.Writable(AssociatedTokenAddress.Find(split.Recipient, mint, tokenProgram))),
            ],
            data);
    }

    /// <summary>Gives the payer its rest before anybody pays out. Once, and signed by the payer.</summary>
    /// <param name="channel">The channel, sealed.</param>
    /// <param name="payer">Its payer.</param>
    /// <param name="mint">Its token.</param>
    /// <param name="tokenProgram">The mint's program.</param>
    public SolanaInstruction WithdrawPayer(SolanaAddress channel, SolanaAddress payer, SolanaAddress mint, SolanaAddress tokenProgram) => new(
        ProgramId,
        [
            SolanaAccountMeta.ReadonlySigner(payer),
            SolanaAccountMeta.Writable(channel),
            SolanaAccountMeta.Writable(AssociatedTokenAddress.Find(channel, mint, tokenProgram)),
            SolanaAccountMeta.Writable(AssociatedTokenAddress.Find(payer, mint, tokenProgram)),
            SolanaAccountMeta.Readonly(mint),
            SolanaAccountMeta.Readonly(tokenProgram),
        ],
        new[] { (byte)Discriminator.WithdrawPayer });

    /// <summary>Gives the account's rent back, once <see cref="OpenSlotWindow"/> slots have passed since the open slot. Nobody signs.</summary>
    /// <param name="channel">The channel, distributed.</param>
    /// <param name="rentPayer">Who funded its rent.</param>
    public SolanaInstruction Reclaim(SolanaAddress channel, SolanaAddress rentPayer) => new(
        ProgramId,
        [SolanaAccountMeta.Writable(channel), SolanaAccountMeta.Writable(rentPayer)],
        new[] { (byte)Discriminator.Reclaim });

    private enum Discriminator : byte
    {
        Open = 1,
        Settle = 2,
        TopUp = 3,
        SettleAndSeal = 4,
        RequestClose = 5,
        Seal = 6,
        Distribute = 7,
        WithdrawPayer = 8,
        Reclaim = 9,
    }
}
