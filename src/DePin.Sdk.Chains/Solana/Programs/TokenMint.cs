using System.Buffers.Binary;
using DePin.Sdk.Chains.Solana.Programs.Internal;

namespace DePin.Sdk.Chains.Solana.Programs;

/// <summary>What a mint holds, which is a token's own account, of SPL Token or Token-2022.</summary>
public sealed record TokenMint
{
    /// <summary>The size of the account's data without extensions.</summary>
    public const int SizeInBytes = 82;

    /// <summary>Who may make tokens; null for nobody, ever.</summary>
    public SolanaAddress? MintAuthority { get; init; }

    /// <summary>The tokens that there are, in base units.</summary>
    public required ulong Supply { get; init; }

    /// <summary>How many digits of an amount are after the point.</summary>
    public required byte Decimals { get; init; }

    /// <summary>Whether it is a mint already.</summary>
    public required bool IsInitialized { get; init; }

    /// <summary>Who may stop accounts; null for nobody, ever.</summary>
    public SolanaAddress? FreezeAuthority { get; init; }

    /// <summary>What Token-2022 added; empty for SPL Token.</summary>
    public IReadOnlyList<TokenExtension> Extensions { get; init; } = [];

    /// <summary>Reads an account's data.</summary>
    /// <param name="data">The data.</param>
    /// <param name="tokenProgram">The program that owns the account; it says which layouts are possible.</param>
    /// <exception cref="SolanaFormatException">The owner is no token program, or the data no mint of it.</exception>
    public static TokenMint Read(ReadOnlySpan<byte> data, SolanaAddress tokenProgram)
    {
        var extensions = TokenReader.ReadExtensions(data, tokenProgram, SizeInBytes, kind: 1, "mint");
        if (data[45] > 1)
        {
            throw new SolanaFormatException($"Whether a mint is initialized is said by 0 or 1, not {data[45]}.", 45);
        }

        return new TokenMint
        {
            MintAuthority = TokenReader.ReadOptionalAddress(data, 0),
            Supply = BinaryPrimitives.ReadUInt64LittleEndian(data[36..]),
            Decimals = data[44],
            IsInitialized = data[45] == 1,
            FreezeAuthority = TokenReader.ReadOptionalAddress(data, 46),
            Extensions = extensions,
        };
    }

    /// <summary>Whether payments of the token arrive whole and stay, and if not why. A program that pays may have stricter rules of its own.</summary>
    public TokenPaymentProblem FindPaymentProblem() => IsInitialized ? PaymentProblems.FirstOf(Extensions) : TokenPaymentProblem.NotInitialized;
}
