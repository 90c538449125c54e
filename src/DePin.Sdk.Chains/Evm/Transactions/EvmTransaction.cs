using DePin.Sdk.Chains.Evm.Accounts;
using DePin.Sdk.Chains.Evm.Encoding;

namespace DePin.Sdk.Chains.Evm.Transactions;

/// <summary>A transaction before it is signed. <see cref="SigningHash"/> is what the account's key signs; <see cref="Sign"/> puts the signature on.</summary>
public sealed record EvmTransaction
{
    /// <summary>The form; <see cref="EvmTransactionType.DynamicFee"/> unless told otherwise.</summary>
    public EvmTransactionType Type { get; init; } = EvmTransactionType.DynamicFee;

    /// <summary>The chain that may execute it, at most 2^63-19 for a legacy transaction. Null only for a legacy transaction that every chain may execute (before EIP-155): do not sign such.</summary>
    public required ulong? ChainId { get; init; }

    /// <summary>How many transactions the account sent before.</summary>
    public required ulong Nonce { get; init; }

    /// <summary>The most gas to spend.</summary>
    public required ulong GasLimit { get; init; }

    /// <summary>The most wei per gas, tip included; the gas price itself in the two older forms.</summary>
    public required UInt256 MaxFeePerGas { get; init; }

    /// <summary>The most wei per gas for the block's proposer; only in <see cref="EvmTransactionType.DynamicFee"/>, elsewhere 0.</summary>
    public UInt256 MaxPriorityFeePerGas { get; init; }

    /// <summary>Who is called or paid; null creates a contract from <see cref="Data"/>.</summary>
    public EvmAddress? To { get; init; }

    /// <summary>The wei that move.</summary>
    public UInt256 Value { get; init; }

    /// <summary>The call's data, or the init code.</summary>
    public ReadOnlyMemory<byte> Data { get; init; }

    /// <summary>What it announces to touch; not in <see cref="EvmTransactionType.Legacy"/>.</summary>
    public IReadOnlyList<AccessListEntry> AccessList { get; init; } = [];

    /// <summary>The bytes whose Keccak-256 digest is signed.</summary>
    /// <exception cref="InvalidOperationException">A property is set that the form does not have, or the chain is missing.</exception>
    public byte[] SigningPayload() => Encode(null);

    /// <summary>The digest to sign.</summary>
    /// <exception cref="InvalidOperationException">A property is set that the form does not have, or the chain is missing.</exception>
    public Hash32 SigningHash() => Hash32.Keccak(SigningPayload());

    /// <summary>Puts a signature of <see cref="SigningHash"/> on. Whether it is the account's own shows in the sender that it recovers.</summary>
    /// <exception cref="InvalidOperationException">A property is set that the form does not have, or the chain is missing.</exception>
    public SignedEvmTransaction Sign(EvmSignature signature) => new(this, signature, Encode(signature));

    /// <summary>The gas that it costs before any code runs, as of the Prague fork: a gas limit below it is refused (EIP-2028, 2930, 3860, 7623).</summary>
    public ulong IntrinsicGas()
    {
        int zeros = Data.Span.Count((byte)0);
        ulong tokens = (ulong)zeros + (4 * (ulong)(Data.Length - zeros));
        ulong gas = 21_000 + (4 * tokens);
        if (To is null)
        {
            gas += 32_000 + (2 * (((ulong)Data.Length + 31) / 32));
        }

        foreach (var entry in AccessList)
        {
            gas += 2_400 + (1_900 * (ulong)entry.StorageKeys.Count);
        }

        return Math.Max(gas, 21_000 + (10 * tokens));
    }

    private byte[] Encode(EvmSignature? signature)
    {
        EnsureForm();
        var writer = new RlpWriter(256 + Data.Length);
        writer.BeginList();
        if (Type != EvmTransactionType.Legacy)
        {
            writer.Write(ChainId!.Value);
        }

        writer.Write(Nonce);
        if (Type == EvmTransactionType.DynamicFee)
        {
            writer.Write(MaxPriorityFeePerGas);
        }

        writer.Write(MaxFeePerGas).Write(GasLimit);
        writer.Write(To is { } to ? to.ToArray() : []).Write(Value).Write(Data.Span);
        if (Type == EvmTransactionType.Legacy)
        {
            WriteLegacyEnd(writer, signature);
        }
        else
        {
            WriteAccessList(writer);
            if (signature is { } typed)
            {
                writer.Write(typed.YParity ? 1UL : 0UL).Write(typed.R).Write(typed.S);
            }
        }

        writer.EndList();
        return Type == EvmTransactionType.Legacy ? writer.ToArray() : [(byte)Type, .. writer.Written];
    }

    private void WriteLegacyEnd(RlpWriter writer, EvmSignature? signature)
    {
        if (signature is { } legacy)
        {
            ulong parity = legacy.YParity ? 1UL : 0UL;
            writer.Write(ChainId is { } chain ? (2 * chain) + 35 + parity : 27 + parity).Write(legacy.R).Write(legacy.S);
        }
        else if (ChainId is { } chain)
        {
            writer.Write(chain).Write(UInt256.Zero).Write(UInt256.Zero);
        }
    }

    private void WriteAccessList(RlpWriter writer)
    {
        writer.BeginList();
        foreach (var entry in AccessList)
        {
            writer.BeginList().Write(entry.Address.ToArray()).BeginList();
            foreach (var key in entry.StorageKeys)
            {
                writer.Write(key.ToArray());
            }

            writer.EndList().EndList();
        }

        writer.EndList();
    }

    private void EnsureForm()
    {
        var problem = Type switch
        {
            < EvmTransactionType.Legacy or > EvmTransactionType.DynamicFee => $"Transactions of type {(int)Type} cannot be written.",
            not EvmTransactionType.Legacy when ChainId is null => "The chain is missing; only legacy transactions can go without.",
            EvmTransactionType.Legacy when ChainId is 0 or > ((ulong.MaxValue - 36) / 2) => "The chain id of a legacy transaction is 1 to 2^63-19, so that v fits in 64 bits.",
            EvmTransactionType.Legacy when AccessList.Count > 0 => "A legacy transaction has no access list; use the AccessList or DynamicFee form.",
            not EvmTransactionType.DynamicFee when !MaxPriorityFeePerGas.IsZero => "Only the DynamicFee form has a priority fee.",
            EvmTransactionType.DynamicFee when MaxPriorityFeePerGas > MaxFeePerGas => "The priority fee is above the maximum fee, so no block may hold the transaction.",
            _ => null,
        };
        if (problem is not null)
        {
            throw new InvalidOperationException(problem);
        }
    }
}
