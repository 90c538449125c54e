using System.Buffers.Binary;
using DePin.Sdk.Chains.Solana.Programs.Internal;

namespace DePin.Sdk.Chains.Solana.Programs;

/// <summary>What a token account holds, of SPL Token or Token-2022.</summary>
public sealed record TokenAccount
{
    /// <summary>The size of the account's data without extensions.</summary>
    public const int SizeInBytes = 165;

    /// <summary>The token.</summary>
    public required SolanaAddress Mint { get; init; }

    /// <summary>Who may spend.</summary>
    public required SolanaAddress Owner { get; init; }

    /// <summary>The balance, in base units.</summary>
    public required ulong Amount { get; init; }

    /// <summary>Who else may spend, up to <see cref="DelegatedAmount"/>.</summary>
    public SolanaAddress? Delegate { get; init; }

    /// <summary>Whether it can be used.</summary>
    public required TokenAccountState State { get; init; }

    /// <summary>For wrapped SOL, the lamports that are its rent and not part of <see cref="Amount"/>; null for other tokens.</summary>
    public ulong? NativeReserve { get; init; }

    /// <summary>What <see cref="Delegate"/> may still spend, in base units.</summary>
    public ulong DelegatedAmount { get; init; }

    /// <summary>Who may close it beside the owner.</summary>
    public SolanaAddress? CloseAuthority { get; init; }

    /// <summary>What Token-2022 added; empty for SPL Token.</summary>
    public IReadOnlyList<TokenExtension> Extensions { get; init; } = [];

    /// <summary>Reads an account's data.</summary>
    /// <param name="data">The data.</param>
    /// <param name="tokenProgram">The program that owns the account; it says which layouts are possible.</param>
    /// <exception cref="SolanaFormatException">The owner is no token program, or the data no token account of it.</exception>
    public static TokenAccount Read(ReadOnlySpan<byte> data, SolanaAddress tokenProgram)
    {
        var extensions = TokenReader.ReadExtensions(data, tokenProgram, SizeInBytes, kind: 2, "token account");
        if (data[108] > (byte)TokenAccountState.Frozen)
        {
            throw new SolanaFormatException($"A token account's state is 0, 1 or 2, not {data[108]}.", 108);
        }

        return new TokenAccount
        {
            Mint = new SolanaAddress(data[..32]),
            Owner = new SolanaAddress(data.Slice(32, 32)),
            Amount = BinaryPrimitives.ReadUInt64LittleEndian(data[64..]),
            Delegate = TokenReader.ReadOptionalAddress(data, 72),
            State = (TokenAccountState)data[108],
            NativeReserve = TokenReader.ReadOptionalNumber(data, 109),
            DelegatedAmount = BinaryPrimitives.ReadUInt64LittleEndian(data[121..]),
            CloseAuthority = TokenReader.ReadOptionalAddress(data, 129),
            Extensions = extensions,
        };
    }

    /// <summary>Whether a wallet's account can receive payments of a mint, and if not why. A program that pays may have stricter rules of its own.</summary>
    /// <param name="mint">The token.</param>
    /// <param name="owner">The wallet.</param>
    public TokenPaymentProblem FindPaymentProblem(SolanaAddress mint, SolanaAddress owner) => this switch
    {
        { State: TokenAccountState.Uninitialized } => TokenPaymentProblem.NotInitialized,
        _ when Mint != mint => TokenPaymentProblem.OtherMint,
        _ when Owner != owner => TokenPaymentProblem.OtherOwner,
        { State: TokenAccountState.Frozen } => TokenPaymentProblem.Frozen,
        _ => PaymentProblems.FirstOf(Extensions),
    };
}
