namespace DePin.Sdk.Chains.Solana.Transactions.Internal;

/// <summary>Writes messages and says beforehand how large they will be. Neither allocates more than the message, for up to 64 accounts.</summary>
internal static class MessageCompiler
{
    private const int UsualAccounts = 64;

    public static SolanaTransactionSize Measure(
        SolanaAddress feePayer, ReadOnlySpan<SolanaInstruction> instructions, ReadOnlySpan<SolanaLookupTable> tables, SolanaMessageVersion version)
    {
        var accounts = new MessageAccounts(stackalloc SolanaAddress[UsualAccounts], stackalloc AccountSlot[UsualAccounts], feePayer, instructions, tables);
        return Measure(in accounts, instructions, version, out _, out _);
    }

    public static byte[] Compile(
        SolanaAddress feePayer,
        ReadOnlySpan<SolanaInstruction> instructions,
        SolanaHash recentBlockhash,
        ReadOnlySpan<SolanaLookupTable> tables,
        SolanaMessageVersion version,
        IComparer<SolanaAddress>? order,
        out MessageLayout layout)
    {
        var accounts = new MessageAccounts(stackalloc SolanaAddress[UsualAccounts], stackalloc AccountSlot[UsualAccounts], feePayer, instructions, tables);
        var size = Measure(in accounts, instructions, version, out int messageBytes, out int usedTables);
        if (!size.Fits)
        {
            throw new SolanaTransactionTooLargeException(size);
        }

        var message = GC.AllocateUninitializedArray<byte>(messageBytes);
        var bytes = message.AsSpan();
        int at = 0;
        if (version == SolanaMessageVersion.V0)
        {
            bytes[at++] = 0x80;
        }

        bytes[at++] = (byte)accounts.Signers;
        bytes[at++] = (byte)accounts.ReadonlySigners;
        bytes[at++] = (byte)accounts.ReadonlyOthers;
        at += CompactLength.Write(bytes[at..], accounts.StaticCount);
        int keysAt = at;
        accounts.Arrange(bytes[at..], order);
        at += accounts.StaticCount * SolanaAddress.SizeInBytes;
        recentBlockhash.CopyTo(bytes[at..]);
        at += SolanaHash.SizeInBytes;
        int instructionsAt = at;
        at += WriteInstructions(bytes[at..], in accounts, instructions);
        int lookupsAt = at;
        if (version == SolanaMessageVersion.V0)
        {
            at += CompactLength.Write(bytes[at..], usedTables);
            accounts.WriteLookups(bytes[at..]);
        }

        int writable = usedTables == 0 ? 0 : accounts.LoadedWritable();
        layout = new MessageLayout(
            version,
            accounts.Signers,
            accounts.ReadonlySigners,
            accounts.ReadonlyOthers,
            accounts.StaticCount,
            keysAt,
            instructionsAt,
            lookupsAt,
            writable,
            accounts.Count - accounts.StaticCount - writable);
        return message;
    }

    private static SolanaTransactionSize Measure(
        in MessageAccounts accounts, ReadOnlySpan<SolanaInstruction> instructions, SolanaMessageVersion version, out int messageBytes, out int usedTables)
    {
        long bytes = 3 + CompactLength.SizeOf(accounts.StaticCount) + ((long)SolanaAddress.SizeInBytes * accounts.StaticCount) + SolanaHash.SizeInBytes
            + CompactLength.SizeOf(instructions.Length);
        foreach (var instruction in instructions)
        {
            int count = instruction.Accounts.Count;
            int length = instruction.Data.Length;
            bytes += 1L + CompactLength.SizeOf(count) + count + CompactLength.SizeOf(length) + length;
        }

        usedTables = 0;
        if (version == SolanaMessageVersion.V0)
        {
            (usedTables, int lookups) = accounts.MeasureLookups();
            bytes += 1L + CompactLength.SizeOf(usedTables) + lookups;
        }

        messageBytes = (int)Math.Min(bytes, int.MaxValue);
        long total = bytes + CompactLength.SizeOf(accounts.Signers) + ((long)SolanaSignature.SizeInBytes * accounts.Signers);
        return new SolanaTransactionSize((int)Math.Min(total, int.MaxValue), accounts.Count, accounts.Signers);
    }

    private static int WriteInstructions(Span<byte> bytes, in MessageAccounts accounts, ReadOnlySpan<SolanaInstruction> instructions)
    {
        int at = CompactLength.Write(bytes, instructions.Length);
        foreach (var instruction in instructions)
        {
            byte program = accounts.PositionOf(instruction.ProgramId);
            if (program == 0)
            {
                throw new ArgumentException($"The fee payer {instruction.ProgramId} cannot be the program of an instruction.", nameof(instructions));
            }

            bytes[at++] = program;
            var used = Lists.AsSpan(instruction.Accounts);
            at += CompactLength.Write(bytes[at..], used.Length);
            foreach (ref readonly var account in used)
            {
                bytes[at++] = accounts.PositionOf(account.Address);
            }

            var data = instruction.Data.Span;
            at += CompactLength.Write(bytes[at..], data.Length);
            data.CopyTo(bytes[at..]);
            at += data.Length;
        }

        return at;
    }
}
