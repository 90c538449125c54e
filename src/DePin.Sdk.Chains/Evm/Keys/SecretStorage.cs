using DePin.Sdk.Chains.Cryptography;
using DePin.Sdk.Chains.Evm.Keys.Internal;

namespace DePin.Sdk.Chains.Evm.Keys;

/// <summary>Key files as text: the Web3 Secret Storage, version 3, which geth, ethers.js, MetaMask and others read and write. For files in a folder there is <see cref="EvmKeyStore"/>.</summary>
/// <remarks>A password is used as its UTF-8 bytes. ethers.js normalizes it before (NFKC); for a password beyond ASCII that it shall read, normalize it too.</remarks>
public static class SecretStorage
{
    /// <summary>The longest file that is read, in bytes.</summary>
    public const int MaxSizeInBytes = KeyFileJson.MaxLength;

    /// <summary>Encrypts a key with a password. It takes about a second and 256 MiB unless the options say otherwise.</summary>
    /// <param name="signer">The key.</param>
    /// <param name="password">The password, not empty.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The file, as JSON.</returns>
    /// <exception cref="ArgumentException">The password is empty, or an option is out of range.</exception>
    public static Task<string> EncryptAsync(Secp256k1Signer signer, string password, EvmKeyStoreOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(signer);
        ArgumentException.ThrowIfNullOrEmpty(password);
        options ??= new();
        options.Validate();
        return Task.Run(() => System.Text.Encoding.UTF8.GetString(SecretStorageWriter.Encrypt(signer, password, options, previous: null, cancellationToken)), cancellationToken);
    }

    /// <summary>Opens a file. Its address, when it names one, must be the key's.</summary>
    /// <param name="json">The file.</param>
    /// <param name="password">Its password.</param>
    /// <param name="options">What it may cost; null for the defaults.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The key; dispose it to clear it.</returns>
    /// <exception cref="EvmKeyException">The password is wrong, or the file is no key file or asks for too much.</exception>
    public static Task<Secp256k1Signer> DecryptAsync(string json, string password, EvmKeyStoreOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(password);
        options ??= new();
        options.Validate();
        if (json.Length > MaxSizeInBytes)
        {
            throw KeyFileJson.Malformed($"A key file has at most {MaxSizeInBytes} bytes.");
        }

        return Task.Run(() => SecretStorageReader.Decrypt(System.Text.Encoding.UTF8.GetBytes(json), password, options, cancellationToken), cancellationToken);
    }
}
