using DePin.Sdk.Chains.Cryptography;
using DePin.Sdk.Identity;
using Solnet.Wallet;
using PublicKey = DePin.Sdk.Identity.PublicKey;

namespace DePin.Sdk.Chains.Solnet;

/// <summary>An <see cref="ISigner"/> over a Solnet account. The account signs by itself, and its private key stays where it is. Thread-safe.</summary>
public sealed class SolnetSigner : ISigner
{
    private readonly Account _account;

    /// <summary>Signs with an account.</summary>
    /// <param name="account">The account; it stays the caller's.</param>
    /// <exception cref="ArgumentException">The account's private key is not the one of its public key. Solnet does not compare the two.</exception>
    public SolnetSigner(Account account)
    {
        ArgumentNullException.ThrowIfNull(account);
        _account = account;
        PublicKey = new PublicKey(SignatureAlgorithm.Ed25519, account.PublicKey.KeyBytes);

        // Signing under another public key than one's own gives the private key away, so it is found out before there is anything to sign.
        byte[] probe = "depin-sdk: is this key its own?"u8.ToArray();
        if (!new Ed25519Verifier().Verify(PublicKey, probe, account.Sign(probe)))
        {
            throw new ArgumentException($"The account {account.PublicKey.Key} holds the private key of another one.", nameof(account));
        }
    }

    /// <summary>Signs with the first account of a wallet.</summary>
    /// <param name="wallet">The wallet; it stays the caller's.</param>
    public SolnetSigner(Wallet wallet)
        : this(AccountOf(wallet))
    {
    }

    /// <summary>Signs with one of a wallet's accounts.</summary>
    /// <param name="wallet">The wallet; it stays the caller's.</param>
    /// <param name="index">Which account, from 0. Only wallets of Solnet's seed mode <c>Ed25519Bip32</c>, its default, have more than one.</param>
    public SolnetSigner(Wallet wallet, int index)
        : this(AccountOf(wallet, index))
    {
    }

    /// <inheritdoc/>
    public PublicKey PublicKey { get; }

    /// <inheritdoc/>
    public ValueTask<Signature> SignAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(new Signature(SignatureAlgorithm.Ed25519, _account.Sign(message.ToArray())));
    }

    private static Account AccountOf(Wallet wallet)
    {
        ArgumentNullException.ThrowIfNull(wallet);
        return wallet.Account;
    }

    private static Account AccountOf(Wallet wallet, int index)
    {
        ArgumentNullException.ThrowIfNull(wallet);
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        return wallet.GetAccount(index);
    }
}
