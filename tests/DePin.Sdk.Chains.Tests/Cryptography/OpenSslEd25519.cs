using System.Runtime.InteropServices;

namespace DePin.Sdk.Chains.Tests.Cryptography;

/// <summary>Ed25519 of OpenSSL 3, to compare with.</summary>
internal static class OpenSslEd25519
{
    private const string Library = "libcrypto.so.3";
    private const int KeyType = 1087; // EVP_PKEY_ED25519

    public static bool IsInstalled { get; } = NativeLibrary.TryLoad(Library, out _);

    /// <summary>The public key and the signature.</summary>
    public static (byte[] PublicKey, byte[] Signature) Sign(byte[] privateKey, byte[] message)
    {
        nint key = EVP_PKEY_new_raw_private_key(KeyType, 0, privateKey, 32), context = EVP_MD_CTX_new();
        try
        {
            byte[] publicKey = new byte[32], signature = new byte[64];
            nuint length = 32;
            Assert.Equal(1, EVP_PKEY_get_raw_public_key(key, publicKey, ref length));
            length = 64;
            Assert.Equal(1, EVP_DigestSignInit(context, 0, 0, 0, key));
            Assert.Equal(1, EVP_DigestSign(context, signature, ref length, message, (nuint)message.Length));
            return (publicKey, signature);
        }
        finally
        {
            EVP_MD_CTX_free(context);
            EVP_PKEY_free(key);
        }
    }

    public static bool Verify(byte[] publicKey, byte[] message, byte[] signature)
    {
        nint key = EVP_PKEY_new_raw_public_key(KeyType, 0, publicKey, 32), context = EVP_MD_CTX_new();
        try
        {
            bool isValid = EVP_DigestVerifyInit(context, 0, 0, 0, key) == 1 && EVP_DigestVerify(context, signature, 64, message, (nuint)message.Length) == 1;
            ERR_clear_error();
            return isValid;
        }
        finally
        {
            EVP_MD_CTX_free(context);
            EVP_PKEY_free(key);
        }
    }

#pragma warning disable SYSLIB1054, CA5392 // marshalling by hand is plenty for a test
    [DllImport(Library)]
    private static extern nint EVP_PKEY_new_raw_private_key(int type, nint engine, byte[] key, nuint length);

    [DllImport(Library)]
    private static extern nint EVP_PKEY_new_raw_public_key(int type, nint engine, byte[] key, nuint length);

    [DllImport(Library)]
    private static extern int EVP_PKEY_get_raw_public_key(nint key, byte[] publicKey, ref nuint length);

    [DllImport(Library)]
    private static extern void EVP_PKEY_free(nint key);

    [DllImport(Library)]
    private static extern nint EVP_MD_CTX_new();

    [DllImport(Library)]
    private static extern void EVP_MD_CTX_free(nint context);

    [DllImport(Library)]
    private static extern int EVP_DigestSignInit(nint context, nint keyContext, nint type, nint engine, nint key);

    [DllImport(Library)]
    private static extern int EVP_DigestSign(nint context, byte[] signature, ref nuint length, byte[] message, nuint messageLength);

    [DllImport(Library)]
    private static extern int EVP_DigestVerifyInit(nint context, nint keyContext, nint type, nint engine, nint key);

    [DllImport(Library)]
    private static extern int EVP_DigestVerify(nint context, byte[] signature, nuint length, byte[] message, nuint messageLength);

    [DllImport(Library)]
    private static extern void ERR_clear_error();
#pragma warning restore SYSLIB1054, CA5392
}
