using System.Buffers.Binary;
using DePin.Sdk.Chains.Solana.Channels;

namespace DePin.Sdk.Chains.Solana.Staking;

/// <summary>The terms of a pool of stakes. They never change: the pool's address is their hash, and other terms are another pool.</summary>
public sealed record ProviderStakeTerms
{
    internal const int SizeInBytes = 154;

    private static readonly TimeSpan MinVetoWindow = TimeSpan.FromDays(1);
    private static readonly TimeSpan MaxVetoWindow = TimeSpan.FromDays(30);
    private static readonly TimeSpan MaxThawPeriod = TimeSpan.FromDays(180);

    /// <summary>What is staked: a token of SPL Token, not of Token-2022.</summary>
    public required SolanaAddress Mint { get; init; }

    /// <summary>Who gets slashed stake, as far as nobody else does.</summary>
    public required SolanaAddress Treasury { get; init; }

    /// <summary>Who can veto and extend cases; zero for nobody.</summary>
    public SolanaAddress Guardian { get; init; }

    /// <summary>The payment-channels program whose payers can be victims.</summary>
    /// <value>The one on Solana's mainnet.</value>
    public SolanaAddress ChannelsProgram { get; init; } = PaymentChannelProgram.Mainnet.ProgramId;

    /// <summary>The stake in force that a provider needs, in base units of <see cref="Mint"/>.</summary>
    public required ulong MinimumStake { get; init; }

    /// <summary>What opening a case takes, in base units of <see cref="Mint"/>; it goes back unless the guardian finds the case an abuse.</summary>
    public required ulong Bond { get; init; }

    /// <summary>How long unstaked stake thaws, and answers all the same.</summary>
    /// <value>30 days; at most 180, and a day longer than twice <see cref="VetoWindow"/> at least.</value>
    public TimeSpan ThawPeriod { get; init; } = TimeSpan.FromDays(30);

    /// <summary>How long the guardian can veto a case; it can be doubled once.</summary>
    /// <value>7 days; 1 to 30.</value>
    public TimeSpan VetoWindow { get; init; } = TimeSpan.FromDays(7);

    /// <summary>What a case takes of a whole stake, thawing or not, in ten-thousandths.</summary>
    /// <value>1,000, a tenth; 1 to 5,000.</value>
    public int SlashShare { get; init; } = 1_000;

    /// <exception cref="ArgumentException">The program would not make a pool of these terms.</exception>
    internal void Validate()
    {
        if (Treasury.IsZero)
        {
            throw new ArgumentException($"{nameof(Treasury)} is missing; name an address that nobody holds to have slashed stake be nobody's.");
        }

        if (VetoWindow < MinVetoWindow || VetoWindow > MaxVetoWindow)
        {
            throw new ArgumentException($"{nameof(VetoWindow)} is 1 to 30 days, not {VetoWindow}.");
        }

        if (ThawPeriod < (2 * VetoWindow) + TimeSpan.FromDays(1) || ThawPeriod > MaxThawPeriod)
        {
            throw new ArgumentException($"{nameof(ThawPeriod)} is at least a day longer than twice {nameof(VetoWindow)}, so {(2 * VetoWindow) + TimeSpan.FromDays(1)}, and at most 180 days, not {ThawPeriod}.");
        }

        if (ThawPeriod.Ticks % TimeSpan.TicksPerSecond != 0 || VetoWindow.Ticks % TimeSpan.TicksPerSecond != 0)
        {
            throw new ArgumentException($"{nameof(ThawPeriod)} and {nameof(VetoWindow)} are whole seconds.");
        }

        if (SlashShare is < 1 or > 5_000)
        {
            throw new ArgumentException($"{nameof(SlashShare)} is 1 to 5,000 ten-thousandths, not {SlashShare}.");
        }
    }

    /// <summary>The bytes whose hash the pool's address follows from.</summary>
    internal byte[] ToArray()
    {
        byte[] data = new byte[SizeInBytes];
        Mint.CopyTo(data);
        Treasury.CopyTo(data.AsSpan(32));
        Guardian.CopyTo(data.AsSpan(64));
        ChannelsProgram.CopyTo(data.AsSpan(96));
        BinaryPrimitives.WriteUInt64LittleEndian(data.AsSpan(128), MinimumStake);
        BinaryPrimitives.WriteUInt64LittleEndian(data.AsSpan(136), Bond);
        BinaryPrimitives.WriteUInt32LittleEndian(data.AsSpan(144), (uint)ThawPeriod.TotalSeconds);
        BinaryPrimitives.WriteUInt32LittleEndian(data.AsSpan(148), (uint)VetoWindow.TotalSeconds);
        BinaryPrimitives.WriteUInt16LittleEndian(data.AsSpan(152), (ushort)SlashShare);
        return data;
    }
}
