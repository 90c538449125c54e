namespace DePin.Sdk.Chains.Cryptography.Internal.Edwards;

/// <summary>A point with Z = 1 in the form in which it is added to others: y + x, y - x and 2 d x y, each below p.</summary>
internal readonly struct NielsPoint(in EdwardsField yPlusX, in EdwardsField yMinusX, in EdwardsField twoDXY)
{
    public readonly EdwardsField YPlusX = yPlusX, YMinusX = yMinusX, TwoDXY = twoDXY;

    /// <summary>Brings points to Z = 1 with one inversion for all (Montgomery's trick).</summary>
    public static NielsPoint[] FromPoints(ReadOnlySpan<EdwardsPoint> points)
    {
        var products = new EdwardsField[points.Length];
        var product = EdwardsField.One;
        for (int i = 0; i < points.Length; i++)
        {
            products[i] = product;
            product *= points[i].Z;
        }

        var inverse = product.Invert();
        var result = new NielsPoint[points.Length];
        for (int i = points.Length - 1; i >= 0; i--)
        {
            var z = inverse * products[i];
            inverse *= points[i].Z;
            var x = points[i].X * z;
            var y = points[i].Y * z;
            result[i] = new((y + x).Normalize(), (y - x).Normalize(), (x * y * EdwardsPoint.TwiceD).Normalize());
        }

        return result;
    }
}
