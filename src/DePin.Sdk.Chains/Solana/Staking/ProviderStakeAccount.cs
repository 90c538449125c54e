using System.Buffers.Binary;
using DePin.Sdk.Chains.Solana.Staking.Internal;

namespace DePin.Sdk.Chains.Solana.Staking;

/// <summary>A provider's stake for one key, as the program keeps it.</summary>
public sealed record ProviderStakeAccount
{
    /// <summary>The length of the account, in bytes.</summary>
    public const int SizeInBytes = 128;

    /// <summary>Where the pool stands, for filters of <c>getProgramAccounts</c>.</summary>
    public const int PoolOffset = 32;

    /// <summary>Where the provider stands, for filters of <c>getProgramAccounts</c>.</summary>
    public const int ProviderOffset = 64;

    /// <summary>The pool under whose terms it is.</summary>
    public required SolanaAddress Pool { get; init; }

    /// <summary>Who staked, and alone moves the stake.</summary>
    public required SolanaAddress Provider { get; init; }

    /// <summary>The key whose receipts it answers for.</summary>
    public required SolanaAddress Key { get; init; }

    /// <summary>The stake in force, in base units.</summary>
    public required ulong Stake { get; init; }

    /// <summary>The stake on its way out, which can be slashed all the same.</summary>
    public required ulong Thawing { get; init; }

    /// <summary>When what thaws can be withdrawn; meaningless while nothing thaws.</summary>
    public required DateTimeOffset ThawEnd { get; init; }

    /// <summary>How many cases are open against it; while there are, nothing can be withdrawn.</summary>
    public required int OpenCases { get; init; }

    /// <summary>Reads an account's data.</summary>
    /// <exception cref="SolanaFormatException">They are no stake's.</exception>
    public static ProviderStakeAccount Parse(ReadOnlySpan<byte> data)
    {
        StakeLayout.Check(data, StakeLayout.Stake, SizeInBytes, "stake");
        return new ProviderStakeAccount
        {
            OpenCases = (int)Math.Min(BinaryPrimitives.ReadUInt32LittleEndian(data[4..]), int.MaxValue),
            Stake = BinaryPrimitives.ReadUInt64LittleEndian(data[8..]),
            Thawing = BinaryPrimitives.ReadUInt64LittleEndian(data[16..]),
            ThawEnd = StakeLayout.ReadTime(BinaryPrimitives.ReadInt64LittleEndian(data[24..])),
            Pool = new SolanaAddress(data.Slice(PoolOffset, 32)),
            Provider = new SolanaAddress(data.Slice(ProviderOffset, 32)),
            Key = new SolanaAddress(data.Slice(96, 32)),
        };
    }
}
