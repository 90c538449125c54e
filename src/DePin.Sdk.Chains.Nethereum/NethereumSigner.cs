using DePin.Sdk.Chains.Cryptography;
using DePin.Sdk.Chains.Evm;
using DePin.Sdk.Identity;
using Nethereum.RPC.Accounts;
using Nethereum.Signer;
using Nethereum.Web3.Accounts;

namespace DePin.Sdk.Chains.Nethereum;

/// <summary>An <see cref="ISigner"/> over a key or an external signer of Nethereum, which signs by itself. What comes back is checked against its own public key. Thread-safe where Nethereum's object is.</summary>
/// <remarks>Keys in this process sign several times faster once <c>EthECKey.SignRecoverable</c> is set, which holds for the whole process and is off by default.</remarks>
public sealed class NethereumSigner : ISigner
{
    private readonly RemoteSecp256k1Signer _signer;

    /// <summary>Signs with a key.</summary>
    /// <param name="key">The key; it stays the caller's.</param>
    public NethereumSigner(EthECKey key)
        : this(new RemoteSecp256k1Signer(PointOf(key), (digest, _) => new(Sign(key, digest))))
    {
    }

    private NethereumSigner(RemoteSecp256k1Signer signer) => _signer = signer;

    /// <inheritdoc/>
    public PublicKey PublicKey => _signer.PublicKey;

    /// <summary>Signs with an account. <c>Account</c> and <c>ExternalAccount</c> can do so; an account whose key a node manages cannot, since nodes sign no digests.</summary>
    /// <remarks>An <c>Account</c> hands its key to an <c>EthECKey</c> of Nethereum, for it signs transactions and messages but no digests.</remarks>
    /// <param name="account">The account; it stays the caller's.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ArgumentException">The account signs no digests.</exception>
    /// <exception cref="DePinException">The external signer made no signature of its own account (<see cref="DePinErrorCode.InvalidSignature"/>).</exception>
    public static Task<NethereumSigner> ConnectAsync(IAccount account, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(account);
        return account switch
        {
            Account local => Task.FromResult(new NethereumSigner(new EthECKey(local.PrivateKey))),
            ExternalAccount remote => ConnectAsync(remote.ExternalSigner, cancellationToken),
            _ => throw new ArgumentException($"{account.GetType().Name} signs no digests. Use an Account, or an ExternalAccount over a signer that does.", nameof(account)),
        };
    }

    /// <summary>Signs with an external signer, for example of a cloud's KMS. It signs once here, because its public key cannot be had otherwise.</summary>
    /// <param name="signer">The signer; it stays the caller's. It must sign digests: hardware that signs only transactions it can read (<c>ExternalSignerTransactionFormat.RLP</c>) does not.</param>
    /// <param name="cancellationToken">Gives up; the signer itself cannot be stopped.</param>
    /// <exception cref="ArgumentException">The signer signs no digests.</exception>
    /// <exception cref="DePinException">The signer made no signature of its own account (<see cref="DePinErrorCode.InvalidSignature"/>).</exception>
    public static async Task<NethereumSigner> ConnectAsync(IEthExternalSigner signer, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(signer);
        if (signer.ExternalSignerTransactionFormat != ExternalSignerTransactionFormat.Hash)
        {
            throw new ArgumentException($"{signer.GetType().Name} signs in the format {signer.ExternalSignerTransactionFormat}; vouchers take one that signs digests.", nameof(signer));
        }

        var address = EvmAddress.Parse(await signer.GetAddressAsync().WaitAsync(cancellationToken).ConfigureAwait(false));
        byte[] probe = Keccak256.HashData("depin-sdk: which key is this?"u8);
        byte[] signature = Compact(await signer.SignAsync((byte[])probe.Clone()).WaitAsync(cancellationToken).ConfigureAwait(false));
        for (int recoveryId = 0; recoveryId < 2; recoveryId++)
        {
            if (Secp256k1.TryRecover(probe, signature, recoveryId, out var point, allowHighS: true) && AddressOf(point) == address)
            {
                return new NethereumSigner(new RemoteSecp256k1Signer(point, async (digest, stop) => Compact(await signer.SignAsync(digest.ToArray()).WaitAsync(stop).ConfigureAwait(false))));
            }
        }

        throw new DePinException(DePinErrorCode.InvalidSignature, Fault.Consumer, $"The external signer of {address} made a signature that is not that account's. It must sign the digest as it is.");
    }

    /// <inheritdoc/>
    /// <exception cref="DePinException">What came back is no signature by this key (<see cref="DePinErrorCode.InvalidSignature"/>).</exception>
    public ValueTask<Signature> SignAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken = default) => _signer.SignAsync(message, cancellationToken);

    private static Secp256k1PublicKey PointOf(EthECKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return Secp256k1PublicKey.Parse(key.GetPubKey());
    }

    private static EvmAddress AddressOf(Secp256k1PublicKey point)
    {
        Span<byte> compressed = stackalloc byte[Secp256k1PublicKey.CompressedSizeInBytes];
        point.WriteCompressed(compressed);
        return EvmAddress.TryFromPublicKey(new PublicKey(SignatureAlgorithm.Secp256k1, compressed), out var address) ? address : default;
    }

    // Without the fast signer, finding v costs Nethereum as much again, and v is found here in any case.
    private static ReadOnlyMemory<byte> Sign(EthECKey key, ReadOnlyMemory<byte> digest) =>
        Compact(EthECKey.SignRecoverable ? key.SignAndCalculateV(digest.ToArray()) : key.Sign(digest.ToArray()));

    // Nethereum leaves leading zeros out.
    private static byte[] Compact(EthECDSASignature signature)
    {
        var compact = new byte[Secp256k1.SignatureSizeInBytes];
        byte[] r = signature.R;
        byte[] s = signature.S;
        if (r.Length > 32 || s.Length > 32)
        {
            throw new DePinException(DePinErrorCode.InvalidSignature, Fault.Consumer, $"A signature with numbers of {r.Length} and {s.Length} bytes is none of secp256k1.");
        }

        r.CopyTo(compact, 32 - r.Length);
        s.CopyTo(compact, 64 - s.Length);
        return compact;
    }
}
