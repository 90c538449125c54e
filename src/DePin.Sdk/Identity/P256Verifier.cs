using System.Collections.Concurrent;
using System.Numerics;
using System.Security.Cryptography;

namespace DePin.Sdk.Identity;

/// <summary>Verifies P-256 signatures; keeps the parsed form of recently seen keys, at most 1,024 of them.</summary>
public sealed class P256Verifier : ISignatureVerifier
{
    private const int MaxCachedKeys = 1024;

    // y^2 = x^3 - 3x + b over the prime field (FIPS 186-5, D.1.2.3). p = 3 mod 4, so a square root is one power.
    private static readonly BigInteger P = BigInteger.Pow(2, 256) - BigInteger.Pow(2, 224) + BigInteger.Pow(2, 192) + BigInteger.Pow(2, 96) - 1;
    private static readonly BigInteger B = BigInteger.Parse("5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b", System.Globalization.NumberStyles.HexNumber, System.Globalization.CultureInfo.InvariantCulture);

    private readonly ConcurrentDictionary<PublicKey, ParsedKey> _keys = new();

    /// <inheritdoc/>
    public SignatureAlgorithm Algorithm => SignatureAlgorithm.P256;

    /// <inheritdoc/>
    public bool Verify(PublicKey key, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        if (key.Algorithm != Algorithm || signature.Length != 64 || !TryGetKey(key, out var parsed))
        {
            return false;
        }

        Span<byte> digest = stackalloc byte[32];
        SHA256.HashData(message, digest);
        var ecdsa = parsed.Rent();
        bool isValid = ecdsa.VerifyHash(digest, signature, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        parsed.Return(ecdsa);
        return isValid;
    }

    private bool TryGetKey(PublicKey key, out ParsedKey parsed)
    {
        if (_keys.TryGetValue(key, out parsed!))
        {
            return true;
        }

        if (!TryDecompress(key.Bytes.Span, out var point))
        {
            return false;
        }

        parsed = new ParsedKey(point);
        try
        {
            parsed.Return(parsed.Rent());
        }
        catch (CryptographicException)
        {
            return false;
        }

        // A flood of keys must not grow the process: dropping the cache costs only time. The dropped
        // objects may be in use by other threads, so their finalizers free them.
        if (_keys.Count >= MaxCachedKeys)
        {
            _keys.Clear();
        }

        parsed = _keys.GetOrAdd(key, parsed);
        return true;
    }

    private static bool TryDecompress(ReadOnlySpan<byte> compressed, out ECPoint point)
    {
        point = default;
        if (compressed.Length != 33 || compressed[0] is not (2 or 3))
        {
            return false;
        }

        var x = new BigInteger(compressed[1..], isUnsigned: true, isBigEndian: true);
        if (x >= P)
        {
            return false;
        }

        var square = ((x * x * x) - (3 * x) + B) % P;
        if (square.Sign < 0)
        {
            square += P;
        }

        var y = BigInteger.ModPow(square, (P + 1) / 4, P);
        if (y * y % P != square)
        {
            return false;
        }

        if ((y.IsEven ? 2 : 3) != compressed[0])
        {
            y = P - y;
        }

        var yBytes = new byte[32];
        var written = y.ToByteArray(isUnsigned: true, isBigEndian: true);
        written.CopyTo(yBytes, 32 - written.Length);
        point = new ECPoint { X = compressed[1..].ToArray(), Y = yBytes };
        return true;
    }

    /// <summary>A key's verification objects. Each serves one thread at a time, so that signatures by one key are verified in parallel.</summary>
    private sealed class ParsedKey(ECPoint point)
    {
        private readonly ConcurrentBag<ECDsa> _idle = [];

        public ECDsa Rent() => _idle.TryTake(out var ecdsa) ? ecdsa : ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = point });

        public void Return(ECDsa ecdsa)
        {
            if (_idle.Count < Environment.ProcessorCount)
            {
                _idle.Add(ecdsa);
            }
            else
            {
                ecdsa.Dispose();
            }
        }
    }
}
