namespace DePin.Sdk.Identity;

/// <summary>Holds a private key, or reaches one (KMS, hardware, a vendor's wallet), and signs with it.</summary>
public interface ISigner
{
    /// <summary>The public half; it names the algorithm.</summary>
    PublicKey PublicKey { get; }

    /// <summary>Signs a message. The algorithm hashes it: pass the message, not its digest.</summary>
    /// <param name="message">The bytes to sign, usually from a <see cref="CanonicalWriter"/>.</param>
    /// <param name="cancellationToken">Gives up a slow remote key.</param>
    ValueTask<Signature> SignAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken = default);
}
