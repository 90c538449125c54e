using System.Buffers.Binary;
using System.Security.Cryptography;

namespace DePin.Sdk.Chains.Solana.Channels;

/// <summary>How a channel's money is divided, fixed when it opens: shares of others, and the rest for the payee. The channel keeps only a hash, so whoever pays out says the shares again. Immutable.</summary>
public sealed class PaymentChannelSplits
{
    /// <summary>The most recipients beside the payee.</summary>
    public const int MaxCount = 32;

    /// <summary>The whole, in ten thousandths.</summary>
    public const int Whole = 10_000;

    private const int EntrySizeInBytes = SolanaAddress.SizeInBytes + sizeof(ushort);

    private readonly PaymentChannelSplit[] _entries;
    private readonly byte[] _preimage;
    private readonly byte[] _hash;

    /// <summary>Takes shares.</summary>
    /// <exception cref="ArgumentException">There are more than <see cref="MaxCount"/>, one is zero or twice for the same recipient, or they are more than the whole.</exception>
    public PaymentChannelSplits(params ReadOnlySpan<PaymentChannelSplit> entries)
    {
        if (FindFault(entries) is { } fault)
        {
            throw new ArgumentException(fault, nameof(entries));
        }

        _entries = entries.ToArray();
        _preimage = new byte[sizeof(uint) + (entries.Length * EntrySizeInBytes)];
        BinaryPrimitives.WriteUInt32LittleEndian(_preimage, (uint)entries.Length);
        for (int i = 0; i < entries.Length; i++)
        {
            var row = _preimage.AsSpan(sizeof(uint) + (i * EntrySizeInBytes), EntrySizeInBytes);
            entries[i].Recipient.CopyTo(row);
            BinaryPrimitives.WriteUInt16LittleEndian(row[SolanaAddress.SizeInBytes..], entries[i].BasisPoints);
        }

        _hash = SHA256.HashData(_preimage);
    }

    /// <summary>Everything for the payee.</summary>
    public static PaymentChannelSplits None { get; } = new();

    /// <summary>The shares, in the order that was hashed.</summary>
    public IReadOnlyList<PaymentChannelSplit> Entries => _entries;

    /// <summary>What is hashed, and what <c>open</c> and <c>distribute</c> carry: the count in 4 bytes, then 34 bytes for each share.</summary>
    public ReadOnlyMemory<byte> Preimage => _preimage;

    /// <summary>SHA-256 of <see cref="Preimage"/>, 32 bytes, which the channel's account holds.</summary>
    public ReadOnlyMemory<byte> Hash => _hash;

    /// <summary>The payee's share, in ten thousandths.</summary>
    public int PayeeBasisPoints => Whole - _entries.Sum(entry => entry.BasisPoints);

    /// <summary>Reads what <see cref="Preimage"/> wrote.</summary>
    /// <exception cref="SolanaFormatException">It is none, or the program would refuse it.</exception>
    public static PaymentChannelSplits Parse(ReadOnlySpan<byte> preimage)
    {
        if (preimage.Length < sizeof(uint) || BinaryPrimitives.ReadUInt32LittleEndian(preimage) is var count && (count > MaxCount || preimage.Length != sizeof(uint) + (count * EntrySizeInBytes)))
        {
            throw new SolanaFormatException($"The shares of a channel are a count up to {MaxCount} and {EntrySizeInBytes} bytes for each, not {preimage.Length} bytes.", 0);
        }

        var entries = new PaymentChannelSplit[BinaryPrimitives.ReadUInt32LittleEndian(preimage)];
        for (int i = 0; i < entries.Length; i++)
        {
            var row = preimage.Slice(sizeof(uint) + (i * EntrySizeInBytes), EntrySizeInBytes);
            entries[i] = new PaymentChannelSplit(new SolanaAddress(row[..SolanaAddress.SizeInBytes]), BinaryPrimitives.ReadUInt16LittleEndian(row[SolanaAddress.SizeInBytes..]));
        }

        return FindFault(entries) is { } fault ? throw new SolanaFormatException(fault, sizeof(uint)) : new PaymentChannelSplits(entries);
    }

    /// <summary>What somebody with a share has been paid in all, once so much is settled: rounded down, so that what is paid never exceeds what is settled.</summary>
    /// <param name="settled">The channel's settled total, in base units.</param>
    /// <param name="basisPoints">The share, in ten thousandths.</param>
    public static ulong GetPaid(ulong settled, int basisPoints)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(basisPoints);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(basisPoints, Whole);
        return (ulong)((UInt128)settled * (uint)basisPoints / Whole);
    }

    private static string? FindFault(ReadOnlySpan<PaymentChannelSplit> entries)
    {
        if (entries.Length > MaxCount)
        {
            return $"A channel pays at most {MaxCount} recipients beside its payee, not {entries.Length}.";
        }

        int sum = 0;
        for (int i = 0; i < entries.Length; i++)
        {
            sum += entries[i].BasisPoints;
            if (entries[i].BasisPoints == 0 || sum > Whole)
            {
                return $"Shares are at least one ten thousandth each and at most {Whole} together.";
            }

            for (int k = 0; k < i; k++)
            {
                if (entries[k].Recipient == entries[i].Recipient)
                {
                    return $"{entries[i].Recipient} has two shares; add them up.";
                }
            }
        }

        return null;
    }
}
