using System.Runtime.CompilerServices;

namespace DePin.Sdk.Chains.Cryptography.Internal.Edwards;

/// <summary>Decodes eight points at once, as <see cref="EdwardsPoint.TryReadVariable"/> does one.</summary>
internal static class LaneDecoder
{
    /// <summary>Reads eight encodings of 32 bytes. Where there is no point, the base point stands in.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ReadVariable(ReadOnlySpan<byte> source, Span<EdwardsPoint> points, Span<bool> isPoint)
    {
        Span<EdwardsField> ys = stackalloc EdwardsField[LaneField.Lanes];
        LaneField y = default, yy = default, u = default, v = default, v3 = default, x = default, t = default;
        for (int lane = 0; lane < LaneField.Lanes; lane++)
        {
            isPoint[lane] = EdwardsField.TryRead(source[(32 * lane)..], out ys[lane]);
            y.Set(lane, ys[lane]);
        }

        LaneField one = LaneField.Create(EdwardsField.One), d = LaneField.Create(EdwardsPoint.D);
        LaneField.Square(ref yy, y);
        LaneField.Subtract(ref u, yy, one);
        LaneField.Carry(ref u);
        LaneField.Multiply(ref v, d, yy);
        LaneField.Add(ref v, v, one);
        LaneField.Square(ref t, v);
        LaneField.Multiply(ref v3, t, v);
        LaneField.Square(ref t, v3);
        LaneField.Multiply(ref t, t, v);
        LaneField.Multiply(ref t, t, u);
        LaneField.PowerOfRoot(ref x, t);
        LaneField.Multiply(ref t, u, v3);
        LaneField.Multiply(ref x, x, t);
        LaneField.Square(ref t, x);
        LaneField.Multiply(ref t, t, v);
        for (int lane = 0; lane < LaneField.Lanes; lane++)
        {
            int sign = source[(32 * lane) + 31] >> 7;
            isPoint[lane] &= EdwardsPoint.TryFromRootVariable(x.Get(lane), ys[lane], t.Get(lane), u.Get(lane), sign, out points[lane]);
            if (!isPoint[lane])
            {
                points[lane] = EdwardsPoint.Base;
            }
        }
    }
}
