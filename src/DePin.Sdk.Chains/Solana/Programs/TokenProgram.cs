using System.Buffers.Binary;
using DePin.Sdk.Chains.Solana.Transactions;

namespace DePin.Sdk.Chains.Solana.Programs;

/// <summary>Instructions that SPL Token and Token-2022 share. Amounts are base units of the mint. Where no program is named, it is <see cref="ProgramId"/>; the mint's own must be named.</summary>
public static class TokenProgram
{
    private const byte ApproveTag = 4, RevokeTag = 5, SetAuthorityTag = 6, MintToTag = 7, BurnTag = 8, CloseAccountTag = 9, FreezeAccountTag = 10, ThawAccountTag = 11,
        TransferCheckedTag = 12, ApproveCheckedTag = 13, SyncNativeTag = 17, InitializeAccount3Tag = 18, InitializeMint2Tag = 20;

    /// <summary>SPL Token.</summary>
    public static SolanaAddress ProgramId { get; } = SolanaAddress.Parse("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA");

    /// <summary>Token-2022, whose mints may have extensions.</summary>
    public static SolanaAddress Token2022ProgramId { get; } = SolanaAddress.Parse("TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb");

    /// <summary>The mint of wrapped SOL in SPL Token.</summary>
    public static SolanaAddress NativeMint { get; } = SolanaAddress.Parse("So11111111111111111111111111111111111111112");

    /// <summary>Moves tokens; mint and decimals are checked.</summary>
    /// <param name="source">The token account that pays.</param>
    /// <param name="mint">The token.</param>
    /// <param name="destination">The token account that receives.</param>
    /// <param name="owner">The source's owner or delegate; signs.</param>
    /// <param name="amount">Base units.</param>
    /// <param name="decimals">The mint's decimals.</param>
    /// <param name="tokenProgram">The mint's program.</param>
    public static SolanaInstruction TransferChecked(
        SolanaAddress source, SolanaAddress mint, SolanaAddress destination, SolanaAddress owner, ulong amount, byte decimals, SolanaAddress? tokenProgram = null) => new(
            tokenProgram ?? ProgramId,
            new[] { SolanaAccountMeta.Writable(source), SolanaAccountMeta.Readonly(mint), SolanaAccountMeta.Writable(destination), SolanaAccountMeta.ReadonlySigner(owner) },
            Amount(TransferCheckedTag, amount, decimals));

    /// <summary>Makes new tokens.</summary>
    /// <param name="mint">The token.</param>
    /// <param name="destination">The token account that receives.</param>
    /// <param name="authority">The mint's authority; signs.</param>
    /// <param name="amount">Base units.</param>
    /// <param name="tokenProgram">The mint's program.</param>
    public static SolanaInstruction MintTo(SolanaAddress mint, SolanaAddress destination, SolanaAddress authority, ulong amount, SolanaAddress? tokenProgram = null) => new(
        tokenProgram ?? ProgramId,
        new[] { SolanaAccountMeta.Writable(mint), SolanaAccountMeta.Writable(destination), SolanaAccountMeta.ReadonlySigner(authority) },
        Amount(MintToTag, amount));

    /// <summary>Destroys tokens.</summary>
    /// <param name="account">The token account.</param>
    /// <param name="mint">The token.</param>
    /// <param name="owner">The account's owner or delegate; signs.</param>
    /// <param name="amount">Base units.</param>
    /// <param name="tokenProgram">The mint's program.</param>
    public static SolanaInstruction Burn(SolanaAddress account, SolanaAddress mint, SolanaAddress owner, ulong amount, SolanaAddress? tokenProgram = null) => new(
        tokenProgram ?? ProgramId,
        new[] { SolanaAccountMeta.Writable(account), SolanaAccountMeta.Writable(mint), SolanaAccountMeta.ReadonlySigner(owner) },
        Amount(BurnTag, amount));

    /// <summary>Lets another account spend up to an amount, in place of any earlier delegate.</summary>
    /// <param name="account">The token account.</param>
    /// <param name="delegate">Who may spend.</param>
    /// <param name="owner">The account's owner; signs.</param>
    /// <param name="amount">Base units.</param>
    /// <param name="tokenProgram">The mint's program.</param>
    public static SolanaInstruction Approve(SolanaAddress account, SolanaAddress @delegate, SolanaAddress owner, ulong amount, SolanaAddress? tokenProgram = null) => new(
        tokenProgram ?? ProgramId,
        new[] { SolanaAccountMeta.Writable(account), SolanaAccountMeta.Readonly(@delegate), SolanaAccountMeta.ReadonlySigner(owner) },
        Amount(ApproveTag, amount));

    /// <summary>Lets another account spend up to an amount; mint and decimals are checked.</summary>
    /// <param name="account">The token account.</param>
    /// <param name="mint">The token.</param>
    /// <param name="delegate">Who may spend.</param>
    /// <param name="owner">The account's owner; signs.</param>
    /// <param name="amount">Base units.</param>
    /// <param name="decimals">The mint's decimals.</param>
    /// <param name="tokenProgram">The mint's program.</param>
    public static SolanaInstruction ApproveChecked(
        SolanaAddress account, SolanaAddress mint, SolanaAddress @delegate, SolanaAddress owner, ulong amount, byte decimals, SolanaAddress? tokenProgram = null) => new(
            tokenProgram ?? ProgramId,
            new[] { SolanaAccountMeta.Writable(account), SolanaAccountMeta.Readonly(mint), SolanaAccountMeta.Readonly(@delegate), SolanaAccountMeta.ReadonlySigner(owner) },
            Amount(ApproveCheckedTag, amount, decimals));

    /// <summary>Takes back what <see cref="Approve"/> allowed.</summary>
    /// <param name="account">The token account.</param>
    /// <param name="owner">Its owner; signs.</param>
    /// <param name="tokenProgram">The mint's program.</param>
    public static SolanaInstruction Revoke(SolanaAddress account, SolanaAddress owner, SolanaAddress? tokenProgram = null) => new(
        tokenProgram ?? ProgramId, new[] { SolanaAccountMeta.Writable(account), SolanaAccountMeta.ReadonlySigner(owner) }, new[] { RevokeTag });

    /// <summary>Closes an empty token account, or one of wrapped SOL, and hands out its lamports.</summary>
    /// <param name="account">The token account.</param>
    /// <param name="destination">Who receives the lamports.</param>
    /// <param name="authority">The account's owner or close authority; signs.</param>
    /// <param name="tokenProgram">The mint's program.</param>
    public static SolanaInstruction CloseAccount(SolanaAddress account, SolanaAddress destination, SolanaAddress authority, SolanaAddress? tokenProgram = null) => new(
        tokenProgram ?? ProgramId,
        new[] { SolanaAccountMeta.Writable(account), SolanaAccountMeta.Writable(destination), SolanaAccountMeta.ReadonlySigner(authority) },
        new[] { CloseAccountTag });

    /// <summary>Stops a token account.</summary>
    /// <param name="account">The token account.</param>
    /// <param name="mint">The token.</param>
    /// <param name="authority">The mint's freeze authority; signs.</param>
    /// <param name="tokenProgram">The mint's program.</param>
    public static SolanaInstruction FreezeAccount(SolanaAddress account, SolanaAddress mint, SolanaAddress authority, SolanaAddress? tokenProgram = null) => new(
        tokenProgram ?? ProgramId,
        new[] { SolanaAccountMeta.Writable(account), SolanaAccountMeta.Readonly(mint), SolanaAccountMeta.ReadonlySigner(authority) },
        new[] { FreezeAccountTag });

    /// <summary>Lets a stopped token account go on.</summary>
    /// <param name="account">The token account.</param>
    /// <param name="mint">The token.</param>
    /// <param name="authority">The mint's freeze authority; signs.</param>
    /// <param name="tokenProgram">The mint's program.</param>
    public static SolanaInstruction ThawAccount(SolanaAddress account, SolanaAddress mint, SolanaAddress authority, SolanaAddress? tokenProgram = null) => new(
        tokenProgram ?? ProgramId,
        new[] { SolanaAccountMeta.Writable(account), SolanaAccountMeta.Readonly(mint), SolanaAccountMeta.ReadonlySigner(authority) },
        new[] { ThawAccountTag });

    /// <summary>Makes an account of wrapped SOL count the lamports that were sent to it.</summary>
    /// <param name="account">The token account.</param>
    /// <param name="tokenProgram">The mint's program.</param>
    public static SolanaInstruction SyncNative(SolanaAddress account, SolanaAddress? tokenProgram = null) => new(
        tokenProgram ?? ProgramId, new[] { SolanaAccountMeta.Writable(account) }, new[] { SyncNativeTag });

    /// <summary>Hands an authority to somebody else, or gives it up for ever.</summary>
    /// <param name="account">The mint or token account.</param>
    /// <param name="authority">Who has it; signs.</param>
    /// <param name="kind">What it may do.</param>
    /// <param name="newAuthority">Who gets it; null for nobody.</param>
    /// <param name="tokenProgram">The mint's program.</param>
    public static SolanaInstruction SetAuthority(SolanaAddress account, SolanaAddress authority, TokenAuthority kind, SolanaAddress? newAuthority, SolanaAddress? tokenProgram = null)
    {
        var data = new byte[newAuthority is null ? 3 : 35];
        (data[0], data[1]) = (SetAuthorityTag, (byte)kind);
        WriteOptional(data.AsSpan(2), newAuthority);
        return new(tokenProgram ?? ProgramId, new[] { SolanaAccountMeta.Writable(account), SolanaAccountMeta.ReadonlySigner(authority) }, data);
    }

    /// <summary>Makes a mint of an account that was created with <see cref="TokenMint.SizeInBytes"/> bytes for the token program.</summary>
    /// <param name="mint">The account.</param>
    /// <param name="decimals">How many digits of an amount are after the point.</param>
    /// <param name="mintAuthority">Who may make tokens.</param>
    /// <param name="freezeAuthority">Who may stop accounts; null for nobody, ever.</param>
    /// <param name="tokenProgram">The mint's program.</param>
    public static SolanaInstruction InitializeMint(SolanaAddress mint, byte decimals, SolanaAddress mintAuthority, SolanaAddress? freezeAuthority = null, SolanaAddress? tokenProgram = null)
    {
        var data = new byte[freezeAuthority is null ? 35 : 67];
        (data[0], data[1]) = (InitializeMint2Tag, decimals);
        mintAuthority.CopyTo(data.AsSpan(2));
        WriteOptional(data.AsSpan(34), freezeAuthority);
        return new(tokenProgram ?? ProgramId, new[] { SolanaAccountMeta.Writable(mint) }, data);
    }

    /// <summary>Makes a token account of an account that was created with <see cref="TokenAccount.SizeInBytes"/> bytes for the token program.</summary>
    /// <param name="account">The account.</param>
    /// <param name="mint">The token.</param>
    /// <param name="owner">Who may spend.</param>
    /// <param name="tokenProgram">The mint's program.</param>
    public static SolanaInstruction InitializeAccount(SolanaAddress account, SolanaAddress mint, SolanaAddress owner, SolanaAddress? tokenProgram = null)
    {
        var data = new byte[33];
        data[0] = InitializeAccount3Tag;
        owner.CopyTo(data.AsSpan(1));
        return new(tokenProgram ?? ProgramId, new[] { SolanaAccountMeta.Writable(account), SolanaAccountMeta.Readonly(mint) }, data);
    }

    /// <summary>Whether a program is one of the two.</summary>
    public static bool IsTokenProgram(SolanaAddress program) => program == ProgramId || program == Token2022ProgramId;

    private static byte[] Amount(byte tag, ulong amount)
    {
        var data = new byte[9];
        data[0] = tag;
        BinaryPrimitives.WriteUInt64LittleEndian(data.AsSpan(1), amount);
        return data;
    }

    private static byte[] Amount(byte tag, ulong amount, byte decimals)
    {
        var data = new byte[10];
        data[0] = tag;
        BinaryPrimitives.WriteUInt64LittleEndian(data.AsSpan(1), amount);
        data[9] = decimals;
        return data;
    }

    private static void WriteOptional(Span<byte> destination, SolanaAddress? address)
    {
        if (address is { } some)
        {
            destination[0] = 1;
            some.CopyTo(destination[1..]);
        }
    }
}
