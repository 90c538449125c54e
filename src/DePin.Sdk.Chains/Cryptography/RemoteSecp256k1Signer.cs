using System.Formats.Asn1;
using DePin.Sdk.Chains.Cryptography.Internal;
using DePin.Sdk.Identity;

namespace DePin.Sdk.Chains.Cryptography;

/// <summary>An <see cref="ISigner"/> over secp256k1 whose key is somewhere else: in a cloud's KMS, an HSM, a signing service. Such keys sign a digest, return r and s alone, in DER or 64 bytes,
/// and do not care which of the two s it is. This hashes the message, takes the lower s (EIP-2), finds v, and lets nothing out that does not verify. Thread-safe if the delegate is.</summary>
public sealed class RemoteSecp256k1Signer : ISigner
{
    private const int MaxDerLength = 80;

    private readonly Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask<ReadOnlyMemory<byte>>> _signDigest;

    /// <summary>Wraps a key.</summary>
    /// <param name="publicKey">The public half; from a KMS often as <see cref="Secp256k1PublicKey.ImportSubjectPublicKeyInfo"/> reads it.</param>
    /// <param name="signDigest">Signs a digest of 32 bytes with ECDSA as it is, without hashing it again, and returns r and s: in DER (AWS, Google), or as 64 bytes (Azure).
    /// It may throw what it likes, and may be called from several threads at once.</param>
    /// <exception cref="ArgumentException">The default value is no public key.</exception>
    public RemoteSecp256k1Signer(Secp256k1PublicKey publicKey, Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask<ReadOnlyMemory<byte>>> signDigest)
    {
        ArgumentNullException.ThrowIfNull(signDigest);
        if (!publicKey.IsValid)
        {
            throw new ArgumentException("The default value is no public key.", nameof(publicKey));
        }

        Span<byte> compressed = stackalloc byte[Secp256k1PublicKey.CompressedSizeInBytes];
        publicKey.WriteCompressed(compressed);
        PublicKey = new PublicKey(SignatureAlgorithm.Secp256k1, compressed);
        Point = publicKey;
        _signDigest = signDigest;
    }

    /// <inheritdoc/>
    public PublicKey PublicKey { get; }

    /// <summary>The public half as a point, from which an address is derived.</summary>
    public Secp256k1PublicKey Point { get; }

    /// <inheritdoc/>
    /// <exception cref="DePinException">What came back is no signature by this key (<see cref="DePinErrorCode.InvalidSignature"/>).</exception>
    public async ValueTask<Signature> SignAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var digest = Keccak256.HashData(message.Span);
        var answer = await _signDigest(digest.ToArray(), cancellationToken).ConfigureAwait(false);
        return Finish(digest, answer.Span) is { } signature
            ? new Signature(SignatureAlgorithm.Secp256k1, signature)
            : throw new DePinException(
                DePinErrorCode.InvalidSignature,
                Fault.Consumer,
                $"The remote key {Point} returned {answer.Length} bytes that are no signature of its own over the digest. It must sign the digest as it is, on secp256k1, and return DER or 64 bytes.");
    }

    /// <summary>r, s and v; null when the answer is no signature of this key.</summary>
    private byte[]? Finish(ReadOnlySpan<byte> digest, ReadOnlySpan<byte> answer)
    {
        var signature = new byte[Secp256k1Signer.SignatureSizeInBytes];
        var compact = signature.AsSpan(0, Secp256k1.SignatureSizeInBytes);
        if (answer.Length == compact.Length)
        {
            answer.CopyTo(compact);
        }
        else if (!TryReadDer(answer, compact))
        {
            return null;
        }

        if (!Scalar.TryRead(compact[32..], out var s))
        {
            return null;
        }

        // All of this is public.
        if (s.IsHigh != 0)
        {
            (-s).Write(compact[32..]);
        }

        // Ids 2 and 3 have no v on EVM chains, and no one will ever see one.
        for (int recoveryId = 0; recoveryId < 2; recoveryId++)
        {
            if (Secp256k1.TryRecover(digest, compact, recoveryId, out var by) && by == Point)
            {
                signature[^1] = (byte)(27 + recoveryId);
                return signature;
            }
        }

        return null;
    }

    private static bool TryReadDer(ReadOnlySpan<byte> der, Span<byte> compact)
    {
        if (der.Length > MaxDerLength)
        {
            return false;
        }

        try
        {
            var reader = new AsnReader(der.ToArray(), AsnEncodingRules.DER);
            var sequence = reader.ReadSequence();
            reader.ThrowIfNotEmpty();
            bool isRead = TryReadInteger(sequence, compact[..32]) && TryReadInteger(sequence, compact[32..]);
            sequence.ThrowIfNotEmpty();
            return isRead;
        }
        catch (AsnContentException)
        {
            return false;
        }
    }

    private static bool TryReadInteger(AsnReader sequence, Span<byte> destination)
    {
        var number = sequence.ReadInteger();
        int length = number.Sign < 0 ? int.MaxValue : number.GetByteCount(isUnsigned: true);
        return length <= destination.Length && number.TryWriteBytes(destination[(destination.Length - length)..], out _, isUnsigned: true, isBigEndian: true);
    }
}
