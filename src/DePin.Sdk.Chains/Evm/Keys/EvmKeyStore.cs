using System.Globalization;
using System.Text.Json;
using DePin.Sdk.Chains.Cryptography;
using DePin.Sdk.Chains.Evm.Keys.Internal;

namespace DePin.Sdk.Chains.Evm.Keys;

/// <summary>A folder of encrypted key files (Web3 Secret Storage, version 3), laid out as geth's <c>keystore</c>. Files are written whole or not at all, readable by their owner alone;
/// nothing here deletes a key. Safe for several threads and processes.</summary>
public sealed class EvmKeyStore
{
    private readonly EvmKeyStoreOptions _options;

    /// <summary>Takes a folder, which is made with the first file.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="options">How new files are encrypted, and what opening one may cost; null for the defaults.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public EvmKeyStore(string folder, EvmKeyStoreOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        _options = options ?? new();
        _options.Validate();
        Folder = Path.GetFullPath(folder);
    }

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>The keys in the folder, by what their files say, in the order of the files' names. Files that are no key files, or name no address, are passed over.</summary>
    /// <exception cref="EvmKeyException">The folder cannot be read.</exception>
    public IReadOnlyList<EvmKeyEntry> List()
    {
        if (!Directory.Exists(Folder))
        {
            return [];
        }

        try
        {
            return [.. Directory.EnumerateFiles(Folder).Where(path => !Path.GetFileName(path).StartsWith('.')).Order(StringComparer.Ordinal).Select(ReadEntry).OfType<EvmKeyEntry>()];
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw KeyFiles.Storage($"The folder '{Folder}' cannot be read", problem);
        }
    }

    /// <summary>Makes a new random key and writes its file.</summary>
    /// <param name="password">The password, not empty. Without it the key is lost.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="EvmKeyException">The file cannot be written.</exception>
    public async Task<EvmKeyEntry> CreateAsync(string password, CancellationToken cancellationToken = default)
    {
        using var signer = Secp256k1Signer.Create();
        return await ImportAsync(signer, password, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes the file of a key that exists elsewhere.</summary>
    /// <param name="signer">The key.</param>
    /// <param name="password">The password, not empty.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="EvmKeyException">The folder has that key already, or the file cannot be written.</exception>
    public async Task<EvmKeyEntry> ImportAsync(Secp256k1Signer signer, string password, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(signer);
        ArgumentException.ThrowIfNullOrEmpty(password);
        var address = EvmAddress.FromPublicKey(signer.Point);
        if (List().Any(entry => entry.Address == address))
        {
            throw new EvmKeyException(EvmKeyProblem.AlreadyExists, $"The folder has a file of {address} already; change its password instead.");
        }

        var file = await Task.Run(() => SecretStorageWriter.Encrypt(signer, password, _options, previous: null, cancellationToken), cancellationToken).ConfigureAwait(false);
        var time = _options.TimeProvider.GetUtcNow().ToString("yyyy-MM-dd'T'HH-mm-ss.fffffff'00Z'", CultureInfo.InvariantCulture);
        var path = Path.Combine(Folder, $"UTC--{time}--{Convert.ToHexStringLower(address.ToArray())}");
        KeyFiles.Write(path, file, replace: false);
        return new EvmKeyEntry(address, path);
    }

    /// <summary>Takes a key file that another program wrote into the folder, encrypted anew.</summary>
    /// <param name="json">The file.</param>
    /// <param name="password">Its password.</param>
    /// <param name="newPassword">The password here, not empty.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="EvmKeyException">The password is wrong, the file is no key file, or the folder has that key already.</exception>
    public async Task<EvmKeyEntry> ImportAsync(string json, string password, string newPassword, CancellationToken cancellationToken = default)
    {
        using var signer = await SecretStorage.DecryptAsync(json, password, _options, cancellationToken).ConfigureAwait(false);
        return await ImportAsync(signer, newPassword, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Opens a key. It takes about a second for files that were written with the defaults.</summary>
    /// <param name="address">The account.</param>
    /// <param name="password">The password.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The key; dispose it to clear it.</returns>
    /// <exception cref="EvmKeyException">The folder has no such key, or the password is wrong.</exception>
    public async Task<Secp256k1Signer> OpenAsync(EvmAddress address, string password, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(password);
        var file = KeyFiles.Read(Find(address).Path);
        return await Task.Run(() => SecretStorageReader.Decrypt(file, password, _options, cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Encrypts a key anew. The old file is there until the new one is on disk; copies of the old file still open with the old password.</summary>
    /// <param name="address">The account.</param>
    /// <param name="password">The password until now.</param>
    /// <param name="newPassword">The password from now on, not empty.</param>
    /// <param name="cancellationToken">Gives up; the file stays as it was.</param>
    /// <exception cref="EvmKeyException">The folder has no such key, the password is wrong, or the file holds the words that the key is made from (ethers.js), which would be lost.</exception>
    public async Task ChangePasswordAsync(EvmAddress address, string password, string newPassword, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(password);
        ArgumentException.ThrowIfNullOrEmpty(newPassword);
        var path = Find(address).Path;
        var file = KeyFiles.Read(path);
        using var document = KeyFileJson.Parse(file);
        if (KeyFileJson.Optional(document.RootElement, "x-ethers") is { ValueKind: JsonValueKind.Object } extra && KeyFileJson.Optional(extra, "mnemonicCiphertext") is not null)
        {
            throw new EvmKeyException(EvmKeyProblem.Unsupported, "The file also holds the mnemonic phrase of the key, encrypted with the old password. Change the password with ethers.js, or import the key into another folder.");
        }

        var changed = await Task.Run(
            () =>
            {
                using var signer = SecretStorageReader.Decrypt(file, password, _options, cancellationToken);
                return SecretStorageWriter.Encrypt(signer, newPassword, _options, document.RootElement, cancellationToken);
            },
            cancellationToken).ConfigureAwait(false);
        KeyFiles.Write(path, changed, replace: true);
    }

    /// <summary>A key's file for another program, encrypted with a password of its own.</summary>
    /// <param name="address">The account.</param>
    /// <param name="password">The password here.</param>
    /// <param name="exportPassword">The password of the exported file, not empty.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="EvmKeyException">The folder has no such key, or the password is wrong.</exception>
    public async Task<string> ExportAsync(EvmAddress address, string password, string exportPassword, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(exportPassword);
        using var signer = await OpenAsync(address, password, cancellationToken).ConfigureAwait(false);
        return await SecretStorage.EncryptAsync(signer, exportPassword, _options, cancellationToken).ConfigureAwait(false);
    }

    private static EvmKeyEntry? ReadEntry(string path)
    {
        try
        {
            using var document = KeyFileJson.Parse(KeyFiles.Read(path));
            return KeyFileJson.Address(document.RootElement, "address") is { } address && KeyFileJson.Optional(document.RootElement, "crypto") is not null
                ? new EvmKeyEntry(address, path)
                : null;
        }
        catch (EvmKeyException)
        {
            return null; // no key file, or one that is just being written
        }
    }

    private EvmKeyEntry Find(EvmAddress address) => List().FirstOrDefault(entry => entry.Address == address)
        ?? throw new EvmKeyException(EvmKeyProblem.NotFound, $"'{Folder}' has no key file of {address}.");
}
