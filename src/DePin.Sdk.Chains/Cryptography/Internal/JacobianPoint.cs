using System.Runtime.CompilerServices;

namespace DePin.Sdk.Chains.Cryptography.Internal;

/// <summary>A point (X / Z^2, Y / Z^3). The formulas use only that the curve has no x term, so they hold on every curve y^2 = x^3 + b.</summary>
internal struct JacobianPoint
{
    public FieldElement X, Y, Z;

    /// <summary>Set by the variable-time operations; the constant-time ones are not used where infinity can come up.</summary>
    public bool IsInfinity;

    public static JacobianPoint Infinity => new() { IsInfinity = true };

    public static JacobianPoint From(in AffinePoint point) => new() { X = point.X, Y = point.Y, Z = FieldElement.One };

    /// <summary>Doubles in 3 multiplications and 4 squarings. No point of the curve has y = 0, so this has no exceptions.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Double()
    {
        Z = Y * Z;
        var s = Y.Square();
        var l = X.Square();
        l = (l + l + l).Half();
        var t = X * s;
        X = l.Square() - (t + t);
        Y = (l * (t - X)) - s.Square();
    }

    /// <summary>Adds a point that is neither this one nor its inverse, in 8 multiplications and 3 squarings. Returns x2 - x1, by which Z grew; zero when the condition did not hold.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public FieldElement AddDistinct(in AffinePoint point)
    {
        var zz = Z.Square();
        var h = (point.X * zz) - X;
        var r = (point.Y * (zz * Z)) - Y;
        Add(h, r);
        return h;
    }

    /// <summary>Adds any point; branches on the operands.</summary>
    public void AddVariable(in AffinePoint point) => AddVariable(point, Z);

    /// <summary>Adds any point of the curve that this point would be on if its Z were <paramref name="z"/>; branches on the operands.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void AddVariable(in AffinePoint point, in FieldElement z)
    {
        var zz = z.Square();
        var h = (point.X * zz) - X;
        var r = (point.Y * (zz * z)) - Y;
        if (!h.IsZero)
        {
            Add(h, r);
        }
        else if (r.IsZero)
        {
            Double();
        }
        else
        {
            this = Infinity;
        }
    }

    /// <summary>The affine form of a point that is not infinity.</summary>
    public readonly AffinePoint ToAffine()
    {
        var inverse = Z.Invert();
        var square = inverse.Square();
        return new((X * square).Normalize(), (Y * (square * inverse)).Normalize());
    }

    /// <summary>The affine forms of many points that are not infinity, at the price of one inversion.</summary>
    public static AffinePoint[] ToAffine(ReadOnlySpan<JacobianPoint> points)
    {
        var products = new FieldElement[points.Length];
        var product = FieldElement.One;
        for (int i = 0; i < points.Length; i++)
        {
            products[i] = product;
            product *= points[i].Z;
        }

        var affine = new AffinePoint[points.Length];
        var inverse = product.Invert();
        for (int i = points.Length - 1; i >= 0; i--)
        {
            var z = inverse * products[i];
            inverse *= points[i].Z;
            var square = z.Square();
            affine[i] = new((points[i].X * square).Normalize(), (points[i].Y * (square * z)).Normalize());
        }

        return affine;
    }

    private void Add(in FieldElement h, in FieldElement r)
    {
        var hh = h.Square();
        var hhh = h * hh;
        var v = X * hh;
        Z *= h;
        X = r.Square() - hhh - (v + v);
        Y = (r * (v - X)) - (Y * hhh);
    }
}
