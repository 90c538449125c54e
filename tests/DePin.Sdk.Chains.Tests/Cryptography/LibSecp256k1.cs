using System.Runtime.InteropServices;

namespace DePin.Sdk.Chains.Tests.Cryptography;

/// <summary>The C library libsecp256k1 with its recovery module, to compare with.</summary>
internal sealed class LibSecp256k1 : IDisposable
{
    private const string Library = "libsecp256k1.so.1";

    private readonly nint _context = secp256k1_context_create(0x0301); // sign and verify

    public static bool IsInstalled { get; } = NativeLibrary.TryLoad(Library, out _);

    /// <summary>r, s and the recovery id.</summary>
    public (byte[] Signature, int RecoveryId) Sign(byte[] privateKey, byte[] digest)
    {
        byte[] opaque = new byte[65], signature = new byte[64];
        Assert.Equal(1, secp256k1_ecdsa_sign_recoverable(_context, opaque, digest, privateKey, 0, 0));
        Assert.Equal(1, secp256k1_ecdsa_recoverable_signature_serialize_compact(_context, signature, out int id, opaque));
        return (signature, id);
    }

    public bool Verify(byte[] uncompressedKey, byte[] digest, byte[] signature)
    {
        byte[] key = new byte[64], opaque = new byte[64];
        return secp256k1_ec_pubkey_parse(_context, key, uncompressedKey, (nuint)uncompressedKey.Length) == 1
            && secp256k1_ecdsa_signature_parse_compact(_context, opaque, signature) == 1
            && secp256k1_ecdsa_verify(_context, opaque, digest, key) == 1;
    }

    /// <summary>The uncompressed key, or null.</summary>
    public byte[]? Recover(byte[] digest, byte[] signature, int recoveryId)
    {
        byte[] opaque = new byte[65], key = new byte[64];
        return secp256k1_ecdsa_recoverable_signature_parse_compact(_context, opaque, signature, recoveryId) == 1
            && secp256k1_ecdsa_recover(_context, key, opaque, digest) == 1
            ? Serialize(key) : null;
    }

    /// <summary>The uncompressed form of a key in any form, or null.</summary>
    public byte[]? Parse(byte[] source)
    {
        var key = new byte[64];
        return secp256k1_ec_pubkey_parse(_context, key, source, (nuint)source.Length) == 1 ? Serialize(key) : null;
    }

    public void Dispose() => secp256k1_context_destroy(_context);

    private byte[] Serialize(byte[] key)
    {
        var output = new byte[65];
        nuint length = 65;
        Assert.Equal(1, secp256k1_ec_pubkey_serialize(_context, output, ref length, key, 2));
        return output;
    }

#pragma warning disable SYSLIB1054, CA5392 // marshalling by hand is plenty for a test
    [DllImport(Library)]
    private static extern nint secp256k1_context_create(uint flags);

    [DllImport(Library)]
    private static extern void secp256k1_context_destroy(nint context);

    [DllImport(Library)]
    private static extern int secp256k1_ec_pubkey_parse(nint context, byte[] key, byte[] input, nuint length);

    [DllImport(Library)]
    private static extern int secp256k1_ec_pubkey_serialize(nint context, byte[] output, ref nuint length, byte[] key, uint flags);

    [DllImport(Library)]
    private static extern int secp256k1_ecdsa_signature_parse_compact(nint context, byte[] signature, byte[] input);

    [DllImport(Library)]
    private static extern int secp256k1_ecdsa_verify(nint context, byte[] signature, byte[] digest, byte[] key);

    [DllImport(Library)]
    private static extern int secp256k1_ecdsa_sign_recoverable(nint context, byte[] signature, byte[] digest, byte[] privateKey, nint nonceFunction, nint nonceData);

    [DllImport(Library)]
    private static extern int secp256k1_ecdsa_recoverable_signature_serialize_compact(nint context, byte[] output, out int recoveryId, byte[] signature);

    [DllImport(Library)]
    private static extern int secp256k1_ecdsa_recoverable_signature_parse_compact(nint context, byte[] signature, byte[] input, int recoveryId);

    [DllImport(Library)]
    private static extern int secp256k1_ecdsa_recover(nint context, byte[] key, byte[] signature, byte[] digest);
#pragma warning restore SYSLIB1054, CA5392
}
