using System.Runtime.InteropServices;

namespace DePin.Sdk.Benchmarks.Evm;

/// <summary>The C library libsecp256k1 with its recovery module, to measure beside ours.</summary>
internal sealed unsafe partial class LibSecp256k1 : IDisposable
{
    private const string Library = "libsecp256k1.so.1";

    private readonly nint _context = Create(0x0301); // sign and verify

    public static bool IsInstalled { get; } = NativeLibrary.TryLoad(Library, out _);

    /// <summary>r, s and the recovery id, in the library's own form of 65 bytes.</summary>
    public void Sign(ReadOnlySpan<byte> key, ReadOnlySpan<byte> digest, Span<byte> signature)
    {
        fixed (byte* k = key, d = digest, s = signature)
        {
            Require(SignRecoverable(_context, s, d, k, 0, 0));
        }
    }

    /// <summary>The public key, in the library's own form of 64 bytes.</summary>
    public void Recover(ReadOnlySpan<byte> signature, ReadOnlySpan<byte> digest, Span<byte> publicKey)
    {
        fixed (byte* s = signature, d = digest, p = publicKey)
        {
            Require(Recover(_context, p, s, d));
        }
    }

    /// <summary>Checks the first 64 bytes of a signature in the library's form.</summary>
    public void Verify(ReadOnlySpan<byte> signature, ReadOnlySpan<byte> digest, ReadOnlySpan<byte> publicKey)
    {
        fixed (byte* s = signature, d = digest, p = publicKey)
        {
            Require(Verify(_context, s, d, p));
        }
    }

    public void Dispose() => Destroy(_context);

    private static void Require(int result)
    {
        if (result != 1)
        {
            throw new InvalidOperationException("libsecp256k1 refused its input.");
        }
    }

    [LibraryImport(Library, EntryPoint = "secp256k1_context_create")]
    private static partial nint Create(uint flags);

    [LibraryImport(Library, EntryPoint = "secp256k1_context_destroy")]
    private static partial void Destroy(nint context);

    [LibraryImport(Library, EntryPoint = "secp256k1_ecdsa_sign_recoverable")]
    private static partial int SignRecoverable(nint context, byte* signature, byte* digest, byte* key, nint nonceFunction, nint nonceData);

    [LibraryImport(Library, EntryPoint = "secp256k1_ecdsa_recover")]
    private static partial int Recover(nint context, byte* publicKey, byte* signature, byte* digest);

    [LibraryImport(Library, EntryPoint = "secp256k1_ecdsa_verify")]
    private static partial int Verify(nint context, byte* signature, byte* digest, byte* publicKey);
}
