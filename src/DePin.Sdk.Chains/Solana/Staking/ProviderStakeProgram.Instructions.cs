using System.Buffers.Binary;
using DePin.Sdk.Chains.Solana.Channels;
using DePin.Sdk.Chains.Solana.Programs;
using DePin.Sdk.Chains.Solana.Transactions;
using DePin.Sdk.Jobs;

namespace DePin.Sdk.Chains.Solana.Staking;

/// <content>The instructions. Each takes exactly the accounts that stand here, in this order. Token accounts are the associated ones.</content>
public sealed partial class ProviderStakeProgram
{
    private const int ChannelTermsSizeInBytes = 145;

    private enum Tag : byte
    {
        InitializePool = 1,
        Register,
        AddStake,
        RequestUnstake,
        CancelUnstake,
        Withdraw,
        ShowReceipt,
        ForgetReceipt,
        OpenCase,
        NameVictim,
        ExtendCase,
        VetoCase,
        FinalizeCase,
        Collect,
    }

    /// <summary>Makes a pool and its vault.</summary>
    /// <param name="pool">The pool.</param>
    /// <param name="payer">Pays the rent; signs.</param>
    public SolanaInstruction InitializePool(ProviderStakePool pool, SolanaAddress payer)
    {
        ArgumentNullException.ThrowIfNull(pool);
        return Of(
            [
                SolanaAccountMeta.WritableSigner(payer),
                SolanaAccountMeta.Writable(pool.Address),
                SolanaAccountMeta.Writable(pool.Vault),
                SolanaAccountMeta.Readonly(pool.Terms.Mint),
                SolanaAccountMeta.Readonly(TokenProgram.ProgramId),
                SolanaAccountMeta.Readonly(SystemProgram.ProgramId),
                SolanaAccountMeta.Readonly(AssociatedTokenProgram.ProgramId),
            ],
            Tag.InitializePool,
            pool.Terms.ToArray());
    }

    /// <summary>Stakes for a key that signs receipts.</summary>
    /// <param name="pool">The pool.</param>
    /// <param name="provider">Who stakes; signs.</param>
    /// <param name="key">The key; signs, so that nobody registers a key of somebody else.</param>
    /// <param name="payer">Pays the rent; signs.</param>
    /// <param name="amount">In base units; the pool's minimum at least.</param>
    public SolanaInstruction Register(ProviderStakePool pool, SolanaAddress provider, SolanaAddress key, SolanaAddress payer, ulong amount)
    {
        ArgumentNullException.ThrowIfNull(pool);
        return Of(
            [
                SolanaAccountMeta.Readonly(pool.Address),
                SolanaAccountMeta.ReadonlySigner(provider),
                SolanaAccountMeta.ReadonlySigner(key),
                SolanaAccountMeta.WritableSigner(payer),
                SolanaAccountMeta.Writable(FindStake(pool.Address, key)),
                SolanaAccountMeta.Writable(TokensOf(pool, provider)),
                .. VaultOf(pool),
                SolanaAccountMeta.Readonly(SystemProgram.ProgramId),
            ],
            Tag.Register,
            Number(amount));
    }

    /// <summary>Adds to the stake in force.</summary>
    /// <param name="pool">The pool.</param>
    /// <param name="provider">Who staked; signs.</param>
    /// <param name="key">The key whose receipts the stake answers for.</param>
    /// <param name="amount">In base units, above zero.</param>
    public SolanaInstruction AddStake(ProviderStakePool pool, SolanaAddress provider, SolanaAddress key, ulong amount)
    {
        ArgumentNullException.ThrowIfNull(pool);
        return Of([.. StakeOf(pool, provider, key), SolanaAccountMeta.Writable(TokensOf(pool, provider)), .. VaultOf(pool)], Tag.AddStake, Number(amount));
    }

    /// <summary>Starts the thaw of a part of the stake; what thawed before starts again with it.</summary>
    /// <param name="pool">The pool.</param>
    /// <param name="provider">Who staked; signs.</param>
    /// <param name="key">The key whose receipts the stake answers for.</param>
    /// <param name="amount">In base units; what is left is nothing, or the pool's minimum at least.</param>
    public SolanaInstruction RequestUnstake(ProviderStakePool pool, SolanaAddress provider, SolanaAddress key, ulong amount) =>
        Of(StakeOf(pool, provider, key), Tag.RequestUnstake, Number(amount));

    /// <summary>Takes the thaw back: everything is in force again.</summary>
    /// <param name="pool">The pool.</param>
    /// <param name="provider">Who staked; signs.</param>
    /// <param name="key">The key whose receipts the stake answers for.</param>
    public SolanaInstruction CancelUnstake(ProviderStakePool pool, SolanaAddress provider, SolanaAddress key) => Of(StakeOf(pool, provider, key), Tag.CancelUnstake);

    /// <summary>Pays the provider what has thawed, unless a case is open.</summary>
    /// <param name="pool">The pool.</param>
    /// <param name="provider">Who staked; signs.</param>
    /// <param name="key">The key whose receipts the stake answers for.</param>
    public SolanaInstruction Withdraw(ProviderStakePool pool, SolanaAddress provider, SolanaAddress key)
    {
        ArgumentNullException.ThrowIfNull(pool);
        return Of([.. StakeOf(pool, provider, key), SolanaAccountMeta.Writable(TokensOf(pool, provider)), .. VaultOf(pool)], Tag.Withdraw);
    }

    /// <summary>Keeps what a receipt says. The instruction right before it is the Ed25519 program's check of its signature (<see cref="Ed25519Program.Verify"/>).</summary>
    /// <param name="stake">The stake that answers.</param>
    /// <param name="reporter">Who shows it, and pays the rent; signs.</param>
    /// <param name="statement">The bytes that were signed.</param>
    public SolanaInstruction ShowReceipt(SolanaAddress stake, SolanaAddress reporter, ReadOnlySpan<byte> statement) => Of(
        [
            SolanaAccountMeta.WritableSigner(reporter),
            SolanaAccountMeta.Readonly(stake),
            SolanaAccountMeta.Writable(FindReceipt(stake, reporter, statement)),
            SolanaAccountMeta.Readonly(Sysvars.Instructions),
            SolanaAccountMeta.Readonly(SystemProgram.ProgramId),
        ],
        Tag.ShowReceipt);

    /// <summary>Gives the rent for a receipt that was shown back.</summary>
    /// <param name="reporter">Who showed it; signs.</param>
    /// <param name="receipt">Where it was shown (<see cref="FindReceipt"/>).</param>
    public SolanaInstruction ForgetReceipt(SolanaAddress reporter, SolanaAddress receipt) =>
        Of([SolanaAccountMeta.WritableSigner(reporter), SolanaAccountMeta.Writable(receipt)], Tag.ForgetReceipt);

    /// <summary>Opens a case with two receipts that were shown, and gives their rent back.</summary>
    /// <param name="pool">The pool.</param>
    /// <param name="key">The key that signed them.</param>
    /// <param name="reporter">Who showed them; posts the bond; signs.</param>
    /// <param name="job">The job that they are for.</param>
    /// <param name="first">Where one was shown.</param>
    /// <param name="second">Where the other was.</param>
    public SolanaInstruction OpenCase(ProviderStakePool pool, SolanaAddress key, SolanaAddress reporter, JobId job, SolanaAddress first, SolanaAddress second)
    {
        ArgumentNullException.ThrowIfNull(pool);
        var stake = FindStake(pool.Address, key);
        return Of(
            [
                SolanaAccountMeta.Readonly(pool.Address),
                SolanaAccountMeta.WritableSigner(reporter),
                SolanaAccountMeta.Writable(stake),
                SolanaAccountMeta.Writable(first),
                SolanaAccountMeta.Writable(second),
                SolanaAccountMeta.Writable(FindCase(stake, job)),
                SolanaAccountMeta.Writable(TokensOf(pool, reporter)),
                .. VaultOf(pool),
                SolanaAccountMeta.Readonly(SystemProgram.ProgramId),
            ],
            Tag.OpenCase);
    }

    /// <summary>Shows that the payer of the receipts' payment channel is the victim. Nobody signs.</summary>
    /// <param name="pool">The pool.</param>
    /// <param name="entry">The case.</param>
    /// <param name="channel">What the channel's address is derived from.</param>
    public SolanaInstruction NameVictim(ProviderStakePool pool, SolanaAddress entry, in PaymentChannelTerms channel)
    {
        ArgumentNullException.ThrowIfNull(pool);
        new PaymentChannelProgram(pool.Terms.ChannelsProgram, default).FindChannel(channel, out byte bump);
        byte[] data = new byte[ChannelTermsSizeInBytes];
        channel.Payer.CopyTo(data);
        channel.Payee.CopyTo(data.AsSpan(32));
        channel.Mint.CopyTo(data.AsSpan(64));
        channel.AuthorizedSigner.CopyTo(data.AsSpan(96));
        BinaryPrimitives.WriteUInt64LittleEndian(data.AsSpan(128), channel.Salt);
        BinaryPrimitives.WriteUInt64LittleEndian(data.AsSpan(136), channel.OpenSlot);
        data[144] = bump;
        return Of([SolanaAccountMeta.Readonly(pool.Address), SolanaAccountMeta.Writable(entry)], Tag.NameVictim, data);
    }

    /// <summary>Doubles a case's veto window, once.</summary>
    /// <param name="pool">The pool, whose guardian signs.</param>
    /// <param name="entry">The case.</param>
    public SolanaInstruction ExtendCase(ProviderStakePool pool, SolanaAddress entry)
    {
        ArgumentNullException.ThrowIfNull(pool);
        return Of([SolanaAccountMeta.Readonly(pool.Address), SolanaAccountMeta.ReadonlySigner(pool.Terms.Guardian), SolanaAccountMeta.Writable(entry)], Tag.ExtendCase);
    }

    /// <summary>Ends a case without a slash.</summary>
    /// <param name="pool">The pool, whose guardian signs.</param>
    /// <param name="entry">The case.</param>
    /// <param name="stake">The stake that answers.</param>
    /// <param name="isBondLost">Whether the bond goes to the treasury, for a case that was an abuse.</param>
    public SolanaInstruction VetoCase(ProviderStakePool pool, SolanaAddress entry, SolanaAddress stake, bool isBondLost)
    {
        ArgumentNullException.ThrowIfNull(pool);
        return Of(
            [SolanaAccountMeta.Readonly(pool.Address), SolanaAccountMeta.ReadonlySigner(pool.Terms.Guardian), SolanaAccountMeta.Writable(entry), SolanaAccountMeta.Writable(stake)],
            Tag.VetoCase,
            [(byte)(isBondLost ? 1 : 0)]);
    }

    /// <summary>Ends a case whose veto window is over, with a slash. Nobody signs.</summary>
    /// <param name="pool">The pool.</param>
    /// <param name="entry">The case.</param>
    /// <param name="stake">The stake that answers.</param>
    public SolanaInstruction FinalizeCase(ProviderStakePool pool, SolanaAddress entry, SolanaAddress stake)
    {
        ArgumentNullException.ThrowIfNull(pool);
        return Of([SolanaAccountMeta.Readonly(pool.Address), SolanaAccountMeta.Writable(entry), SolanaAccountMeta.Writable(stake)], Tag.FinalizeCase);
    }

    /// <summary>Pays what a case owes. Nobody signs.</summary>
    /// <param name="pool">The pool.</param>
    /// <param name="entry">The case.</param>
    /// <param name="who">Whom it owes.</param>
    /// <param name="owner">Who that is; its associated token account is paid, and must exist.</param>
    public SolanaInstruction Collect(ProviderStakePool pool, SolanaAddress entry, ProviderStakeBeneficiary who, SolanaAddress owner)
    {
        ArgumentNullException.ThrowIfNull(pool);
        var vault = VaultOf(pool);
        return Of(
            [SolanaAccountMeta.Readonly(pool.Address), SolanaAccountMeta.Writable(entry), vault[0], SolanaAccountMeta.Writable(TokensOf(pool, owner)), vault[1], vault[2]],
            Tag.Collect,
            [(byte)who]);
    }

    private SolanaAccountMeta[] StakeOf(ProviderStakePool pool, SolanaAddress provider, SolanaAddress key)
    {
        ArgumentNullException.ThrowIfNull(pool);
        return [SolanaAccountMeta.Readonly(pool.Address), SolanaAccountMeta.ReadonlySigner(provider), SolanaAccountMeta.Writable(FindStake(pool.Address, key))];
    }

    private static SolanaAccountMeta[] VaultOf(ProviderStakePool pool) =>
        [SolanaAccountMeta.Writable(pool.Vault), SolanaAccountMeta.Readonly(pool.Terms.Mint), SolanaAccountMeta.Readonly(TokenProgram.ProgramId)];

    private static SolanaAddress TokensOf(ProviderStakePool pool, SolanaAddress owner) => AssociatedTokenAddress.Find(owner, pool.Terms.Mint, TokenProgram.ProgramId);

    private static byte[] Number(ulong value)
    {
        byte[] data = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(data, value);
        return data;
    }

    private SolanaInstruction Of(SolanaAccountMeta[] accounts, Tag tag, params ReadOnlySpan<byte> data) => new(ProgramId, accounts, (byte[])[(byte)tag, .. data]);
}
