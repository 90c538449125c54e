using System.Runtime.InteropServices;
using DePin.Sdk.Chains.Solana.Programs;
using DePin.Sdk.Chains.Solana.Transactions.Internal;

namespace DePin.Sdk.Chains.Solana.Transactions;

/// <summary>What the signers of a transaction sign: accounts, a recent block's hash and instructions, in the bytes that go to the chain. Immutable.</summary>
public sealed partial class SolanaMessage
{
    /// <summary>The most accounts that one transaction may lock, those from lookup tables included.</summary>
    public const int MaxAccounts = 64;

    private readonly byte[] _bytes;
    private readonly MessageLayout _layout;
    private SolanaAddress[]? _staticAccounts;
    private SolanaCompiledInstruction[]? _instructions;
    private SolanaTableLookup[]? _lookups;

    private SolanaMessage(byte[] bytes, MessageLayout layout)
    {
        _bytes = bytes;
        _layout = layout;
    }

    /// <summary>The form.</summary>
    public SolanaMessageVersion Version => _layout.Version;

    /// <summary>The bytes that are signed.</summary>
    public ReadOnlyMemory<byte> Encoded => _bytes;

    /// <summary>The account that pays fees; it is the first signer.</summary>
    public SolanaAddress FeePayer => AccountAt(0);

    /// <summary>A recent block's hash, or a nonce account's value: until it is too old, or used, the transaction may land.</summary>
    public SolanaHash RecentBlockhash => new(_bytes.AsSpan(_layout.InstructionsAt - SolanaHash.SizeInBytes, SolanaHash.SizeInBytes));

    /// <summary>How many accounts sign; they are the first of <see cref="StaticAccounts"/>.</summary>
    public int SignerCount => _layout.Signers;

    /// <summary>The accounts that are spelled out: signers that change, other signers, accounts that change, and those that are only read.</summary>
    public IReadOnlyList<SolanaAddress> StaticAccounts =>
        _staticAccounts ??= MemoryMarshal.Cast<byte, SolanaAddress>(_bytes.AsSpan(_layout.KeysAt, _layout.StaticCount * SolanaAddress.SizeInBytes)).ToArray();

    /// <summary>All accounts that it locks, those from lookup tables included.</summary>
    public int AccountCount => _layout.StaticCount + _layout.LoadedWritable + _layout.LoadedReadonly;

    /// <summary>The instructions, with their accounts as places.</summary>
    public IReadOnlyList<SolanaCompiledInstruction> Instructions => _instructions ??= ReadInstructions();

    /// <summary>What it takes from lookup tables; empty for a legacy message.</summary>
    public IReadOnlyList<SolanaTableLookup> TableLookups => _lookups ??= ReadLookups();

    /// <summary>The nonce account whose value stands in the place of a recent block's hash: the first instruction advances it. Null for other messages, which expire.</summary>
    public SolanaAddress? NonceAccount
    {
        get
        {
            if (Instructions is not [var first, ..] || first.AccountIndexes.IsEmpty || !AccountAt(first.ProgramIndex).IsZero || !SystemProgram.IsAdvanceNonce(first.Data.Span))
            {
                return null;
            }

            int nonce = first.AccountIndexes.Span[0];
            return nonce < _layout.StaticCount && IsWritable(nonce) ? AccountAt(nonce) : null;
        }
    }

    /// <summary>The bytes of the whole transaction, with all of its signatures.</summary>
    public int TransactionSizeInBytes => CompactLength.SizeOf(_layout.Signers) + (_layout.Signers * SolanaSignature.SizeInBytes) + _bytes.Length;

    /// <summary>Builds a message. The fee payer comes first; an account that any instruction lets sign or change may do so in all; signers, invoked programs and a durable nonce's
    /// account are spelled out even when a lookup table has them.</summary>
    /// <param name="feePayer">Pays the fee, and signs.</param>
    /// <param name="instructions">What to do, in order; all of it happens or nothing.</param>
    /// <param name="recentBlockhash">A recent block's hash, or the value of the nonce account that the first instruction advances.</param>
    /// <param name="lookupTables">Tables that may shorten it; unused ones do not count. The caller vouches for their content.</param>
    /// <param name="version">The form; by default <see cref="SolanaMessageVersion.V0"/> when tables are given and else <see cref="SolanaMessageVersion.Legacy"/>.</param>
    /// <exception cref="ArgumentException">Tables are given for a legacy message, or an instruction calls the fee payer.</exception>
    /// <exception cref="SolanaTransactionTooLargeException">The transaction would exceed <see cref="SolanaTransaction.MaxSizeInBytes"/> or <see cref="MaxAccounts"/>.</exception>
    public static SolanaMessage Compile(
        SolanaAddress feePayer,
        IReadOnlyList<SolanaInstruction> instructions,
        SolanaHash recentBlockhash,
        IReadOnlyList<SolanaLookupTable>? lookupTables = null,
        SolanaMessageVersion? version = null) => Compile(feePayer, instructions, recentBlockhash, lookupTables, version, order: null);

    /// <summary>Says how large the transaction of a message will be, exactly, without building it.</summary>
    /// <param name="feePayer">Pays the fee, and signs.</param>
    /// <param name="instructions">What to do.</param>
    /// <param name="lookupTables">Tables that may shorten it.</param>
    /// <param name="version">The form, as for <see cref="Compile(SolanaAddress, IReadOnlyList{SolanaInstruction}, SolanaHash, IReadOnlyList{SolanaLookupTable}?, SolanaMessageVersion?)"/>.</param>
    /// <exception cref="ArgumentException">Tables are given for a legacy message.</exception>
    public static SolanaTransactionSize Measure(
        SolanaAddress feePayer,
        IReadOnlyList<SolanaInstruction> instructions,
        IReadOnlyList<SolanaLookupTable>? lookupTables = null,
        SolanaMessageVersion? version = null)
    {
        ArgumentNullException.ThrowIfNull(instructions);
        var form = Form(lookupTables, version);
        return MessageCompiler.Measure(feePayer, Lists.AsSpan(instructions), Tables(lookupTables), form);
    }

    /// <summary>Reads a message from outside and checks it as the runtime does: counts that go together, distinct accounts, programs and indexes in range, nothing behind its end.</summary>
    /// <exception cref="SolanaFormatException">The bytes are no legacy or version 0 message that could run.</exception>
    public static SolanaMessage Decode(ReadOnlySpan<byte> encoded) => Decode(encoded, 0);

    /// <summary>Whether an account signs.</summary>
    /// <param name="index">Its place, from 0 to <see cref="AccountCount"/> - 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such place.</exception>
    public bool IsSigner(int index)
    {
        EnsureIndex(index);
        return index < _layout.Signers;
    }

    /// <summary>Whether an account may be changed.</summary>
    /// <param name="index">Its place, from 0 to <see cref="AccountCount"/> - 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such place.</exception>
    public bool IsWritable(int index)
    {
        EnsureIndex(index);
        return index >= _layout.StaticCount
            ? index < _layout.StaticCount + _layout.LoadedWritable
            : index < _layout.Signers ? index < _layout.Signers - _layout.ReadonlySigners : index < _layout.StaticCount - _layout.ReadonlyOthers;
    }

    /// <param name="input">The whole input; the message ends it.</param>
    /// <param name="start">Where the message begins.</param>
    internal static SolanaMessage Decode(ReadOnlySpan<byte> input, int start)
    {
        var layout = MessageDecoder.Read(input, start);
        return new(input[start..].ToArray(), layout);
    }

    /// <param name="feePayer">Pays the fee.</param>
    /// <param name="instructions">What to do.</param>
    /// <param name="recentBlockhash">A recent block's hash.</param>
    /// <param name="lookupTables">Tables that may shorten it.</param>
    /// <param name="version">The form.</param>
    /// <param name="order">How accounts of the same role follow each other, which the runtime leaves open; null for the order of first use.</param>
    internal static SolanaMessage Compile(
        SolanaAddress feePayer,
        IReadOnlyList<SolanaInstruction> instructions,
        SolanaHash recentBlockhash,
        IReadOnlyList<SolanaLookupTable>? lookupTables,
        SolanaMessageVersion? version,
        IComparer<SolanaAddress>? order)
    {
        ArgumentNullException.ThrowIfNull(instructions);
        var form = Form(lookupTables, version);
        var bytes = MessageCompiler.Compile(feePayer, Lists.AsSpan(instructions), recentBlockhash, Tables(lookupTables), form, order, out var layout);
        return new(bytes, layout);
    }

    /// <summary>The place of a signer; -1 when the account does not sign.</summary>
    internal int SignerIndex(ReadOnlySpan<byte> address)
    {
        var keys = _bytes.AsSpan(_layout.KeysAt);
        for (int i = 0; i < _layout.Signers; i++)
        {
            if (keys.Slice(i * SolanaAddress.SizeInBytes, SolanaAddress.SizeInBytes).SequenceEqual(address))
            {
                return i;
            }
        }

        return -1;
    }

    internal SolanaAddress AccountAt(int index) => new(KeyAt(index));

    internal ReadOnlySpan<byte> KeyAt(int index) => _bytes.AsSpan(_layout.KeysAt + (index * SolanaAddress.SizeInBytes), SolanaAddress.SizeInBytes);

    private static SolanaMessageVersion Form(IReadOnlyList<SolanaLookupTable>? tables, SolanaMessageVersion? version)
    {
        bool hasTables = tables is { Count: > 0 };
        return version switch
        {
            null => hasTables ? SolanaMessageVersion.V0 : SolanaMessageVersion.Legacy,
            SolanaMessageVersion.Legacy when hasTables => throw new ArgumentException("A legacy message has no lookup tables; use version 0.", nameof(version)),
            SolanaMessageVersion.Legacy or SolanaMessageVersion.V0 => version.Value,
            _ => throw new ArgumentOutOfRangeException(nameof(version), version, "There is no such form."),
        };
    }

    private static ReadOnlySpan<SolanaLookupTable> Tables(IReadOnlyList<SolanaLookupTable>? tables) => tables is null ? [] : Lists.AsSpan(tables);

    private void EnsureIndex(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, AccountCount);
    }
}
