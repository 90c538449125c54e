using System.Security.Cryptography;
using System.Text.Json;
using DePin.Sdk.Chains.Cryptography;

namespace DePin.Sdk.Chains.Evm.Keys.Internal;

/// <summary>The wallets of the sale of 2014: the key is the Keccak-256 digest of an encrypted seed. Without a checksum but the address.</summary>
internal static class PresaleWallet
{
    private const int IvSize = 16;
    private const int KeySize = 16;
    private const int Iterations = 2_000;
    private const int MaxSeedSize = 4_096;

    public static bool IsOne(JsonElement root) => KeyFileJson.Optional(root, "encseed") is not null && KeyFileJson.Optional(root, "ethaddr") is not null;

    public static Secp256k1Signer Decrypt(JsonElement root, string password)
    {
        var encrypted = KeyFileJson.Bytes(root, "encseed", IvSize + 16, MaxSeedSize);
        var expected = KeyFileJson.Address(root, "ethaddr") ?? throw KeyFileJson.Malformed("The wallet names no address.");
        var secret = System.Text.Encoding.UTF8.GetBytes(password);
        var key = new byte[KeySize];
        byte[] seed = [];
        Span<byte> privateKey = stackalloc byte[Secp256k1.PrivateKeySizeInBytes];
        try
        {
            Rfc2898DeriveBytes.Pbkdf2(secret, secret, key, Iterations, HashAlgorithmName.SHA256);
            using var aes = Aes.Create();
            aes.SetKey(key);
            seed = aes.DecryptCbc(encrypted.AsSpan(IvSize), encrypted.AsSpan(0, IvSize));
            Keccak256.HashData(seed, privateKey);
            var signer = Secp256k1Signer.FromPrivateKey(privateKey);
            if (EvmAddress.FromPublicKey(signer.Point) == expected)
            {
                return signer;
            }

            signer.Dispose();
        }
        catch (CryptographicException problem)
        {
            throw SecretStorageReader.WrongPassword(problem); // the padding does not hold
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
            CryptographicOperations.ZeroMemory(key);
            CryptographicOperations.ZeroMemory(seed);
            CryptographicOperations.ZeroMemory(privateKey);
        }

        throw SecretStorageReader.WrongPassword(null);
    }
}
