using DePin.Sdk.Chains.Evm.Accounts;
using DePin.Sdk.Chains.Evm.Encoding;

namespace DePin.Sdk.Chains.Evm.Transactions;

/// <summary>Reads transactions from outside; see <see cref="SignedEvmTransaction.Decode"/>.</summary>
internal static class EvmTransactionDecoder
{
    public static SignedEvmTransaction Decode(ReadOnlySpan<byte> encoded)
    {
        if (encoded.IsEmpty || encoded.Length > SignedEvmTransaction.MaxSizeInBytes)
        {
            throw new EvmFormatException($"A transaction has 1 to {SignedEvmTransaction.MaxSizeInBytes} bytes, not {encoded.Length}.", 0);
        }

        // EIP-2718: a byte below 0x80 is a type; a legacy transaction starts as a list.
        var type = encoded[0] >= 0xC0 ? EvmTransactionType.Legacy : (EvmTransactionType)encoded[0];
        if (encoded[0] < 0xC0 && type is not (EvmTransactionType.AccessList or EvmTransactionType.DynamicFee))
        {
            throw new EvmFormatException($"Transactions of type 0x{encoded[0]:x2} cannot be read.", 0);
        }

        // The type byte is read as an item of its own, which a byte below 0x80 is, so that offsets count from the start.
        var outer = new RlpReader(encoded);
        if (type != EvmTransactionType.Legacy)
        {
            outer.ReadBytes();
        }

        var fields = outer.ReadList();
        outer.EnsureEnd();

        ulong? chainId = type == EvmTransactionType.Legacy ? null : fields.ReadUInt64();
        ulong nonce = fields.ReadUInt64();
        if (nonce == ulong.MaxValue)
        {
            throw new EvmFormatException("The nonce is 2^64-1, which no account can reach (EIP-2681).", fields.Offset);
        }

        var priorityFee = type == EvmTransactionType.DynamicFee ? fields.ReadUInt256() : UInt256.Zero;
        var maxFee = fields.ReadUInt256();
        if (priorityFee > maxFee)
        {
            throw new EvmFormatException("The priority fee is above the maximum fee.", fields.Offset);
        }

        ulong gasLimit = fields.ReadUInt64();
        EnsureCostFits(maxFee, gasLimit, fields.Offset);
        int toOffset = fields.Offset;
        var to = fields.ReadBytes();
        if (to.Length is not (0 or EvmAddress.SizeInBytes))
        {
            throw new EvmFormatException($"A recipient has 20 bytes, or none; not {to.Length}.", toOffset);
        }

        var transaction = new EvmTransaction
        {
            Type = type,
            ChainId = chainId,
            Nonce = nonce,
            GasLimit = gasLimit,
            MaxFeePerGas = maxFee,
            MaxPriorityFeePerGas = priorityFee,
            To = to.IsEmpty ? null : new EvmAddress(to),
            Value = fields.ReadUInt256(),
            Data = fields.ReadBytes().ToArray(),
            AccessList = type == EvmTransactionType.Legacy ? [] : ReadAccessList(fields.ReadList()),
        };

        int signatureOffset = fields.Offset;
        ulong v = fields.ReadUInt64();
        var r = fields.ReadUInt256();
        var s = fields.ReadUInt256();
        fields.EnsureEnd();
        bool odd = ReadParity(ref transaction, v, signatureOffset);
        return EvmSignature.IsInRange(r, s)
            ? new SignedEvmTransaction(transaction, new EvmSignature(r, s, odd), encoded.ToArray())
            : throw new EvmFormatException("The signature's r is not from 1 to n-1, or its s not from 1 to n/2 (EIP-2).", signatureOffset);
    }

    private static void EnsureCostFits(UInt256 maxFee, ulong gasLimit, int offset)
    {
        try
        {
            _ = maxFee * gasLimit;
        }
        catch (OverflowException problem)
        {
            throw new EvmFormatException("The gas limit times its price needs more than 256 bits.", offset, problem);
        }
    }

    private static bool ReadParity(ref EvmTransaction transaction, ulong v, int offset)
    {
        if (transaction.Type != EvmTransactionType.Legacy)
        {
            return v <= 1 ? v == 1 : throw new EvmFormatException($"The parity of a signature is 0 or 1, not {v}.", offset);
        }

        switch (v)
        {
            case 27 or 28:
                return v == 28;
            case >= 37:
                // EIP-155: v is twice the chain plus 35 or 36.
                transaction = transaction with { ChainId = (v - 35) / 2 };
                return (v - 35) % 2 == 1;
            default:
                throw new EvmFormatException($"v is {v}; it is 27, 28, or 37 and more with a chain (EIP-155).", offset);
        }
    }

    private static List<AccessListEntry> ReadAccessList(RlpReader entries)
    {
        var list = new List<AccessListEntry>();
        while (!entries.IsAtEnd)
        {
            var entry = entries.ReadList();
            var address = new EvmAddress(entry.ReadExact(EvmAddress.SizeInBytes));
            var keys = entry.ReadList();
            entry.EnsureEnd();
            var slots = new List<Hash32>();
            while (!keys.IsAtEnd)
            {
                slots.Add(new Hash32(keys.ReadExact(Hash32.SizeInBytes)));
            }

            list.Add(new AccessListEntry(address, slots));
        }

        return list;
    }
}
