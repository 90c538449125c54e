using System.Runtime.CompilerServices;

namespace DePin.Sdk.Chains.Cryptography.Internal.Edwards;

/// <summary>A point of edwards25519 in extended coordinates: x = X / Z, y = Y / Z, x y = T / Z. The formulas are those of Hisil, Wong, Carter and Dawson,
/// "Twisted Edwards Curves Revisited" (2008), which hold for all points; nothing branches, except where a name ends in Variable.</summary>
internal struct EdwardsPoint(in EdwardsField x, in EdwardsField y, in EdwardsField z, in EdwardsField t)
{
    public EdwardsField X = x, Y = y, Z = z, T = t;

    public static EdwardsPoint Identity => new(EdwardsField.Zero, EdwardsField.One, EdwardsField.One, EdwardsField.Zero);

    /// <summary>The base point (RFC 8032, 5.1).</summary>
    public static EdwardsPoint Base => FromAffine(
        new(0xC9562D608F25D51A, 0x692CC7609525A7B2, 0xC0A4E231FDD6DC5C, 0x216936D3CD6E53FE),
        new(0x6666666666666658, 0x6666666666666666, 0x6666666666666666, 0x6666666666666666));

    /// <summary>Twice the curve's d = -121665 / 121666.</summary>
    public static EdwardsField TwiceD => new(0xEBD69B9426B2F159, 0x00E0149A8283B156, 0x198E80F2EEF3D130, 0x2406D9DC56DFFCE7);

    /// <summary>The curve's d.</summary>
    public static EdwardsField D => new(0x75EB4DCA135978A3, 0x00700A4D4141D8AB, 0x8CC740797779E898, 0x52036CEE2B6FFE73);

    /// <summary>Whether the point times eight is the identity: then a signature by it says nothing of its signer.</summary>
    public readonly bool IsSmallOrder
    {
        get
        {
            var point = this;
            point.Double();
            point.Double();
            point.Double();
            return point.IsIdentity;
        }
    }

    public readonly bool IsIdentity => (X.IsZero & (Y - Z).IsZero) != 0;

    public static EdwardsPoint FromAffine(in EdwardsField x, in EdwardsField y) => new(x, y, EdwardsField.One, x * y);

    /// <summary>Decodes 32 bytes (RFC 8032, 5.1.3); false when y is not below p, there is no such point, or x is zero and its sign set.</summary>
    public static bool TryReadVariable(ReadOnlySpan<byte> source, out EdwardsPoint point)
    {
        point = default;
        if (!EdwardsField.TryRead(source, out var y))
        {
            return false;
        }

        // x^2 = u / v, and x = u v^3 (u v^7)^((p - 5) / 8), perhaps times a root of -1.
        var yy = y.Square();
        var u = yy - EdwardsField.One;
        var v = (D * yy) + EdwardsField.One;
        var v3 = v.Square() * v;
        var x = u * v3 * (u * v3.Square() * v).PowerOfRoot();
        return TryFromRootVariable(x, y, v * x.Square(), u, source[31] >> 7, out point);
    }

    /// <summary>The point with y, the wanted sign of x, and for x what solves v x^2 = u, or v x^2 = -u; false when it solves neither, or x is zero and its sign set.</summary>
    public static bool TryFromRootVariable(EdwardsField x, in EdwardsField y, in EdwardsField vxx, in EdwardsField u, int sign, out EdwardsPoint point)
    {
        point = default;
        if ((vxx - u).IsZero == 0)
        {
            if ((vxx + u).IsZero == 0)
            {
                return false;
            }

            x *= EdwardsField.RootOfMinusOne;
        }

        if (x.IsZero != 0)
        {
            if (sign != 0)
            {
                return false;
            }
        }
        else if (x.Parity != (ulong)sign)
        {
            x = -x;
        }

        point = FromAffine(x, y);
        return true;
    }

    /// <summary>Whether there is a point for 32 bytes without their highest bit, for any y, also one above p, and for a negative x of zero, as Solana's runtime has it.</summary>
    public static bool IsOnCurveVariable(ReadOnlySpan<byte> source)
    {
        _ = EdwardsField.TryRead(source, out var y);
        var yy = y.Square();

        // u / v is a square exactly when u v is; v is never zero, since -1 / d is no square.
        return ((yy - EdwardsField.One) * ((D * yy) + EdwardsField.One)).IsSquare;
    }

    /// <summary>Writes the encoding of 32 bytes (RFC 8032, 5.1.2).</summary>
    public readonly void Write(Span<byte> destination)
    {
        var inverse = Z.Invert();
        new EdwardsPoint(X * inverse, Y * inverse, EdwardsField.One, EdwardsField.Zero).WriteAffine(destination);
    }

    /// <summary>Brings points to Z = 1 with one inversion for all (Montgomery's trick). T is not kept.</summary>
    public static void Normalize(Span<EdwardsPoint> points)
    {
        Span<EdwardsField> products = stackalloc EdwardsField[points.Length];
        var product = EdwardsField.One;
        for (int i = 0; i < points.Length; i++)
        {
            products[i] = product;
            product *= points[i].Z;
        }

        var inverse = product.Invert();
        for (int i = points.Length - 1; i >= 0; i--)
        {
            var z = inverse * products[i];
            inverse *= points[i].Z;
            points[i] = new(points[i].X * z, points[i].Y * z, EdwardsField.One, EdwardsField.Zero);
        }
    }

    /// <summary>Writes the encoding of a point whose Z is one.</summary>
    public readonly void WriteAffine(Span<byte> destination)
    {
        Y.Write(destination);
        destination[31] |= (byte)(X.Parity << 7);
    }

    public static EdwardsPoint operator -(in EdwardsPoint a) => new(-a.X, a.Y, a.Z, -a.T);

    public void Double() => Double(isTNeeded: true);

    /// <summary>Doubles the point. T can be left out where another doubling follows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Double(bool isTNeeded)
    {
        // With the signs of f and h turned, which cancels.
        var a = X.Square();
        var b = Y.Square();
        var zz = Z.Square();
        var e = (X * Y).Twice();
        var h = a + b;
        var g = b - a;
        var f = zz.Twice() - g;
        X = e * f;
        Y = g * h;
        Z = f * g;
        if (isTNeeded)
        {
            T = e * h;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Add(in CachedPoint other)
    {
        var zz = Z * other.Z;
        Add(other.YPlusX, other.YMinusX, other.TwoDT, zz.Twice());
    }

    public void Add(in NielsPoint other) => Add(other.YPlusX, other.YMinusX, other.TwoDXY, Z.Twice());

    public void Subtract(in CachedPoint other)
    {
        var zz = Z * other.Z;
        Add(other.YMinusX, other.YPlusX, -other.TwoDT, zz.Twice());
    }

    public void Subtract(in NielsPoint other) => Add(other.YMinusX, other.YPlusX, -other.TwoDXY, Z.Twice());

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Add(in EdwardsField yPlusX, in EdwardsField yMinusX, in EdwardsField twoDT, in EdwardsField d)
    {
        var a = (Y - X) * yMinusX;
        var b = (Y + X) * yPlusX;
        var c = T * twoDT;
        var e = b - a;
        var f = d - c;
        var g = d + c;
        var h = b + a;
        X = e * f;
        Y = g * h;
        Z = f * g;
        T = e * h;
    }
}
