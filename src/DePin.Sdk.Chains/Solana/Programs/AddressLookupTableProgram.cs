using System.Buffers.Binary;
using DePin.Sdk.Chains.Solana.Transactions;

namespace DePin.Sdk.Chains.Solana.Programs;

/// <summary>Instructions that make, fill and remove address lookup tables; see <see cref="LookupTableAccount"/> for what a table holds.</summary>
public static class AddressLookupTableProgram
{
    private const uint CreateTag = 0, FreezeTag = 1, ExtendTag = 2, DeactivateTag = 3, CloseTag = 4;

    /// <summary>The program.</summary>
    public static SolanaAddress ProgramId { get; } = SolanaAddress.Parse("AddressLookupTab1e1111111111111111111111111");

    /// <summary>Where the table of an authority and a slot lies.</summary>
    /// <param name="authority">Who may extend, deactivate and close it.</param>
    /// <param name="recentSlot">The slot that <see cref="Create"/> names.</param>
    public static SolanaAddress FindTable(SolanaAddress authority, ulong recentSlot) => FindTable(authority, recentSlot, out _);

    /// <summary>Makes an empty table, at <see cref="FindTable(SolanaAddress, ulong)"/>.</summary>
    /// <param name="authority">Who may extend, deactivate and close it.</param>
    /// <param name="payer">Pays its rent; signs.</param>
    /// <param name="recentSlot">A slot of the last 512 that has a block.</param>
    public static SolanaInstruction Create(SolanaAddress authority, SolanaAddress payer, ulong recentSlot)
    {
        var table = FindTable(authority, recentSlot, out byte bump);
        var data = Data(CreateTag, 9);
        BinaryPrimitives.WriteUInt64LittleEndian(data.AsSpan(4), recentSlot);
        data[12] = bump;
        return new(
            ProgramId,
            new[]
            {
                SolanaAccountMeta.Writable(table),
                SolanaAccountMeta.Readonly(authority),
                SolanaAccountMeta.WritableSigner(payer),
                SolanaAccountMeta.Readonly(SystemProgram.ProgramId),
            },
            data);
    }

    /// <summary>Appends addresses, which transactions can use from the next slot on. Some 30 fit in one transaction.</summary>
    /// <param name="table">The table.</param>
    /// <param name="authority">Its authority; signs.</param>
    /// <param name="payer">Pays the added rent; signs.</param>
    /// <param name="addresses">What is appended; at most 256 in all.</param>
    /// <exception cref="ArgumentException">There are none, or more than a table holds.</exception>
    public static SolanaInstruction Extend(SolanaAddress table, SolanaAddress authority, SolanaAddress payer, params ReadOnlySpan<SolanaAddress> addresses)
    {
        if (addresses.Length is 0 or > SolanaLookupTable.MaxAddresses)
        {
            throw new ArgumentException($"1 to {SolanaLookupTable.MaxAddresses} addresses can be added, not {addresses.Length}.", nameof(addresses));
        }

        var data = Data(ExtendTag, 8 + (addresses.Length * SolanaAddress.SizeInBytes));
        BinaryPrimitives.WriteUInt64LittleEndian(data.AsSpan(4), (ulong)addresses.Length);
        for (int i = 0; i < addresses.Length; i++)
        {
            addresses[i].CopyTo(data.AsSpan(12 + (i * SolanaAddress.SizeInBytes)));
        }

        return new(
            ProgramId,
            new[]
            {
                SolanaAccountMeta.Writable(table),
                SolanaAccountMeta.ReadonlySigner(authority),
                SolanaAccountMeta.WritableSigner(payer),
                SolanaAccountMeta.Readonly(SystemProgram.ProgramId),
            },
            data);
    }

    /// <summary>Makes a table unchangeable for ever.</summary>
    /// <param name="table">The table.</param>
    /// <param name="authority">Its authority; signs.</param>
    public static SolanaInstruction Freeze(SolanaAddress table, SolanaAddress authority) => new(
        ProgramId, new[] { SolanaAccountMeta.Writable(table), SolanaAccountMeta.ReadonlySigner(authority) }, Data(FreezeTag, 0));

    /// <summary>Begins the end of a table: transactions can use it for some 512 more slots, and then it can be closed.</summary>
    /// <param name="table">The table.</param>
    /// <param name="authority">Its authority; signs.</param>
    public static SolanaInstruction Deactivate(SolanaAddress table, SolanaAddress authority) => new(
        ProgramId, new[] { SolanaAccountMeta.Writable(table), SolanaAccountMeta.ReadonlySigner(authority) }, Data(DeactivateTag, 0));

    /// <summary>Removes a deactivated table.</summary>
    /// <param name="table">The table.</param>
    /// <param name="authority">Its authority; signs.</param>
    /// <param name="recipient">Who receives its rent.</param>
    public static SolanaInstruction Close(SolanaAddress table, SolanaAddress authority, SolanaAddress recipient) => new(
        ProgramId,
        new[] { SolanaAccountMeta.Writable(table), SolanaAccountMeta.ReadonlySigner(authority), SolanaAccountMeta.Writable(recipient) },
        Data(CloseTag, 0));

    private static SolanaAddress FindTable(SolanaAddress authority, ulong recentSlot, out byte bump)
    {
        var seeds = default(ProgramSeeds);
        seeds.Add(authority);
        seeds.Add(recentSlot);
        return ProgramAddress.Find(ProgramId, in seeds, out bump);
    }

    private static byte[] Data(uint tag, int arguments)
    {
        var data = new byte[4 + arguments];
        BinaryPrimitives.WriteUInt32LittleEndian(data, tag);
        return data;
    }
}
