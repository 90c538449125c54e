using System.Security.Cryptography;
using System.Text.Json;
using DePin.Sdk.Chains.Cryptography;

namespace DePin.Sdk.Chains.Evm.Keys.Internal;

/// <summary>Writes key files of the Web3 Secret Storage, version 3.</summary>
internal static class SecretStorageWriter
{
    /// <summary>Encrypts a key.</summary>
    /// <param name="signer">The key.</param>
    /// <param name="password">The password.</param>
    /// <param name="options">How.</param>
    /// <param name="previous">The file that this one replaces, whose id and further members are kept.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static byte[] Encrypt(Secp256k1Signer signer, string password, EvmKeyStoreOptions options, JsonElement? previous, CancellationToken cancellationToken)
    {
        var derivation = KeyDerivation.ForNewFile(options);
        var iv = RandomNumberGenerator.GetBytes(16);
        var ciphertext = new byte[Secp256k1.PrivateKeySizeInBytes];
        byte[] checksum;
        Span<byte> key = stackalloc byte[KeyDerivation.KeySizeInBytes], privateKey = stackalloc byte[Secp256k1.PrivateKeySizeInBytes];
        try
        {
            derivation.Derive(password, key, cancellationToken);
            signer.ExportPrivateKey(privateKey);
            AesCounter.Transform(key[..16], iv, privateKey, ciphertext);
            checksum = SecretStorageReader.Checksum(key, ciphertext);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
            CryptographicOperations.ZeroMemory(privateKey);
        }

        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteNumber("version", 3);
            json.WriteString("id", previous is { } file && KeyFileJson.Optional(file, "id") is not null ? KeyFileJson.Text(file, "id") : Guid.NewGuid().ToString());
            json.WriteString("address", HexOf(EvmAddress.FromPublicKey(signer.Point).ToArray()));
            WriteCrypto(json, derivation, iv, ciphertext, checksum);
            if (previous is { } kept)
            {
                foreach (var member in kept.EnumerateObject().Where(member => !IsOurs(KeyFileJson.NameOf(member))))
                {
                    member.WriteTo(json);
                }
            }

            json.WriteEndObject();
        }

        return stream.ToArray();
    }

    private static void WriteCrypto(Utf8JsonWriter json, KeyDerivation derivation, byte[] iv, byte[] ciphertext, byte[] checksum)
    {
        json.WriteStartObject("crypto");
        json.WriteString("cipher", "aes-128-ctr");
        json.WriteString("ciphertext", HexOf(ciphertext));
        json.WriteStartObject("cipherparams");
        json.WriteString("iv", HexOf(iv));
        json.WriteEndObject();
        bool isScrypt = derivation.Function == EvmKeyDerivation.Scrypt;
        json.WriteString("kdf", isScrypt ? "scrypt" : "pbkdf2");
        json.WriteStartObject("kdfparams");
        json.WriteNumber("dklen", KeyDerivation.KeySizeInBytes);
        if (isScrypt)
        {
            json.WriteNumber("n", derivation.Cost);
            json.WriteNumber("r", derivation.BlockSize);
            json.WriteNumber("p", derivation.Parallelization);
        }
        else
        {
            json.WriteNumber("c", derivation.Cost);
            json.WriteString("prf", "hmac-sha256");
        }

        json.WriteString("salt", HexOf(derivation.Salt));
        json.WriteEndObject();
        json.WriteString("mac", HexOf(checksum));
        json.WriteEndObject();
    }

    private static bool IsOurs(string name) => name.ToLowerInvariant() is "version" or "id" or "address" or "crypto";

    // The format writes hexadecimal values without a prefix.
    private static string HexOf(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(bytes);
}
