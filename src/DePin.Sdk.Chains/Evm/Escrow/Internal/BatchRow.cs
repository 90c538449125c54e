using System.Buffers.Binary;
using DePin.Sdk.Chains.Evm.Accounts;

namespace DePin.Sdk.Chains.Evm.Escrow.Internal;

/// <summary>A voucher as <c>settleBatch</c> takes it: payer 20, authorizedSigner 20, salt 32, cumulativeAmount 12, signature 64 (EIP-2098).</summary>
internal static class BatchRow
{
    public const int SizeInBytes = 148;

    public static void Write(in EvmChannelTerms terms, UInt128 cumulative, EvmSignature signature, Span<byte> destination)
    {
        terms.Payer.CopyTo(destination);
        terms.AuthorizedSigner.CopyTo(destination[20..]);
        terms.Salt.CopyTo(destination[40..]);
        BinaryPrimitives.WriteUInt32BigEndian(destination[72..], (uint)(cumulative >> 64));
        BinaryPrimitives.WriteUInt64BigEndian(destination[76..], (ulong)cumulative);
        signature.CopyCompactTo(destination[84..]);
    }
}
