using System.Security.Cryptography;
using DePin.Sdk.Chains.Solana.Transactions;

namespace DePin.Sdk.Chains.Solana.Sending.Internal;

/// <summary>What a request does, without its key and its signers, as it lies in the journal, so that it can be signed anew after a restart.</summary>
internal sealed class RequestBody
{
    private const byte Version = 1;

    private RequestBody(SolanaInstruction[] instructions, SolanaLookupTable[] tables, uint? limit, SolanaDurableNonce? nonce, byte[] bytes, int digested)
    {
        (Instructions, LookupTables, ComputeUnitLimit, Nonce, Bytes) = (instructions, tables, limit, nonce, bytes);
        Digest = new SolanaHash(SHA256.HashData(bytes.AsSpan(0, digested)));
    }

    public IReadOnlyList<SolanaInstruction> Instructions { get; }

    public IReadOnlyList<SolanaLookupTable> LookupTables { get; }

    public uint? ComputeUnitLimit { get; }

    public SolanaDurableNonce? Nonce { get; }

    /// <summary>The encoding.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>What tells two requests under one key apart: everything that decides what the transaction does, its instructions.</summary>
    public SolanaHash Digest { get; }

    public static RequestBody Of(SolanaTransactionRequest request) => Write([.. request.Instructions], [.. request.LookupTables], request.ComputeUnitLimit, request.Nonce);

    /// <summary>Reads what <see cref="Bytes"/> of an earlier run gave.</summary>
    public static RequestBody Read(byte[] bytes)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes, writable: false));
        if (reader.ReadByte() != Version)
        {
            throw new DePinException(DePinErrorCode.StorageFailed, Fault.Consumer, "The journal holds a request of another version; use the release that wrote it.");
        }

        var instructions = new SolanaInstruction[reader.ReadUInt16()];
        for (int i = 0; i < instructions.Length; i++)
        {
            var program = ReadAddress(reader);
            var accounts = new SolanaAccountMeta[reader.ReadUInt16()];
            for (int j = 0; j < accounts.Length; j++)
            {
                var address = ReadAddress(reader);
                byte flags = reader.ReadByte();
                accounts[j] = new SolanaAccountMeta(address, (flags & 1) != 0, (flags & 2) != 0);
            }

            instructions[i] = new SolanaInstruction(program, accounts, reader.ReadBytes(reader.ReadInt32()));
        }

        int digested = (int)reader.BaseStream.Position;
        uint limit = reader.ReadUInt32();
        SolanaDurableNonce? nonce = reader.ReadBoolean() ? new SolanaDurableNonce(ReadAddress(reader), ReadAddress(reader)) : null;
        var tables = new SolanaLookupTable[reader.ReadUInt16()];
        for (int i = 0; i < tables.Length; i++)
        {
            var address = ReadAddress(reader);
            var addresses = new SolanaAddress[reader.ReadUInt16()];
            for (int j = 0; j < addresses.Length; j++)
            {
                addresses[j] = ReadAddress(reader);
            }

            tables[i] = new SolanaLookupTable(address, addresses);
        }

        return new RequestBody(instructions, tables, limit == 0 ? null : limit, nonce, bytes, digested);
    }

    /// <summary>Whose signatures the instructions ask for, the fee payer's aside where they do not.</summary>
    public static IEnumerable<SolanaAddress> SignersOf(IReadOnlyList<SolanaInstruction> instructions, SolanaDurableNonce? nonce) => instructions
        .SelectMany(instruction => instruction.Accounts)
        .Where(account => account.IsSigner)
        .Select(account => account.Address)
        .Concat(nonce is { } durable ? [durable.Authority] : [])
        .Distinct();

    private static RequestBody Write(SolanaInstruction[] instructions, SolanaLookupTable[] tables, uint? limit, SolanaDurableNonce? nonce)
    {
        var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write(Version);
        writer.Write(checked((ushort)instructions.Length));
        foreach (var instruction in instructions)
        {
            Write(writer, instruction.ProgramId);
            writer.Write(checked((ushort)instruction.Accounts.Count));
            foreach (var account in instruction.Accounts)
            {
                Write(writer, account.Address);
                writer.Write((byte)((account.IsSigner ? 1 : 0) | (account.IsWritable ? 2 : 0)));
            }

            writer.Write(instruction.Data.Length);
            writer.Write(instruction.Data.Span);
        }

        int digested = (int)stream.Position;
        writer.Write(limit ?? 0);
        writer.Write(nonce is not null);
        if (nonce is { } durable)
        {
            Write(writer, durable.Account);
            Write(writer, durable.Authority);
        }

        writer.Write(checked((ushort)tables.Length));
        foreach (var table in tables)
        {
            Write(writer, table.Address);
            writer.Write(checked((ushort)table.Addresses.Count));
            foreach (var address in table.Addresses)
            {
                Write(writer, address);
            }
        }

        return new RequestBody(instructions, tables, limit, nonce, stream.ToArray(), digested);
    }

    private static void Write(BinaryWriter writer, SolanaAddress address) => writer.Write(SolanaAddress.AsSpan(in address));

    private static SolanaAddress ReadAddress(BinaryReader reader) => new(reader.ReadBytes(SolanaAddress.SizeInBytes));
}
