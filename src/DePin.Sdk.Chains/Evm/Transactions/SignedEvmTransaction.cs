using DePin.Sdk.Chains.Evm.Accounts;

namespace DePin.Sdk.Chains.Evm.Transactions;

/// <summary>A transaction with its signature, ready for <c>eth_sendRawTransaction</c>, or read from outside.</summary>
public sealed class SignedEvmTransaction
{
    /// <summary>The most bytes that <see cref="Decode"/> reads; nodes accept 128 KiB.</summary>
    public const int MaxSizeInBytes = 128 * 1024;

    internal SignedEvmTransaction(EvmTransaction transaction, EvmSignature signature, byte[] encoded)
    {
        Transaction = transaction;
        Signature = signature;
        Encoded = encoded;
        Hash = Hash32.Keccak(encoded);
    }

    /// <summary>What is signed.</summary>
    public EvmTransaction Transaction { get; }

    /// <summary>The signature of <see cref="EvmTransaction.SigningHash"/>.</summary>
    public EvmSignature Signature { get; }

    /// <summary>The bytes to send.</summary>
    public ReadOnlyMemory<byte> Encoded { get; }

    /// <summary>The name of the transaction on its chain.</summary>
    public Hash32 Hash { get; }

    /// <summary>The account that signed, which pays. It is computed anew each time.</summary>
    /// <exception cref="DePinException">No key can have made the signature (<see cref="DePinErrorCode.InvalidSignature"/>).</exception>
    public EvmAddress RecoverSender() => Signature.TryRecover(Transaction.SigningHash(), out var sender)
        ? sender
        : throw new DePinException(DePinErrorCode.InvalidSignature, Fault.Chain, "No key can have made the transaction's signature.");

    /// <summary>Reads a signed transaction of type 0, 1 or 2. It is checked for form; nonce, balance and gas are the chain's to judge.</summary>
    /// <exception cref="EvmFormatException">The bytes are no such transaction in canonical form, a value exceeds its range, or the signature's s is the high one.</exception>
    public static SignedEvmTransaction Decode(ReadOnlySpan<byte> encoded) => EvmTransactionDecoder.Decode(encoded);
}
