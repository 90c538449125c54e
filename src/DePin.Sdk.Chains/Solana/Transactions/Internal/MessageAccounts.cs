using DePin.Sdk.Chains.Solana.Programs;

namespace DePin.Sdk.Chains.Solana.Transactions.Internal;

/// <summary>The distinct accounts of a message in the order of their first use, and from it their order in the message. Searched one by one: a message has few.</summary>
internal ref struct MessageAccounts
{
    private readonly ReadOnlySpan<SolanaLookupTable> _tables;
    private Span<SolanaAddress> _addresses;
    private Span<AccountSlot> _slots;

    /// <summary>Collects the accounts.</summary>
    /// <param name="addresses">Room for the usual number; more is allocated.</param>
    /// <param name="slots">Room for as many.</param>
    /// <param name="feePayer">Comes first and signs.</param>
    /// <param name="instructions">What to do.</param>
    /// <param name="tables">Where accounts may be found that need not be spelled out.</param>
    public MessageAccounts(
        Span<SolanaAddress> addresses,
        Span<AccountSlot> slots,
        SolanaAddress feePayer,
        ReadOnlySpan<SolanaInstruction> instructions,
        ReadOnlySpan<SolanaLookupTable> tables)
    {
        _addresses = addresses;
        _slots = slots;
        _tables = tables;
        Add(in feePayer, AccountRole.Signer | AccountRole.Writable | AccountRole.Static);
        foreach (var instruction in instructions)
        {
            Add(instruction.ProgramId, AccountRole.Static);
            foreach (ref readonly var account in Lists.AsSpan(instruction.Accounts))
            {
                Add(account.Address, (account.IsSigner ? AccountRole.Signer : AccountRole.None) | (account.IsWritable ? AccountRole.Writable : AccountRole.None));
            }
        }

        if (!tables.IsEmpty)
        {
            KeepNonceStatic(instructions);
            FindInTables();
        }

        CountRoles();
    }

    /// <summary>The distinct accounts.</summary>
    public int Count { get; private set; }

    public int StaticCount { get; private set; }

    public int Signers { get; private set; }

    public int ReadonlySigners { get; private set; }

    /// <summary>Spelled-out accounts that neither sign nor change.</summary>
    public int ReadonlyOthers { get; private set; }

    /// <summary>The place of an account in the message, once <see cref="Arrange"/> ran.</summary>
    public readonly byte PositionOf(in SolanaAddress address) => (byte)_slots[IndexOf(in address)].Position;

    /// <summary>Gives each account its place, and writes the spelled-out ones.</summary>
    /// <param name="keys">Room for <see cref="StaticCount"/> addresses of 32 bytes.</param>
    /// <param name="order">How accounts of the same role follow each other; null for the order of first use.</param>
    public readonly void Arrange(Span<byte> keys, IComparer<SolanaAddress>? order)
    {
        if (order is not null)
        {
            _addresses[1..Count].Sort(_slots[1..Count], order);
        }

        int writableSigner = 0;
        int readonlySigner = Signers - ReadonlySigners;
        int writable = Signers;
        int readonlyOther = StaticCount - ReadonlyOthers;
        for (int i = 0; i < Count; i++)
        {
            ref var slot = ref _slots[i];
            if (slot.Table != 0)
            {
                continue;
            }

            int position = (slot.Role & (AccountRole.Signer | AccountRole.Writable)) switch
            {
                AccountRole.Signer | AccountRole.Writable => writableSigner++,
                AccountRole.Signer => readonlySigner++,
                AccountRole.Writable => writable++,
                _ => readonlyOther++,
            };
            slot.Position = (ushort)position;
            SolanaAddress.AsSpan(in _addresses[i]).CopyTo(keys[(position * SolanaAddress.SizeInBytes)..]);
        }

        ArrangeLookups();
    }

    /// <summary>The accounts from lookup tables that may be changed.</summary>
    public readonly int LoadedWritable()
    {
        int count = 0;
        foreach (ref readonly var slot in _slots[..Count])
        {
            count += slot.Table != 0 && (slot.Role & AccountRole.Writable) != 0 ? 1 : 0;
        }

        return count;
    }

    /// <summary>The lookup tables that are used, and the bytes that they take in the message.</summary>
    public readonly (int Tables, int Bytes) MeasureLookups()
    {
        int used = 0, bytes = 0;
        for (int table = 1; table <= _tables.Length; table++)
        {
            int writable = CountLookups(table, AccountRole.Writable);
            int readOnly = CountLookups(table, AccountRole.None);
            if (writable + readOnly > 0)
            {
                used++;
                bytes += SolanaAddress.SizeInBytes + CompactLength.SizeOf(writable) + writable + CompactLength.SizeOf(readOnly) + readOnly;
            }
        }

        return (used, bytes);
    }

    /// <returns>The bytes that were written.</returns>
    public readonly int WriteLookups(Span<byte> destination)
    {
        int at = 0;
        for (int table = 1; table <= _tables.Length; table++)
        {
            int writable = CountLookups(table, AccountRole.Writable);
            int readOnly = CountLookups(table, AccountRole.None);
            if (writable + readOnly > 0)
            {
                _tables[table - 1].Address.CopyTo(destination[at..]);
                at += SolanaAddress.SizeInBytes;
                at += WriteIndexes(destination[at..], table, writable, AccountRole.Writable);
                at += WriteIndexes(destination[at..], table, readOnly, AccountRole.None);
            }
        }

        return at;
    }

    private void Add(in SolanaAddress address, AccountRole role)
    {
        int index = IndexOf(in address);
        if (index >= 0)
        {
            _slots[index].Role |= role;
            return;
        }

        if (Count == _addresses.Length)
        {
            var addresses = new SolanaAddress[4 * Count];
            var slots = new AccountSlot[4 * Count];
            _addresses.CopyTo(addresses);
            _slots.CopyTo(slots);
            _addresses = addresses;
            _slots = slots;
        }

        _addresses[Count] = address;
        _slots[Count++] = new AccountSlot { Role = role };
    }

    private readonly int IndexOf(in SolanaAddress address)
    {
        for (int i = 0; i < Count; i++)
        {
            if (_addresses[i] == address)
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>The runtime sees a durable nonce only when its account is spelled out.</summary>
    private readonly void KeepNonceStatic(ReadOnlySpan<SolanaInstruction> instructions)
    {
        if (!instructions.IsEmpty && SystemProgram.IsAdvanceNonce(instructions[0]))
        {
            _slots[IndexOf(instructions[0].Accounts[0].Address)].Role |= AccountRole.Static;
        }
    }

    private readonly void FindInTables()
    {
        for (int i = 0; i < Count; i++)
        {
            ref var slot = ref _slots[i];
            for (int table = 0; table < _tables.Length && slot.Table == 0 && (slot.Role & (AccountRole.Signer | AccountRole.Static)) == 0; table++)
            {
                var held = Lists.AsSpan(_tables[table].Addresses);
                int at = held[..Math.Min(held.Length, SolanaLookupTable.MaxAddresses)].IndexOf(_addresses[i]);
                if (at >= 0)
                {
                    (slot.Table, slot.TableIndex) = ((ushort)(table + 1), (byte)at);
                }
            }
        }
    }

    private void CountRoles()
    {
        foreach (ref readonly var slot in _slots[..Count])
        {
            if (slot.Table != 0)
            {
                continue;
            }

            StaticCount++;
            bool isWritable = (slot.Role & AccountRole.Writable) != 0;
            if ((slot.Role & AccountRole.Signer) != 0)
            {
                Signers++;
                ReadonlySigners += isWritable ? 0 : 1;
            }
            else
            {
                ReadonlyOthers += isWritable ? 0 : 1;
            }
        }
    }

    private readonly void ArrangeLookups()
    {
        int position = StaticCount;
        for (int pass = 0; pass < 2 && position < Count; pass++)
        {
            var wanted = pass == 0 ? AccountRole.Writable : AccountRole.None;
            for (int table = 1; table <= _tables.Length; table++)
            {
                for (int i = 0; i < Count; i++)
                {
                    if (IsLookup(in _slots[i], table, wanted))
                    {
                        _slots[i].Position = (ushort)position++;
                    }
                }
            }
        }
    }

    private readonly int CountLookups(int table, AccountRole wanted)
    {
        int count = 0;
        foreach (ref readonly var slot in _slots[..Count])
        {
            count += IsLookup(in slot, table, wanted) ? 1 : 0;
        }

        return count;
    }

    private readonly int WriteIndexes(Span<byte> destination, int table, int count, AccountRole wanted)
    {
        int at = CompactLength.Write(destination, count);
        foreach (ref readonly var slot in _slots[..Count])
        {
            if (IsLookup(in slot, table, wanted))
            {
                destination[at++] = slot.TableIndex;
            }
        }

        return at;
    }

    private static bool IsLookup(in AccountSlot slot, int table, AccountRole wanted) => slot.Table == table && (slot.Role & AccountRole.Writable) == wanted;
}
