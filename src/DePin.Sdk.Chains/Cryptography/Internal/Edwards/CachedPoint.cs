namespace DePin.Sdk.Chains.Cryptography.Internal.Edwards;

/// <summary>A point in the form in which it is added to others: Y + X, Y - X, Z and 2 d T.</summary>
internal readonly struct CachedPoint(in EdwardsPoint point)
{
    public readonly EdwardsField YPlusX = point.Y + point.X, YMinusX = point.Y - point.X, Z = point.Z, TwoDT = point.T * EdwardsPoint.TwiceD;
}
