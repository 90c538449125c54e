using System.Buffers.Binary;
using System.Runtime.InteropServices;
using DePin.Sdk.Chains.Solana.Transactions;

namespace DePin.Sdk.Chains.Solana.Programs;

/// <summary>What the account of an address lookup table holds.</summary>
/// <param name="DeactivationSlot">The slot that it was deactivated in; <see cref="ulong.MaxValue"/> while it is active.</param>
/// <param name="LastExtendedSlot">The slot that addresses were last added in.</param>
/// <param name="LastExtendedStart">Where the addresses start that were added in that slot.</param>
/// <param name="Authority">Who may change it; null when it is frozen.</param>
/// <param name="Addresses">What it holds.</param>
public sealed record LookupTableAccount(ulong DeactivationSlot, ulong LastExtendedSlot, byte LastExtendedStart, SolanaAddress? Authority, IReadOnlyList<SolanaAddress> Addresses)
{
    /// <summary>The bytes before the addresses.</summary>
    public const int HeaderSizeInBytes = 56;

    /// <summary>How many slots after its deactivation a table is remembered: for so long transactions can use it, and only then can it be closed.</summary>
    public const ulong CooldownSlots = 512;

    /// <summary>Whether it was not deactivated.</summary>
    public bool IsActive => DeactivationSlot == ulong.MaxValue;

    /// <summary>Reads the data of an account of the Address Lookup Table program.</summary>
    /// <exception cref="SolanaFormatException">It is no initialized lookup table.</exception>
    public static LookupTableAccount Read(ReadOnlySpan<byte> data)
    {
        int addressBytes = data.Length - HeaderSizeInBytes;
        if (addressBytes < 0 || addressBytes % SolanaAddress.SizeInBytes != 0 || addressBytes > SolanaLookupTable.MaxAddresses * SolanaAddress.SizeInBytes)
        {
            throw new SolanaFormatException($"A lookup table has {HeaderSizeInBytes} bytes and 32 for each of at most {SolanaLookupTable.MaxAddresses} addresses, not {data.Length}.", 0);
        }

        if (BinaryPrimitives.ReadUInt32LittleEndian(data) is not 1 and var kind)
        {
            throw new SolanaFormatException($"The account's kind is {kind}, and 1 for a lookup table.", 0);
        }

        SolanaAddress? authority = data[21] switch
        {
            0 => null,
            1 => new SolanaAddress(data.Slice(22, 32)),
            _ => throw new SolanaFormatException($"Whether there is an authority is said by 0 or 1, not {data[21]}.", 21),
        };
        return new LookupTableAccount(
            BinaryPrimitives.ReadUInt64LittleEndian(data[4..]),
            BinaryPrimitives.ReadUInt64LittleEndian(data[12..]),
            data[20],
            authority,
            MemoryMarshal.Cast<byte, SolanaAddress>(data[HeaderSizeInBytes..]).ToArray());
    }

    /// <summary>The table as a transaction can use it in a slot: without addresses that were added in that very slot. Null when it can no longer be used.</summary>
    /// <param name="address">The table's account.</param>
    /// <param name="slot">A slot that has passed, as a node tells it.</param>
    public SolanaLookupTable? ToLookupTable(SolanaAddress address, ulong slot)
    {
        if (!IsActive && slot > DeactivationSlot && slot - DeactivationSlot > CooldownSlots)
        {
            return null;
        }

        bool isSettled = slot > LastExtendedSlot;
        return new SolanaLookupTable(address, isSettled ? Addresses : [.. Addresses.Take(LastExtendedStart)]);
    }
}
