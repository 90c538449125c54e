using System.Runtime.InteropServices;

namespace DePin.Sdk.Benchmarks.Solana;

/// <summary>Ed25519 of the C library libsodium, to measure beside ours.</summary>
internal static unsafe partial class LibSodium
{
    private const string Library = "libsodium.so.23";

    public static bool IsInstalled { get; } = NativeLibrary.TryLoad(Library, out _) && Initialize() >= 0;

    /// <summary>The private key in the library's form: 32 bytes and the public key.</summary>
    public static void MakeKey(ReadOnlySpan<byte> seed, Span<byte> publicKey, Span<byte> privateKey)
    {
        fixed (byte* s = seed, p = publicKey, k = privateKey)
        {
            Require(MakeKeyPair(p, k, s));
        }
    }

    public static void Sign(ReadOnlySpan<byte> privateKey, ReadOnlySpan<byte> message, Span<byte> signature)
    {
        fixed (byte* k = privateKey, m = message, s = signature)
        {
            Require(SignDetached(s, null, m, (ulong)message.Length, k));
        }
    }

    public static void Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        fixed (byte* k = publicKey, m = message, s = signature)
        {
            Require(VerifyDetached(s, m, (ulong)message.Length, k));
        }
    }

    private static void Require(int result)
    {
        if (result != 0)
        {
            throw new InvalidOperationException("libsodium refused its input.");
        }
    }

    [LibraryImport(Library, EntryPoint = "sodium_init")]
    private static partial int Initialize();

    [LibraryImport(Library, EntryPoint = "crypto_sign_seed_keypair")]
    private static partial int MakeKeyPair(byte* publicKey, byte* privateKey, byte* seed);

    [LibraryImport(Library, EntryPoint = "crypto_sign_detached")]
    private static partial int SignDetached(byte* signature, ulong* length, byte* message, ulong messageLength, byte* privateKey);

    [LibraryImport(Library, EntryPoint = "crypto_sign_verify_detached")]
    private static partial int VerifyDetached(byte* signature, byte* message, ulong messageLength, byte* publicKey);
}
