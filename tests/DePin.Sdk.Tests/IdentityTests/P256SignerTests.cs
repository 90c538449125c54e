using System.Security.Cryptography;
using DePin.Sdk.Identity;

namespace DePin.Sdk.Tests.IdentityTests;

public sealed class P256SignerTests
{
    [Fact]
    public async Task Sign_AnyMessage_VerifiesAndNothingElseDoes()
    {
        using var signer = P256Signer.Create();
        using var other = P256Signer.Create();
        var verifiers = SignatureVerifiers.Default;
        byte[] message = [1, 2, 3];
        var signature = await signer.SignAsync(message);
        Assert.True(verifiers.Verify(signer.PublicKey, message, signature));
        Assert.False(verifiers.Verify(other.PublicKey, message, signature));
        Assert.False(verifiers.Verify(signer.PublicKey, [1, 2, 4], signature));
        Assert.False(verifiers.Verify(signer.PublicKey, message, signature with { Algorithm = SignatureAlgorithm.Ed25519 }));
        Assert.False(verifiers.Verify(default, message, signature));
        Assert.False(verifiers.Verify(signer.PublicKey, message, default));
    }

    [Fact]
    public void Verify_MalformedKeys_AreFalse()
    {
        var verifier = new P256Verifier();
        var random = new Random(1);
        var signature = new byte[64];
        signature.AsSpan().Fill(1);
        byte[][] keys =
        [
            [2], [4, .. new byte[64]], [2, .. Enumerable.Repeat((byte)0xFF, 32)], [5, .. new byte[32]], [0, .. new byte[32]], new byte[128],
            .. Enumerable.Range(0, 200).Select(_ => { var k = new byte[33]; random.NextBytes(k); k[0] = (byte)(2 + (k[0] & 1)); return k; }),
        ];
        Assert.All(keys, key => Assert.False(verifier.Verify(new PublicKey(SignatureAlgorithm.P256, key), [1], signature)));
    }

    [Fact]
    public async Task Import_ExportedKey_IsTheSameKey()
    {
        using var signer = P256Signer.Create();
        using var again = P256Signer.ImportPkcs8PrivateKey(signer.ExportPkcs8PrivateKey());
        Assert.Equal(signer.PublicKey, again.PublicKey);
        var signature = await again.SignAsync(new byte[] { 7 });
        Assert.True(SignatureVerifiers.Default.Verify(signer.PublicKey, [7], signature));
    }

    [Fact]
    public void Import_AnotherCurve_IsRefused()
    {
        foreach (var curve in new[] { "secp256k1", "brainpoolP256r1", "nistP384" })
        {
            using var key = ECDsa.Create(ECCurve.CreateFromFriendlyName(curve));
            var pkcs8 = key.ExportPkcs8PrivateKey();
            Assert.ThrowsAny<CryptographicException>(() => P256Signer.ImportPkcs8PrivateKey(pkcs8));
        }
    }

    [Fact]
    public void LoadOrCreate_Twice_IsTheSameKeyInAPrivateFile()
    {
        using var folder = new TempFolder();
        var path = folder.File("key.pem");
        using var first = P256Signer.LoadOrCreate(path);
        using var second = P256Signer.LoadOrCreate(path);
        Assert.Equal(first.PublicKey, second.PublicKey);
        Assert.Equal([path], Directory.GetFiles(Path.GetDirectoryName(path)!));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        }
    }

    [Fact]
    public async Task LoadOrCreate_ManyAtOnce_EndUpWithOneKey()
    {
        using var folder = new TempFolder();
        for (int round = 0; round < 20; round++)
        {
            var path = folder.File($"key{round}.pem");
            var signers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => P256Signer.LoadOrCreate(path))));
            Assert.Single(signers.Select(s => s.PublicKey).Distinct());
            using var stored = P256Signer.LoadOrCreate(path);
            Assert.Equal(signers[0].PublicKey, stored.PublicKey);
            Array.ForEach(signers, s => s.Dispose());
        }
    }

    [Fact]
    public void LoadOrCreate_FilesWithoutAPrivateKey_AreRefused()
    {
        using var folder = new TempFolder();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var otherCurve = ECDsa.Create(ECCurve.CreateFromFriendlyName("secp256k1"));
        foreach (var text in new[] { string.Empty, "no key", key.ExportSubjectPublicKeyInfoPem(), otherCurve.ExportPkcs8PrivateKeyPem(), new string('x', 70_000) })
        {
            var path = folder.File(Guid.NewGuid().ToString("N"));
            File.WriteAllText(path, text);
            Assert.ThrowsAny<CryptographicException>(() => P256Signer.LoadOrCreate(path));
            Assert.Equal(text, File.ReadAllText(path));
        }
    }

    [Fact]
    public void With_AnotherVerifier_ReplacesOnlyItsAlgorithm()
    {
        var verifiers = SignatureVerifiers.Default.With(new Always(SignatureAlgorithm.Ed25519)).With(new Always(SignatureAlgorithm.Ed25519));
        var ed = new PublicKey(SignatureAlgorithm.Ed25519, new byte[32]);
        var p256 = new PublicKey(SignatureAlgorithm.P256, new byte[33]);
        Assert.True(verifiers.Verify(ed, [1], new Signature(SignatureAlgorithm.Ed25519, new byte[64])));
        Assert.False(verifiers.Verify(p256, [1], new Signature(SignatureAlgorithm.P256, new byte[64])));
        Assert.False(SignatureVerifiers.Default.Verify(ed, [1], new Signature(SignatureAlgorithm.Ed25519, new byte[64])));
    }

    private sealed class Always(SignatureAlgorithm algorithm) : ISignatureVerifier
    {
        public SignatureAlgorithm Algorithm => algorithm;

        public bool Verify(PublicKey key, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) => true;
    }
}
