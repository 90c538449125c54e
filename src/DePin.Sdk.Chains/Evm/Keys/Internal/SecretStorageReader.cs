using System.Security.Cryptography;
using System.Text.Json;
using DePin.Sdk.Chains.Cryptography;

namespace DePin.Sdk.Chains.Evm.Keys.Internal;

/// <summary>Reads key files of the Web3 Secret Storage, version 3. Everything in a file is checked before any work is done for it.</summary>
internal static class SecretStorageReader
{
    private const int IvSize = 16;
    private const int MaxSaltSize = 1_024;

    public static Secp256k1Signer Decrypt(ReadOnlyMemory<byte> json, string password, EvmKeyStoreOptions limits, CancellationToken cancellationToken)
    {
        using var document = KeyFileJson.Parse(json);
        var root = document.RootElement;
        if (PresaleWallet.IsOne(root))
        {
            return PresaleWallet.Decrypt(root, password);
        }

        RequireVersion(root);
        var crypto = KeyFileJson.Object(root, "crypto");
        var cipher = KeyFileJson.Text(crypto, "cipher");
        if (cipher != "aes-128-ctr")
        {
            throw new EvmKeyException(EvmKeyProblem.Unsupported, "The file's cipher is not aes-128-ctr, the only one of version 3.");
        }

        var iv = KeyFileJson.Bytes(KeyFileJson.Object(crypto, "cipherparams"), "iv", IvSize, IvSize);

        // Some old clients left leading zeros of a key out.
        var ciphertext = KeyFileJson.Bytes(crypto, "ciphertext", 1, Secp256k1.PrivateKeySizeInBytes);
        var mac = KeyFileJson.Bytes(crypto, "mac", Keccak256.HashSizeInBytes, Keccak256.HashSizeInBytes);
        var address = KeyFileJson.Address(root, "address");
        var derivation = ReadDerivation(crypto, limits);

        Span<byte> key = stackalloc byte[KeyDerivation.KeySizeInBytes], privateKey = stackalloc byte[Secp256k1.PrivateKeySizeInBytes];
        try
        {
            derivation.Derive(password, key, cancellationToken);
            if (!CryptographicOperations.FixedTimeEquals(mac, Checksum(key, ciphertext)))
            {
                throw WrongPassword(null);
            }

            privateKey.Clear();
            AesCounter.Transform(key[..16], iv, ciphertext, privateKey[(privateKey.Length - ciphertext.Length)..]);
            if (!Secp256k1.IsValidPrivateKey(privateKey))
            {
                throw KeyFileJson.Malformed("What the file holds is no private key of secp256k1.");
            }

            var signer = Secp256k1Signer.FromPrivateKey(privateKey);
            if (address is { } named && named != EvmAddress.FromPublicKey(signer.Point))
            {
                signer.Dispose();
                throw KeyFileJson.Malformed($"The file says that its key is of {named}, which it is not.");
            }

            return signer;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
            CryptographicOperations.ZeroMemory(privateKey);
        }
    }

    /// <summary>The digest of the key's second half and the ciphertext.</summary>
    public static byte[] Checksum(ReadOnlySpan<byte> key, ReadOnlySpan<byte> ciphertext)
    {
        var hash = default(Keccak256);
        hash.Append(key.Slice(16, 16));
        hash.Append(ciphertext);
        var checksum = new byte[Keccak256.HashSizeInBytes];
        hash.GetHashAndReset(checksum);
        return checksum;
    }

    public static EvmKeyException WrongPassword(Exception? cause) =>
        new(EvmKeyProblem.WrongPassword, "The password does not open the file; or the file was damaged, for its checksum covers the password too.", cause);

    private static void RequireVersion(JsonElement root)
    {
        var version = KeyFileJson.Optional(root, "version");
        bool isThree = version switch
        {
            { ValueKind: JsonValueKind.Number } => version.Value.TryGetInt32(out int number) && number == 3,
            { ValueKind: JsonValueKind.String } => version.Value.ValueEquals("3"),
            _ => throw KeyFileJson.Malformed("The file has no version, so it is no key file."),
        };
        if (!isThree)
        {
            throw new EvmKeyException(EvmKeyProblem.Unsupported, "The file's version is not 3. Open it with the program that wrote it, and export the key from there.");
        }
    }

    private static KeyDerivation ReadDerivation(JsonElement crypto, EvmKeyStoreOptions limits)
    {
        var parameters = KeyFileJson.Object(crypto, "kdfparams");
        var salt = KeyFileJson.Bytes(parameters, "salt", 0, MaxSaltSize);

        // Both functions make a longer key begin with the shorter one.
        if (KeyFileJson.Number(parameters, "dklen") is < KeyDerivation.KeySizeInBytes or > 1_024)
        {
            throw KeyFileJson.Malformed($"The derived key has at least {KeyDerivation.KeySizeInBytes} bytes.");
        }

        switch (KeyFileJson.Text(crypto, "kdf"))
        {
            case "scrypt":
                return KeyDerivation.Scrypt(salt, KeyFileJson.Number(parameters, "n"), KeyFileJson.Number(parameters, "r"), KeyFileJson.Number(parameters, "p"), limits);
            case "pbkdf2" when KeyFileJson.Text(parameters, "prf") == "hmac-sha256":
                return KeyDerivation.Pbkdf2(salt, KeyFileJson.Number(parameters, "c"), limits);
            default:
                throw new EvmKeyException(EvmKeyProblem.Unsupported, "The file derives its key neither with scrypt nor with pbkdf2 over hmac-sha256.");
        }
    }
}
