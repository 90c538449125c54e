using System.Numerics;
using System.Security.Cryptography;
using DePin.Sdk.Chains.Cryptography;
using DePin.Sdk.Identity;
using DePin.Sdk.Testing.Conformance;

namespace DePin.Sdk.Chains.Tests.Cryptography;

public sealed class SignerConformanceTests
{
    private static readonly SignatureVerifiers Verifiers = SignatureVerifiers.Default.With(new Secp256k1Verifier());
    private static readonly BigInteger Order = new(Convert.FromHexString("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141"), isUnsigned: true, isBigEndian: true);

    private static readonly Dictionary<string, Func<SignerConformance>> Signers = new()
    {
        ["key in this process"] = () => new(Secp256k1Signer.Create, Verifiers)
        {
            IsDeterministic = true,
            PrivateKey = signer =>
            {
                var key = new byte[32];
                ((Secp256k1Signer)signer).ExportPrivateKey(key);
                return key;
            },
        },
        ["key service that returns DER"] = () => new(() => Remote(DSASignatureFormat.Rfc3279DerSequence), Verifiers),
        ["key service that returns 64 bytes"] = () => new(() => Remote(DSASignatureFormat.IeeeP1363FixedFieldConcatenation), Verifiers),
    };

    /// <summary>What implementers get wrong, and the case that tells them.</summary>
    private static readonly Dictionary<string, (string Case, Func<Secp256k1Signer, ReadOnlyMemory<byte>, Signature> Sign)> Mistakes = new()
    {
        ["takes 32 bytes for a digest"] = ("Sign_MessageAsLongAsADigest_IsHashedAllTheSame", (signer, message) => message.Length == 32 ? OfDigest(signer, message.Span) : Correct(signer, message)),
        ["hashes with SHA-256"] = ("Sign_AnyMessage_Verifies", (signer, message) => OfDigest(signer, SHA256.HashData(message.Span))),
        ["leaves the higher s"] = ("Sign_ManyMessages_HaveTheOneForm", (signer, message) => Changed(signer, message, HighS)),
        ["writes v as 0 or 1"] = ("Sign_ManyMessages_HaveTheOneForm", (signer, message) => Changed(signer, message, bytes => bytes[64] -= 27)),
        ["has no v"] = ("Sign_ManyMessages_HaveTheOneForm", (signer, message) => Correct(signer, message) is var s ? s with { Bytes = s.Bytes[..64] } : default),
        ["names another algorithm"] = ("Sign_AnyMessage_Verifies", (signer, message) => Correct(signer, message) with { Algorithm = SignatureAlgorithm.P256 }),
        ["uses one nonce"] = ("Sign_OtherMessages_ShareNoNonce", (signer, message) => Changed(signer, message, bytes => bytes.AsSpan(0, 32).Fill(1))),
        ["ignores cancellation"] = ("Sign_CancelledBefore_Throws", Correct),
        ["signs after it was disposed"] = ("Dispose_Twice_ThenSignsNoMore", Correct),
        ["tells its key"] = ("ToString_Always_TellsNoKey", Correct),
        ["uses its buffer again"] = ("Sign_Again_LeavesEarlierSignaturesAlone", (signer, message) => Reuse(Correct(signer, message))),
    };

    private static readonly byte[] Buffer = new byte[65];

    public static TheoryData<string, string> Cases
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var signer in Signers.Keys)
            {
                foreach (var name in SignerConformance.CaseNames)
                {
                    data.Add(signer, name);
                }
            }

            return data;
        }
    }

    public static TheoryData<string> MistakeNames => [.. Mistakes.Keys];

    [Theory]
    [MemberData(nameof(Cases))]
    public Task Signer_ConformanceCase_Holds(string signer, string caseName) => Signers[signer]().RunAsync(caseName);

    [Theory]
    [MemberData(nameof(MistakeNames))]
    public async Task Suite_BrokenSigner_IsFoundOut(string mistake)
    {
        var (caseName, sign) = Mistakes[mistake];
        using var inner = Secp256k1Signer.Create();
        var key = new byte[32];
        inner.ExportPrivateKey(key);
        var suite = new SignerConformance(() => new Broken(inner, sign, mistake == "tells its key" ? Convert.ToHexString(key) : "signer"), Verifiers) { PrivateKey = _ => (byte[])key.Clone() };
        await Assert.ThrowsAsync<ConformanceException>(() => suite.RunAsync(caseName));
    }

    [Fact]
    public async Task RemoteSigner_AnswersThatAreNoSignature_AreRefused()
    {
        using var ours = Secp256k1Signer.Create();
        using var other = Secp256k1Signer.Create();
        var good = new byte[64];
        byte[][] answers = [[], new byte[63], new byte[64], new byte[65], new byte[200], [0x30, 0x00], [0x30, 0x06, 2, 1, 0, 2, 1, 1], [0x30, 0x06, 2, 1, 0xFF, 2, 1, 1], [0x30, 0x80, 0, 0]];
        foreach (var answer in answers)
        {
            await RefusedAsync(ours.Point, _ => answer);
        }

        await RefusedAsync(ours.Point, digest => other.SignDigest(digest.Span, good) >= 0 ? good : []);
        await RefusedAsync(ours.Point, digest => ours.SignDigest(Keccak256.HashData(digest.Span), good) >= 0 ? good : []);
        Assert.Throws<ArgumentException>(() => new RemoteSecp256k1Signer(default, (_, _) => default));
    }

    [Fact]
    public async Task RemoteSigner_MutatedAnswers_AreRefusedOrTheSignature()
    {
        using var ours = Secp256k1Signer.Create();
        byte[] message = [1, 2, 3], compact = new byte[64];
        ours.SignDigest(Keccak256.HashData(message), compact);
        var writer = new System.Formats.Asn1.AsnWriter(System.Formats.Asn1.AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(new BigInteger(compact.AsSpan(0, 32), isUnsigned: true, isBigEndian: true));
            writer.WriteInteger(new BigInteger(compact.AsSpan(32), isUnsigned: true, isBigEndian: true));
        }

        var der = writer.Encode();
        var random = new Random(7);
        int refused = 0;
        for (int i = 0; i < 4_000; i++)
        {
            var answer = Chains.Tests.Evm.EvmVectors.Mutate(random, i % 2 == 0 ? der : compact);
            try
            {
                var signature = await new RemoteSecp256k1Signer(ours.Point, (_, _) => new(answer)).SignAsync(message);
                Assert.True(Verifiers.Verify(ours.PublicKey, message, signature));
            }
            catch (DePinException problem) when (problem.Code == DePinErrorCode.InvalidSignature)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 3_500, 4_000);
    }

    [Fact]
    public void ImportSubjectPublicKeyInfo_KeysOfOpenSsl_AreRead()
    {
        using var ecdsa = ECDsa.Create(ECCurve.CreateFromValue("1.3.132.0.10"));
        var point = ecdsa.ExportParameters(includePrivateParameters: false).Q;
        var info = ecdsa.ExportSubjectPublicKeyInfo();
        Assert.Equal(Secp256k1PublicKey.Parse([4, .. point.X!, .. point.Y!]), Secp256k1PublicKey.ImportSubjectPublicKeyInfo(info));

        using var p256 = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Assert.Throws<CryptographicException>(() => Secp256k1PublicKey.ImportSubjectPublicKeyInfo(p256.ExportSubjectPublicKeyInfo()));
        var random = new Random(8);
        for (int i = 0; i < 2_000; i++)
        {
            try
            {
                Assert.True(Secp256k1PublicKey.ImportSubjectPublicKeyInfo(Chains.Tests.Evm.EvmVectors.Mutate(random, info)).IsValid);
            }
            catch (CryptographicException)
            {
                // What mutations mostly come to.
            }
        }
    }

    private static async Task RefusedAsync(Secp256k1PublicKey key, Func<ReadOnlyMemory<byte>, byte[]> answer)
    {
        var signer = new RemoteSecp256k1Signer(key, (digest, _) => new(answer(digest)));
        Assert.Equal(DePinErrorCode.InvalidSignature, (await Assert.ThrowsAsync<DePinException>(async () => await signer.SignAsync(new byte[5]))).Code);
    }

    /// <summary>As a KMS: it signs a digest with a random nonce, and in half of its signatures s is the higher one.</summary>
    private static RemoteSecp256k1Signer Remote(DSASignatureFormat format)
    {
        var service = ECDsa.Create(ECCurve.CreateFromValue("1.3.132.0.10"));
        return new(Secp256k1PublicKey.ImportSubjectPublicKeyInfo(service.ExportSubjectPublicKeyInfo()), async (digest, cancellationToken) =>
        {
            await Task.Yield();
            cancellationToken.ThrowIfCancellationRequested();
            lock (service)
            {
                return service.SignHash(digest.Span, format);
            }
        });
    }

    private static Signature Correct(Secp256k1Signer signer, ReadOnlyMemory<byte> message) => signer.SignAsync(message).AsTask().GetAwaiter().GetResult();

    private static Signature OfDigest(Secp256k1Signer signer, ReadOnlySpan<byte> digest)
    {
        var bytes = new byte[65];
        bytes[64] = (byte)(27 + signer.SignDigest(digest, bytes));
        return new Signature(SignatureAlgorithm.Secp256k1, bytes);
    }

    private static Signature Changed(Secp256k1Signer signer, ReadOnlyMemory<byte> message, Action<byte[]> change)
    {
        var bytes = Correct(signer, message).Bytes.ToArray();
        change(bytes);
        return new Signature(SignatureAlgorithm.Secp256k1, bytes);
    }

    private static Signature Reuse(Signature signature)
    {
        signature.Bytes.CopyTo(Buffer);
        return signature with { Bytes = Buffer };
    }

    private static void HighS(byte[] bytes)
    {
        var high = Order - new BigInteger(bytes.AsSpan(32, 32), isUnsigned: true, isBigEndian: true);
        bytes.AsSpan(32, 32).Clear();
        high.TryWriteBytes(bytes.AsSpan(64 - high.GetByteCount(isUnsigned: true)), out _, isUnsigned: true, isBigEndian: true);
        bytes[64] ^= 27 ^ 28;
    }

    private sealed class Broken(Secp256k1Signer inner, Func<Secp256k1Signer, ReadOnlyMemory<byte>, Signature> sign, string text) : ISigner, IDisposable
    {
        public PublicKey PublicKey => inner.PublicKey;

        public ValueTask<Signature> SignAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken = default) => new(sign(inner, message));

        public override string ToString() => text;

        public void Dispose()
        {
        }
    }
}
