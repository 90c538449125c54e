using System.Buffers.Binary;
using DePin.Sdk.Chains.Solana.Staking.Internal;
using DePin.Sdk.Jobs;

namespace DePin.Sdk.Chains.Solana.Staking;

/// <summary>A case against a provider, as the program keeps it. Amounts are base units of the pool's token.</summary>
public sealed record ProviderStakeCase
{
    /// <summary>The length of the account, in bytes.</summary>
    public const int SizeInBytes = 224;

    /// <summary>Where the pool stands, for filters of <c>getProgramAccounts</c>.</summary>
    public const int PoolOffset = 48;

    /// <summary>Where it stands.</summary>
    public required ProviderStakeCaseStatus Status { get; init; }

    /// <summary>Whether the guardian has doubled the veto window.</summary>
    public required bool IsExtended { get; init; }

    /// <summary>When it can be ended.</summary>
    public required DateTimeOffset EndsAt { get; init; }

    /// <summary>What it took of the stake.</summary>
    public required ulong Slashed { get; init; }

    /// <summary>What the victim can still collect.</summary>
    public required ulong OwedToVictim { get; init; }

    /// <summary>What the reporter can still collect, its bond included.</summary>
    public required ulong OwedToReporter { get; init; }

    /// <summary>What the treasury can still collect.</summary>
    public required ulong OwedToTreasury { get; init; }

    /// <summary>The pool.</summary>
    public required SolanaAddress Pool { get; init; }

    /// <summary>The stake that answers.</summary>
    public required SolanaAddress Stake { get; init; }

    /// <summary>Who opened it and posted the bond.</summary>
    public required SolanaAddress Reporter { get; init; }

    /// <summary>Who gets the victim's part; zero as long as nobody has shown to be the payer of <see cref="Channel"/>.</summary>
    public required SolanaAddress Victim { get; init; }

    /// <summary>The payment channel that the receipts name; zero when the job was free.</summary>
    public required SolanaAddress Channel { get; init; }

    /// <summary>The job that it is about.</summary>
    public required JobId JobId { get; init; }

    /// <summary>Reads an account's data.</summary>
    /// <exception cref="SolanaFormatException">They are no case's.</exception>
    public static ProviderStakeCase Parse(ReadOnlySpan<byte> data)
    {
        StakeLayout.Check(data, StakeLayout.Case, SizeInBytes, "case");
        if (data[3] is < (byte)ProviderStakeCaseStatus.Open or > (byte)ProviderStakeCaseStatus.Vetoed)
        {
            throw new SolanaFormatException($"No case has the status {data[3]}.", 3);
        }

        return new ProviderStakeCase
        {
            Status = (ProviderStakeCaseStatus)data[3],
            IsExtended = BinaryPrimitives.ReadUInt32LittleEndian(data[4..]) != 0,
            EndsAt = StakeLayout.ReadTime(BinaryPrimitives.ReadInt64LittleEndian(data[8..])),
            Slashed = BinaryPrimitives.ReadUInt64LittleEndian(data[16..]),
            OwedToVictim = BinaryPrimitives.ReadUInt64LittleEndian(data[24..]),
            OwedToReporter = BinaryPrimitives.ReadUInt64LittleEndian(data[32..]),
            OwedToTreasury = BinaryPrimitives.ReadUInt64LittleEndian(data[40..]),
            Pool = new SolanaAddress(data.Slice(PoolOffset, 32)),
            Stake = new SolanaAddress(data.Slice(80, 32)),
            Reporter = new SolanaAddress(data.Slice(112, 32)),
            Victim = new SolanaAddress(data.Slice(144, 32)),
            Channel = new SolanaAddress(data.Slice(176, 32)),
            JobId = new JobId(new Guid(data.Slice(208, 16), bigEndian: true)),
        };
    }
}
