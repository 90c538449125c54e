using System.Buffers.Binary;
using DePin.Sdk.Chains.Solana.Transactions;

namespace DePin.Sdk.Chains.Solana.Programs;

/// <summary>Instructions of the System program, which owns wallets: SOL moves, accounts are made, and nonces kept. Lamports are 10^-9 SOL.</summary>
public static class SystemProgram
{
    private const uint CreateAccountTag = 0, AssignTag = 1, TransferTag = 2, AdvanceNonceTag = 4, WithdrawNonceTag = 5, InitializeNonceTag = 6, AuthorizeNonceTag = 7, AllocateTag = 8;

    /// <summary>The program.</summary>
    public static SolanaAddress ProgramId => default;

    /// <summary>Moves SOL.</summary>
    /// <param name="from">A wallet; signs.</param>
    /// <param name="to">Any account.</param>
    /// <param name="lamports">How much.</param>
    public static SolanaInstruction Transfer(SolanaAddress from, SolanaAddress to, ulong lamports)
    {
        var data = Data(TransferTag, 8);
        BinaryPrimitives.WriteUInt64LittleEndian(data.AsSpan(4), lamports);
        return new(ProgramId, new[] { SolanaAccountMeta.WritableSigner(from), SolanaAccountMeta.Writable(to) }, data);
    }

    /// <summary>Makes an account and gives it to a program.</summary>
    /// <param name="payer">Pays the lamports; signs.</param>
    /// <param name="account">A new key; signs.</param>
    /// <param name="lamports">What it holds; below the rent-exempt minimum for its space it is refused.</param>
    /// <param name="space">Its data, in bytes.</param>
    /// <param name="owner">The program that it belongs to.</param>
    public static SolanaInstruction CreateAccount(SolanaAddress payer, SolanaAddress account, ulong lamports, ulong space, SolanaAddress owner)
    {
        var data = Data(CreateAccountTag, 48);
        BinaryPrimitives.WriteUInt64LittleEndian(data.AsSpan(4), lamports);
        BinaryPrimitives.WriteUInt64LittleEndian(data.AsSpan(12), space);
        owner.CopyTo(data.AsSpan(20));
        return new(ProgramId, new[] { SolanaAccountMeta.WritableSigner(payer), SolanaAccountMeta.WritableSigner(account) }, data);
    }

    /// <summary>Gives a wallet to a program.</summary>
    /// <param name="account">The wallet; signs.</param>
    /// <param name="owner">The program.</param>
    public static SolanaInstruction Assign(SolanaAddress account, SolanaAddress owner)
    {
        var data = Data(AssignTag, 32);
        owner.CopyTo(data.AsSpan(4));
        return new(ProgramId, new[] { SolanaAccountMeta.WritableSigner(account) }, data);
    }

    /// <summary>Gives a wallet room for data.</summary>
    /// <param name="account">The wallet; signs.</param>
    /// <param name="space">Bytes.</param>
    public static SolanaInstruction Allocate(SolanaAddress account, ulong space)
    {
        var data = Data(AllocateTag, 8);
        BinaryPrimitives.WriteUInt64LittleEndian(data.AsSpan(4), space);
        return new(ProgramId, new[] { SolanaAccountMeta.WritableSigner(account) }, data);
    }

    /// <summary>Makes a nonce account of one that was created with <see cref="NonceAccount.SizeInBytes"/> bytes for the System program.</summary>
    /// <param name="nonceAccount">The account.</param>
    /// <param name="authority">Who may advance, withdraw and authorize.</param>
    public static SolanaInstruction InitializeNonce(SolanaAddress nonceAccount, SolanaAddress authority)
    {
        var data = Data(InitializeNonceTag, 32);
        authority.CopyTo(data.AsSpan(4));
        return new(
            ProgramId,
            new[] { SolanaAccountMeta.Writable(nonceAccount), SolanaAccountMeta.Readonly(Sysvars.RecentBlockhashes), SolanaAccountMeta.Readonly(Sysvars.Rent) },
            data);
    }

    /// <summary>Uses a nonce up. As a transaction's first instruction it lets the nonce stand for the recent block's hash, so that the transaction never expires.</summary>
    /// <param name="nonceAccount">The account.</param>
    /// <param name="authority">Its authority; signs.</param>
    public static SolanaInstruction AdvanceNonce(SolanaAddress nonceAccount, SolanaAddress authority) => new(
        ProgramId,
        new[] { SolanaAccountMeta.Writable(nonceAccount), SolanaAccountMeta.Readonly(Sysvars.RecentBlockhashes), SolanaAccountMeta.ReadonlySigner(authority) },
        Data(AdvanceNonceTag, 0));

    /// <summary>Takes SOL out of a nonce account; all of it closes the account, once its nonce is not of the current block.</summary>
    /// <param name="nonceAccount">The account.</param>
    /// <param name="authority">Its authority; signs.</param>
    /// <param name="to">Who receives it.</param>
    /// <param name="lamports">How much; what stays must be the rent-exempt minimum.</param>
    public static SolanaInstruction WithdrawNonce(SolanaAddress nonceAccount, SolanaAddress authority, SolanaAddress to, ulong lamports)
    {
        var data = Data(WithdrawNonceTag, 8);
        BinaryPrimitives.WriteUInt64LittleEndian(data.AsSpan(4), lamports);
        return new(
            ProgramId,
            new[]
            {
                SolanaAccountMeta.Writable(nonceAccount),
                SolanaAccountMeta.Writable(to),
                SolanaAccountMeta.Readonly(Sysvars.RecentBlockhashes),
                SolanaAccountMeta.Readonly(Sysvars.Rent),
                SolanaAccountMeta.ReadonlySigner(authority),
            },
            data);
    }

    /// <summary>Hands a nonce account to another authority.</summary>
    /// <param name="nonceAccount">The account.</param>
    /// <param name="authority">Its authority; signs.</param>
    /// <param name="newAuthority">The next one.</param>
    public static SolanaInstruction AuthorizeNonce(SolanaAddress nonceAccount, SolanaAddress authority, SolanaAddress newAuthority)
    {
        var data = Data(AuthorizeNonceTag, 32);
        newAuthority.CopyTo(data.AsSpan(4));
        return new(ProgramId, new[] { SolanaAccountMeta.Writable(nonceAccount), SolanaAccountMeta.ReadonlySigner(authority) }, data);
    }

    internal static bool IsAdvanceNonce(SolanaInstruction instruction) =>
        instruction.ProgramId.IsZero && instruction.Accounts.Count > 0 && IsAdvanceNonce(instruction.Data.Span);

    internal static bool IsAdvanceNonce(ReadOnlySpan<byte> data) => data.Length >= 4 && BinaryPrimitives.ReadUInt32LittleEndian(data) == AdvanceNonceTag;

    private static byte[] Data(uint tag, int arguments)
    {
        var data = new byte[4 + arguments];
        BinaryPrimitives.WriteUInt32LittleEndian(data, tag);
        return data;
    }
}
