using System.Runtime.Intrinsics;
using DePin.Sdk.Chains.Cryptography.Internal.Edwards;

namespace DePin.Sdk.Chains.Cryptography;

public static partial class Ed25519
{
    // Below this, verifying one after the other is faster than vectors with empty lanes.
    private const int LeastInLanes = 3;

    /// <summary>Verifies many signatures, each by the rules of <see cref="Verify"/> and with the same answer, several times as fast where the processor has wide vectors.</summary>
    /// <param name="items">The signatures, of any keys and messages.</param>
    /// <param name="results">Receives for each whether it holds; false for anything that does not, wrong lengths included.</param>
    /// <returns>True when all hold, also when there are none.</returns>
    /// <exception cref="ArgumentException">There are fewer results than signatures.</exception>
    public static bool VerifyBatch(ReadOnlySpan<Ed25519Verification> items, Span<bool> results) => VerifyEach(items, results, Vector512.IsHardwareAccelerated);

    internal static bool VerifyEach(ReadOnlySpan<Ed25519Verification> items, Span<bool> results, bool inLanes)
    {
        RequireRoom(results.Length, items.Length, nameof(results));
        for (int at = 0; at < items.Length;)
        {
            int count = Math.Min(LaneField.Lanes, items.Length - at);
            if (inLanes && count >= LeastInLanes)
            {
                VerifyInLanes(items.Slice(at, count), results.Slice(at, count));
                at += count;
                continue;
            }

            results[at] = Verify(items[at].PublicKey.Span, items[at].Message.Span, items[at].Signature.Span);
            at++;
        }

        return !results[..items.Length].Contains(false);
    }

    /// <summary>Up to eight signatures, one in each lane. What is refused before any arithmetic computes with the base point, and nothing comes of it.</summary>
    private static void VerifyInLanes(ReadOnlySpan<Ed25519Verification> items, Span<bool> results)
    {
        Span<EdwardsScalar> s = stackalloc EdwardsScalar[LaneField.Lanes], k = stackalloc EdwardsScalar[LaneField.Lanes];
        Span<EdwardsPoint> points = stackalloc EdwardsPoint[LaneField.Lanes];
        Span<byte> keys = stackalloc byte[LaneField.Lanes * PublicKeySizeInBytes], digest = stackalloc byte[64], r = stackalloc byte[32];
        Span<bool> isPoint = stackalloc bool[LaneField.Lanes];
        keys.Clear();
        s.Clear();
        k.Clear();
        for (int i = 0; i < items.Length; i++)
        {
            ReadOnlySpan<byte> publicKey = items[i].PublicKey.Span, signature = items[i].Signature.Span;
            results[i] = publicKey.Length == PublicKeySizeInBytes
                && signature.Length == SignatureSizeInBytes
                && EdwardsScalar.TryRead(signature[32..], out s[i])
                && !IsSmallOrder(publicKey)
                && !IsSmallOrder(signature[..32]);
            if (!results[i])
            {
                s[i] = default;
                continue;
            }

            publicKey.CopyTo(keys[(i * PublicKeySizeInBytes)..]);
            Hash(signature[..32], publicKey, items[i].Message.Span, digest);
            k[i] = EdwardsScalar.ReadWide(digest);
        }

        LaneDecoder.ReadVariable(keys, points, isPoint);
        foreach (ref var point in points)
        {
            point = -point;
        }

        LaneMultiScalar.MultiplyVariable(s, k, points);
        EdwardsPoint.Normalize(points);
        for (int i = 0; i < items.Length; i++)
        {
            points[i].WriteAffine(r);
            results[i] = results[i] && isPoint[i] && r.SequenceEqual(items[i].Signature.Span[..32]);
        }
    }
}
