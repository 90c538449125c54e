using DePin.Sdk.Chains.Evm.Transactions;
using DePin.Sdk.Chains.Evm.TypedData;
using DePin.Sdk.Identity;

namespace DePin.Sdk.Chains.Evm.Accounts;

/// <summary>Signs what EVM chains read with any <see cref="ISigner"/> of <see cref="SignatureAlgorithm.Secp256k1"/>: a key in this process, in a KMS, in hardware. What comes back is
/// checked against the signer's own address, so that a misconfigured key is found out before anything is sent.</summary>
public static class EvmSignerExtensions
{
    /// <summary>The account of a signer.</summary>
    /// <exception cref="ArgumentException">The signer's key is not on secp256k1.</exception>
    public static EvmAddress GetEvmAddress(this ISigner signer)
    {
        ArgumentNullException.ThrowIfNull(signer);
        return EvmAddress.TryFromPublicKey(signer.PublicKey, out var address)
            ? address
            : throw new ArgumentException($"An account of an EVM chain has a key of {SignatureAlgorithm.Secp256k1}; this signer's is of {signer.PublicKey.Algorithm}.", nameof(signer));
    }

    /// <summary>Signs a transaction.</summary>
    /// <exception cref="DePinException">The signer made no signature of its own account (<see cref="DePinErrorCode.InvalidSignature"/>).</exception>
    /// <exception cref="InvalidOperationException">A property is set that the transaction's form does not have, or the chain is missing.</exception>
    public static async ValueTask<SignedEvmTransaction> SignTransactionAsync(this ISigner signer, EvmTransaction transaction, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        return transaction.Sign(await SignPayloadAsync(signer, transaction.SigningPayload(), cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Signs typed data (EIP-712).</summary>
    /// <exception cref="DePinException">The signer made no signature of its own account (<see cref="DePinErrorCode.InvalidSignature"/>).</exception>
    public static ValueTask<EvmSignature> SignTypedDataAsync<T>(this ISigner signer, TypedDataDomain domain, in T value, CancellationToken cancellationToken = default)
        where T : ITypedData
    {
        ArgumentNullException.ThrowIfNull(domain);
        return SignPayloadAsync(signer, domain.SigningPayload(value), cancellationToken);
    }

    /// <summary>Signs a typed-data document (EIP-712). Whoever wrote the document decides what it does with the account's money: show it, or sign only what you wrote yourself.</summary>
    /// <exception cref="DePinException">The signer made no signature of its own account (<see cref="DePinErrorCode.InvalidSignature"/>).</exception>
    public static ValueTask<EvmSignature> SignTypedDataAsync(this ISigner signer, TypedDataDocument document, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(document);
        return SignPayloadAsync(signer, document.SigningPayload(), cancellationToken);
    }

    /// <summary>Signs a message as <c>personal_sign</c> does (EIP-191).</summary>
    /// <exception cref="DePinException">The signer made no signature of its own account (<see cref="DePinErrorCode.InvalidSignature"/>).</exception>
    public static ValueTask<EvmSignature> SignPersonalMessageAsync(this ISigner signer, ReadOnlySpan<byte> message, CancellationToken cancellationToken = default) =>
        SignPayloadAsync(signer, PersonalMessage.SigningPayload(message), cancellationToken);

    private static async ValueTask<EvmSignature> SignPayloadAsync(ISigner signer, byte[] payload, CancellationToken cancellationToken)
    {
        var account = signer.GetEvmAddress();
        var signature = await signer.SignAsync(payload, cancellationToken).ConfigureAwait(false);
        try
        {
            if (signature.Algorithm == SignatureAlgorithm.Secp256k1
                && EvmSignature.Parse(signature.Bytes.Span) is var parsed
                && parsed.TryRecover(Hash32.Keccak(payload), out var by)
                && by == account)
            {
                return parsed;
            }
        }
        catch (EvmFormatException problem)
        {
            throw Refused(account, problem);
        }

        throw Refused(account, null);
    }

    private static DePinException Refused(EvmAddress account, Exception? cause) => new(
        DePinErrorCode.InvalidSignature,
        Fault.Consumer,
        $"The signer of {account} returned something else than its signature over the Keccak-256 digest of the message: r, s at most n/2, and v.",
        isTransient: false,
        cause);
}
