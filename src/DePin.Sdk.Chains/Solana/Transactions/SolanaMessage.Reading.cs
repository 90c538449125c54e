using DePin.Sdk.Chains.Solana.Transactions.Internal;

namespace DePin.Sdk.Chains.Solana.Transactions;

public sealed partial class SolanaMessage
{
    /// <summary>The instructions with their accounts' addresses, as they were before compiling, except that what an account may do in one instruction it may do in all.</summary>
    /// <param name="lookupTables">The tables that <see cref="TableLookups"/> names; others are ignored.</param>
    /// <exception cref="SolanaFormatException">A table is missing, or has no such place.</exception>
    public IReadOnlyList<SolanaInstruction> Decompile(IReadOnlyList<SolanaLookupTable>? lookupTables = null)
    {
        var writable = new List<SolanaAddress>(_layout.LoadedWritable);
        var readOnly = new List<SolanaAddress>(_layout.LoadedReadonly);
        foreach (var lookup in TableLookups)
        {
            var table = lookupTables?.FirstOrDefault(candidate => candidate.Address == lookup.Table)
                ?? throw new SolanaFormatException($"The lookup table {lookup.Table} is needed to read the message.", _layout.LookupsAt);
            Load(table, lookup.WritableIndexes.Span, writable);
            Load(table, lookup.ReadonlyIndexes.Span, readOnly);
        }

        return Decompile(writable, readOnly);
    }

    /// <summary>The instructions with their accounts' addresses, where a node has told what was loaded from the lookup tables.</summary>
    /// <param name="loadedWritable">The accounts that may be changed, in the order of the lookups.</param>
    /// <param name="loadedReadonly">The accounts that are only read, in the order of the lookups.</param>
    /// <exception cref="SolanaFormatException">The message takes another number of accounts from its tables.</exception>
    public IReadOnlyList<SolanaInstruction> Decompile(IReadOnlyList<SolanaAddress> loadedWritable, IReadOnlyList<SolanaAddress> loadedReadonly)
    {
        ArgumentNullException.ThrowIfNull(loadedWritable);
        ArgumentNullException.ThrowIfNull(loadedReadonly);
        if (loadedWritable.Count != _layout.LoadedWritable || loadedReadonly.Count != _layout.LoadedReadonly)
        {
            throw new SolanaFormatException(
                $"The message loads {_layout.LoadedWritable} writable and {_layout.LoadedReadonly} readonly accounts, not {loadedWritable.Count} and {loadedReadonly.Count}.", _layout.LookupsAt);
        }

        SolanaAddress[] all = [.. StaticAccounts, .. loadedWritable, .. loadedReadonly];
        var instructions = new SolanaInstruction[Instructions.Count];
        for (int i = 0; i < instructions.Length; i++)
        {
            var compiled = Instructions[i];
            var indexes = compiled.AccountIndexes.Span;
            var accounts = new SolanaAccountMeta[indexes.Length];
            for (int j = 0; j < accounts.Length; j++)
            {
                accounts[j] = new SolanaAccountMeta(all[indexes[j]], IsSigner(indexes[j]), IsWritable(indexes[j]));
            }

            instructions[i] = new SolanaInstruction(all[compiled.ProgramIndex], accounts, compiled.Data);
        }

        return instructions;
    }

    private void Load(SolanaLookupTable table, ReadOnlySpan<byte> indexes, List<SolanaAddress> loaded)
    {
        foreach (byte index in indexes)
        {
            loaded.Add(index < table.Addresses.Count
                ? table.Addresses[index]
                : throw new SolanaFormatException($"The lookup table {table.Address} holds {table.Addresses.Count} addresses; the message uses number {index}.", _layout.LookupsAt));
        }
    }

    private SolanaCompiledInstruction[] ReadInstructions()
    {
        var reader = new WireReader(_bytes, _layout.InstructionsAt);
        var instructions = new SolanaCompiledInstruction[reader.ReadLength()];
        for (int i = 0; i < instructions.Length; i++)
        {
            byte program = reader.ReadByte("an instruction's program");
            var accounts = ReadSlice(ref reader, "an instruction's accounts");
            instructions[i] = new SolanaCompiledInstruction(program, accounts, ReadSlice(ref reader, "an instruction's data"));
        }

        return instructions;
    }

    private SolanaTableLookup[] ReadLookups()
    {
        if (Version == SolanaMessageVersion.Legacy)
        {
            return [];
        }

        var reader = new WireReader(_bytes, _layout.LookupsAt);
        var lookups = new SolanaTableLookup[reader.ReadLength()];
        for (int i = 0; i < lookups.Length; i++)
        {
            var table = new SolanaAddress(reader.ReadBytes(SolanaAddress.SizeInBytes, "a lookup table's address"));
            var writable = ReadSlice(ref reader, "a lookup's writable accounts");
            lookups[i] = new SolanaTableLookup(table, writable, ReadSlice(ref reader, "a lookup's readonly accounts"));
        }

        return lookups;
    }

    private ReadOnlyMemory<byte> ReadSlice(ref WireReader reader, string what)
    {
        int length = reader.ReadLength();
        int at = reader.Offset;
        reader.ReadBytes(length, what);
        return _bytes.AsMemory(at, length);
    }
}
