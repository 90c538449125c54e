namespace DePin.Sdk.Chains.Solana.Transactions.Internal;

/// <summary>Checks an encoded message as the runtime does before it runs one, and finds its parts.</summary>
internal static class MessageDecoder
{
    private const byte VersionFlag = 0x80;

    /// <param name="input">The whole input; the message ends it.</param>
    /// <param name="start">Where the message begins.</param>
    public static MessageLayout Read(ReadOnlySpan<byte> input, int start)
    {
        if (input.Length > SolanaTransaction.MaxSizeInBytes)
        {
            throw new SolanaFormatException($"A transaction has at most {SolanaTransaction.MaxSizeInBytes} bytes, not {input.Length}.", start);
        }

        var reader = new WireReader(input, start);
        byte first = reader.ReadByte("the message's header");
        bool isVersioned = (first & VersionFlag) != 0;
        if (isVersioned && first != VersionFlag)
        {
            throw new SolanaFormatException($"Messages of version {first & 0x7F} cannot be read.", start);
        }

        int signersAt = reader.Offset - (isVersioned ? 0 : 1);
        int signers = isVersioned ? reader.ReadByte("the message's header") : first;
        int readonlySigners = reader.ReadByte("the message's header");
        int readonlyOthers = reader.ReadByte("the message's header");
        int staticCount = reader.ReadLength();
        int keysAt = reader.Offset;
        var keys = reader.ReadBytes(staticCount * SolanaAddress.SizeInBytes, "the accounts");
        if (readonlySigners >= signers || signers + readonlyOthers > staticCount)
        {
            throw new SolanaFormatException(
                $"The header names {signers} signers, {readonlySigners} of them readonly, and {readonlyOthers} other readonly accounts, which does not go with {staticCount} accounts and a fee payer that changes.",
                signersAt);
        }

        EnsureDistinct(keys, keysAt);
        reader.ReadBytes(SolanaHash.SizeInBytes, "the block hash");
        int instructionsAt = reader.Offset;
        int highest = ReadInstructions(ref reader, staticCount, out int highestAt);
        int lookupsAt = reader.Offset;
        var (writable, readOnly) = isVersioned ? ReadLookups(ref reader) : (0, 0);
        int total = staticCount + writable + readOnly;
        if (total > byte.MaxValue + 1)
        {
            throw new SolanaFormatException($"The message has {total} accounts; 256 can be told apart.", lookupsAt);
        }

        if (highest >= total)
        {
            throw new SolanaFormatException($"An instruction uses account {highest} of {total}.", highestAt);
        }

        return reader.Remaining == 0
            ? new MessageLayout(
                isVersioned ? SolanaMessageVersion.V0 : SolanaMessageVersion.Legacy,
                signers,
                readonlySigners,
                readonlyOthers,
                staticCount,
                keysAt - start,
                instructionsAt - start,
                lookupsAt - start,
                writable,
                readOnly)
            : throw new SolanaFormatException($"{reader.Remaining} bytes follow the message.", reader.Offset);
    }

    /// <returns>The highest account that an instruction uses; -1 for none.</returns>
    private static int ReadInstructions(ref WireReader reader, int staticCount, out int highestAt)
    {
        int highest = -1;
        highestAt = reader.Offset;
        for (int count = reader.ReadLength(); count > 0; count--)
        {
            int programAt = reader.Offset;
            byte program = reader.ReadByte("an instruction's program");
            if (program == 0 || program >= staticCount)
            {
                throw new SolanaFormatException($"An instruction's program is account {program}; it must be one of the {staticCount} spelled-out ones, and not the fee payer.", programAt);
            }

            int length = reader.ReadLength();
            int at = reader.Offset;
            foreach (byte account in reader.ReadBytes(length, "an instruction's accounts"))
            {
                if (account > highest)
                {
                    (highest, highestAt) = (account, at);
                }
            }

            length = reader.ReadLength();
            reader.ReadBytes(length, "an instruction's data");
        }

        return highest;
    }

    private static (int Writable, int ReadOnly) ReadLookups(ref WireReader reader)
    {
        int writable = 0, readOnly = 0;
        for (int count = reader.ReadLength(); count > 0; count--)
        {
            int at = reader.Offset;
            reader.ReadBytes(SolanaAddress.SizeInBytes, "a lookup table's address");
            int before = writable + readOnly;
            int length = reader.ReadLength();
            reader.ReadBytes(length, "a lookup's writable accounts");
            writable += length;
            length = reader.ReadLength();
            reader.ReadBytes(length, "a lookup's readonly accounts");
            readOnly += length;
            if (writable + readOnly == before)
            {
                throw new SolanaFormatException("A lookup takes nothing from its table.", at);
            }
        }

        return (writable, readOnly);
    }

    private static void EnsureDistinct(ReadOnlySpan<byte> keys, int start)
    {
        const int Size = SolanaAddress.SizeInBytes;
        for (int i = Size; i < keys.Length; i += Size)
        {
            for (int other = 0; other < i; other += Size)
            {
                if (keys.Slice(i, Size).SequenceEqual(keys.Slice(other, Size)))
                {
                    throw new SolanaFormatException($"Account {i / Size} is account {other / Size} again.", start + i);
                }
            }
        }
    }
}
