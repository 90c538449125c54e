using System.Runtime.InteropServices;

namespace DePin.Sdk.Chains.Tests.Cryptography;

/// <summary>Ed25519 of the C library libsodium, to compare with.</summary>
internal static class LibSodium
{
    private const string Library = "libsodium.so.23";

    public static bool IsInstalled { get; } = NativeLibrary.TryLoad(Library, out _) && sodium_init() >= 0;

    /// <summary>The public key and the signature.</summary>
    public static (byte[] PublicKey, byte[] Signature) Sign(byte[] privateKey, byte[] message)
    {
        byte[] publicKey = new byte[32], pair = new byte[64], signature = new byte[64];
        Assert.Equal(0, crypto_sign_seed_keypair(publicKey, pair, privateKey));
        Assert.Equal(0, crypto_sign_detached(signature, 0, message, (ulong)message.Length, pair));
        return (publicKey, signature);
    }

    public static bool Verify(byte[] publicKey, byte[] message, byte[] signature) =>
        crypto_sign_verify_detached(signature, message, (ulong)message.Length, publicKey) == 0;

    /// <summary>Whether 32 bytes are a canonical point of the subgroup that is not of small order.</summary>
    public static bool IsPointOfSubgroup(byte[] encoding) => crypto_core_ed25519_is_valid_point(encoding) == 1;

#pragma warning disable SYSLIB1054, CA5392 // marshalling by hand is plenty for a test
    [DllImport(Library)]
    private static extern int sodium_init();

    [DllImport(Library)]
    private static extern int crypto_sign_seed_keypair(byte[] publicKey, byte[] pair, byte[] seed);

    [DllImport(Library)]
    private static extern int crypto_sign_detached(byte[] signature, nint length, byte[] message, ulong messageLength, byte[] pair);

    [DllImport(Library)]
    private static extern int crypto_sign_verify_detached(byte[] signature, byte[] message, ulong messageLength, byte[] publicKey);

    [DllImport(Library)]
    private static extern int crypto_core_ed25519_is_valid_point(byte[] encoding);
#pragma warning restore SYSLIB1054, CA5392
}
