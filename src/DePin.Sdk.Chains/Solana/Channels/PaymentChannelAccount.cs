using System.Buffers.Binary;

namespace DePin.Sdk.Chains.Solana.Channels;

/// <summary>A channel's account, as the program keeps it: 256 bytes.</summary>
public sealed record PaymentChannelAccount
{
    /// <summary>The length, in bytes.</summary>
    public const int SizeInBytes = 256;

    /// <summary>Where the payer stands, for filters of <c>getProgramAccounts</c>.</summary>
    public const int PayerOffset = 88;

    /// <summary>Where the payee stands, for filters of <c>getProgramAccounts</c>.</summary>
    public const int PayeeOffset = 120;

    /// <summary>Where the salt stands, 8 bytes, the lowest first, for filters of <c>getProgramAccounts</c>.</summary>
    public const int SaltOffset = 4;

    /// <summary>Where who funded the rent stands, for filters of <c>getProgramAccounts</c>.</summary>
    public const int RentPayerOffset = 216;

    /// <summary>Where the status stands, one byte, for filters of <c>getProgramAccounts</c>.</summary>
    public const int StatusOffset = 3;

    private const byte Discriminator = 1;
    private const byte Version = 1;
    private const int HashSizeInBytes = 32;

    /// <summary>What the address was derived from.</summary>
    public required PaymentChannelTerms Terms { get; init; }

    /// <summary>The byte that makes the derivation leave the curve.</summary>
    public byte Bump { get; init; }

    /// <summary>Where the channel is in its life.</summary>
    public PaymentChannelStatus Status { get; init; }

    /// <summary>Everything deposited over the channel's life, in base units. The escrow's balance may be more; only this counts.</summary>
    public ulong Deposit { get; init; }

    /// <summary>What vouchers have authorized so far, in base units.</summary>
    public ulong Settled { get; init; }

    /// <summary>Up to which total payouts were made, in base units; at most <see cref="Settled"/>.</summary>
    public ulong PayoutWatermark { get; init; }

    /// <summary>When the payer asked to close, in seconds since 1970; 0 unless closing.</summary>
    public long ClosureStartedAt { get; init; }

    /// <summary>When the payer took its rest, in seconds since 1970; 0 before.</summary>
    public long PayerWithdrawnAt { get; init; }

    /// <summary>How long the payee can still seal after the payer asked to close, in seconds.</summary>
    public uint GracePeriod { get; init; }

    /// <summary><see cref="PaymentChannelSplits.Hash"/> of the channel's shares.</summary>
    public ReadOnlyMemory<byte> DistributionHash { get; init; }

    /// <summary>Who funded the rent, and gets it back.</summary>
    public SolanaAddress RentPayer { get; init; }

    /// <summary>Reads an account's data.</summary>
    /// <exception cref="SolanaFormatException">It is no channel of this version, or says what no channel can be.</exception>
    public static PaymentChannelAccount Parse(ReadOnlySpan<byte> data)
    {
        if (data.Length != SizeInBytes)
        {
            throw new SolanaFormatException($"A channel's account has {SizeInBytes} bytes, not {data.Length}.", Math.Min(data.Length, SizeInBytes));
        }

        if (data[0] != Discriminator || data[1] != Version)
        {
            throw new SolanaFormatException($"A channel's account starts with {Discriminator} {Version}, not with {data[0]} {data[1]}.", 0);
        }

        if (data[StatusOffset] > (byte)PaymentChannelStatus.Distributed)
        {
            throw new SolanaFormatException($"No channel has the status {data[StatusOffset]}.", StatusOffset);
        }

        var account = new PaymentChannelAccount
        {
            Terms = new PaymentChannelTerms(
                new SolanaAddress(data[PayerOffset..120]),
                new SolanaAddress(data[PayeeOffset..152]),
                new SolanaAddress(data[184..216]),
                new SolanaAddress(data[152..184]),
                BinaryPrimitives.ReadUInt64LittleEndian(data[SaltOffset..]),
                BinaryPrimitives.ReadUInt64LittleEndian(data[248..])),
            Bump = data[2],
            Status = (PaymentChannelStatus)data[StatusOffset],
            Deposit = BinaryPrimitives.ReadUInt64LittleEndian(data[12..]),
            Settled = BinaryPrimitives.ReadUInt64LittleEndian(data[20..]),
            PayoutWatermark = BinaryPrimitives.ReadUInt64LittleEndian(data[28..]),
            ClosureStartedAt = BinaryPrimitives.ReadInt64LittleEndian(data[36..]),
            PayerWithdrawnAt = BinaryPrimitives.ReadInt64LittleEndian(data[44..]),
            GracePeriod = BinaryPrimitives.ReadUInt32LittleEndian(data[52..]),
            DistributionHash = data.Slice(56, HashSizeInBytes).ToArray(),
            RentPayer = new SolanaAddress(data[RentPayerOffset..248]),
        };
        return account.PayoutWatermark <= account.Settled && account.Settled <= account.Deposit && account.Deposit > 0 && account.GracePeriod > 0
            ? account
            : throw new SolanaFormatException("The channel's account says that more was paid than settled, or more settled than deposited.", 12);
    }

    /// <summary>Writes the account as the program does.</summary>
    public byte[] ToArray()
    {
        var data = new byte[SizeInBytes];
        (data[0], data[1], data[2], data[StatusOffset]) = (Discriminator, Version, Bump, (byte)Status);
        BinaryPrimitives.WriteUInt64LittleEndian(data.AsSpan(SaltOffset), Terms.Salt);
        BinaryPrimitives.WriteUInt64LittleEndian(data.AsSpan(12), Deposit);
        BinaryPrimitives.WriteUInt64LittleEndian(data.AsSpan(20), Settled);
        BinaryPrimitives.WriteUInt64LittleEndian(data.AsSpan(28), PayoutWatermark);
        BinaryPrimitives.WriteInt64LittleEndian(data.AsSpan(36), ClosureStartedAt);
        BinaryPrimitives.WriteInt64LittleEndian(data.AsSpan(44), PayerWithdrawnAt);
        BinaryPrimitives.WriteUInt32LittleEndian(data.AsSpan(52), GracePeriod);
        DistributionHash.Span.CopyTo(data.AsSpan(56, HashSizeInBytes));
        Terms.Payer.CopyTo(data.AsSpan(PayerOffset));
        Terms.Payee.CopyTo(data.AsSpan(PayeeOffset));
        Terms.AuthorizedSigner.CopyTo(data.AsSpan(152));
        Terms.Mint.CopyTo(data.AsSpan(184));
        RentPayer.CopyTo(data.AsSpan(RentPayerOffset));
        BinaryPrimitives.WriteUInt64LittleEndian(data.AsSpan(248), Terms.OpenSlot);
        return data;
    }

    /// <summary>Same fields; hashes are compared by content.</summary>
    public bool Equals(PaymentChannelAccount? other) => other is not null && ToArray().AsSpan().SequenceEqual(other.ToArray());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Terms, Status, Deposit, Settled);
}
