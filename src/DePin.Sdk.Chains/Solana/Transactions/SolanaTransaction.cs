using DePin.Sdk.Chains.Cryptography;
using DePin.Sdk.Chains.Solana.Transactions.Internal;
using DePin.Sdk.Identity;

namespace DePin.Sdk.Chains.Solana.Transactions;

/// <summary>A message with the signatures that it has so far. Immutable: signing gives a new one. Two parties, such as a payer and a sponsor that pays the fee, sign one after the other.</summary>
public sealed class SolanaTransaction
{
    /// <summary>The most bytes that a node takes: what fits in one packet of 1,280 bytes.</summary>
    public const int MaxSizeInBytes = 1232;

    private readonly SolanaSignature[] _signatures;

    /// <summary>A transaction that nobody has signed yet.</summary>
    public SolanaTransaction(SolanaMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        Message = message;
        _signatures = new SolanaSignature[message.SignerCount];
    }

    private SolanaTransaction(SolanaMessage message, SolanaSignature[] signatures)
    {
        Message = message;
        _signatures = signatures;
    }

    /// <summary>What is signed.</summary>
    public SolanaMessage Message { get; }

    /// <summary>One for each signer, in the order of <see cref="SolanaMessage.StaticAccounts"/>; zero where it is missing.</summary>
    public IReadOnlyList<SolanaSignature> Signatures => _signatures;

    /// <summary>Whether every signature is there.</summary>
    public bool IsComplete => !_signatures.AsSpan().Contains(default);

    /// <summary>The name of the transaction on its chain: the fee payer's signature.</summary>
    /// <exception cref="InvalidOperationException">The fee payer has not signed.</exception>
    public SolanaSignature Id => !_signatures[0].IsZero ? _signatures[0] : throw new InvalidOperationException("The transaction has no id before its fee payer has signed.");

    /// <summary>The accounts whose signatures are missing.</summary>
    public IReadOnlyList<SolanaAddress> MissingSigners
    {
        get
        {
            var missing = new List<SolanaAddress>();
            for (int i = 0; i < _signatures.Length; i++)
            {
                if (_signatures[i].IsZero)
                {
                    missing.Add(Message.AccountAt(i));
                }
            }

            return missing;
        }
    }

    /// <summary>The bytes that are sent; the same before and after signing.</summary>
    public int SizeInBytes => Message.TransactionSizeInBytes;

    /// <summary>Signs for some of the signers. What others signed stays.</summary>
    /// <param name="signers">Keys of accounts that the message lets sign.</param>
    /// <param name="cancellationToken">Gives up a slow remote key.</param>
    /// <exception cref="ArgumentException">A key is not Ed25519, or its account does not sign this message.</exception>
    /// <exception cref="DePinException">A remote signer answered with something that does not verify (<see cref="DePinErrorCode.InvalidSignature"/>).</exception>
    public ValueTask<SolanaTransaction> SignAsync(IReadOnlyList<ISigner> signers, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(signers);
        cancellationToken.ThrowIfCancellationRequested();
        var signatures = _signatures.AsSpan().ToArray();
        for (int i = 0; i < signers.Count; i++)
        {
            if (signers[i] is not Ed25519Signer local)
            {
                return SignRemotelyAsync(signers, i, signatures, cancellationToken);
            }

            signatures[IndexOf(local)] = SignLocally(local);
        }

        return ValueTask.FromResult(new SolanaTransaction(Message, signatures));
    }

    /// <summary>Signs for one of the signers. What others signed stays.</summary>
    /// <param name="signer">The key of an account that the message lets sign.</param>
    /// <param name="cancellationToken">Gives up a slow remote key.</param>
    /// <exception cref="ArgumentException">The key is not Ed25519, or its account does not sign this message.</exception>
    /// <exception cref="DePinException">A remote signer answered with something that does not verify (<see cref="DePinErrorCode.InvalidSignature"/>).</exception>
    public ValueTask<SolanaTransaction> SignAsync(ISigner signer, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(signer);
        cancellationToken.ThrowIfCancellationRequested();
        var signatures = _signatures.AsSpan().ToArray();
        if (signer is not Ed25519Signer local)
        {
            return SignRemotelyAsync([signer], 0, signatures, cancellationToken);
        }

        signatures[IndexOf(local)] = SignLocally(local);
        return ValueTask.FromResult(new SolanaTransaction(Message, signatures));
    }

    /// <summary>Puts on a signature that was made elsewhere, once it verifies.</summary>
    /// <param name="signer">The account that signed.</param>
    /// <param name="signature">Its signature of the message.</param>
    /// <exception cref="ArgumentException">The account does not sign this message.</exception>
    /// <exception cref="DePinException">The signature does not verify (<see cref="DePinErrorCode.InvalidSignature"/>).</exception>
    public SolanaTransaction WithSignature(SolanaAddress signer, SolanaSignature signature)
    {
        int index = Message.SignerIndex(SolanaAddress.AsSpan(in signer));
        if (index < 0)
        {
            throw new ArgumentException($"{signer} does not sign this transaction.", nameof(signer));
        }

        EnsureVerifies(index, in signature);
        var signatures = _signatures.AsSpan().ToArray();
        signatures[index] = signature;
        return new SolanaTransaction(Message, signatures);
    }

    /// <summary>Whether every signature is there and verifies, by the rules of <see cref="Ed25519.Verify"/>.</summary>
    public bool Verify()
    {
        for (int i = 0; i < _signatures.Length; i++)
        {
            if (!Verifies(i, in _signatures[i]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The bytes to send or to hand to the next signer; a missing signature is 64 zero bytes.</summary>
    public byte[] Serialize()
    {
        var bytes = GC.AllocateUninitializedArray<byte>(SizeInBytes);
        int at = CompactLength.Write(bytes, _signatures.Length);
        for (int i = 0; i < _signatures.Length; i++, at += SolanaSignature.SizeInBytes)
        {
            _signatures[i].CopyTo(bytes.AsSpan(at));
        }

        Message.Encoded.Span.CopyTo(bytes.AsSpan(at));
        return bytes;
    }

    /// <summary>Reads a transaction from outside, signed in full, in part or not at all. Its form is checked, its signatures are not: see <see cref="Verify"/>.</summary>
    /// <exception cref="SolanaFormatException">The bytes are no transaction with a legacy or version 0 message that could run.</exception>
    public static SolanaTransaction Deserialize(ReadOnlySpan<byte> encoded)
    {
        if (encoded.Length > MaxSizeInBytes)
        {
            throw new SolanaFormatException($"A transaction has at most {MaxSizeInBytes} bytes, not {encoded.Length}.", 0);
        }

        var reader = new WireReader(encoded, 0);
        int count = reader.ReadLength();
        var bytes = reader.ReadBytes(count * SolanaSignature.SizeInBytes, "the signatures");
        var message = SolanaMessage.Decode(encoded, reader.Offset);
        if (count != message.SignerCount)
        {
            throw new SolanaFormatException($"{message.SignerCount} accounts sign, and there are {count} signatures.", 0);
        }

        var signatures = new SolanaSignature[count];
        for (int i = 0; i < count; i++)
        {
            signatures[i] = new SolanaSignature(bytes.Slice(i * SolanaSignature.SizeInBytes, SolanaSignature.SizeInBytes));
        }

        return new SolanaTransaction(message, signatures);
    }

    private async ValueTask<SolanaTransaction> SignRemotelyAsync(IReadOnlyList<ISigner> signers, int next, SolanaSignature[] signatures, CancellationToken cancellationToken)
    {
        for (int i = next; i < signers.Count; i++)
        {
            int index = IndexOf(signers[i]);
            var made = await signers[i].SignAsync(Message.Encoded, cancellationToken).ConfigureAwait(false);
            var signature = made.Bytes.Length == SolanaSignature.SizeInBytes ? new SolanaSignature(made.Bytes.Span) : default;
            EnsureVerifies(index, in signature); // a remote key may have signed something else
            signatures[index] = signature;
        }

        return new SolanaTransaction(Message, signatures);
    }

    private SolanaSignature SignLocally(Ed25519Signer signer)
    {
        Span<byte> signature = stackalloc byte[SolanaSignature.SizeInBytes];
        signer.Sign(Message.Encoded.Span, signature);
        return new SolanaSignature(signature);
    }

    private int IndexOf(ISigner signer)
    {
        var key = signer.PublicKey;
        int index = key.Algorithm == SignatureAlgorithm.Ed25519 ? Message.SignerIndex(key.Bytes.Span) : -1;
        return index >= 0 ? index : throw new ArgumentException($"The key {key} does not sign this transaction.", nameof(signer));
    }

    private void EnsureVerifies(int index, in SolanaSignature signature)
    {
        if (!Verifies(index, in signature))
        {
            throw new DePinException(DePinErrorCode.InvalidSignature, Fault.Consumer, $"The signature of {Message.AccountAt(index)} does not verify.");
        }
    }

    private bool Verifies(int index, in SolanaSignature signature) => Ed25519.Verify(Message.KeyAt(index), Message.Encoded.Span, SolanaSignature.AsSpan(in signature));
}
