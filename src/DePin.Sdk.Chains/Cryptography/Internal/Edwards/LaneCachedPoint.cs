namespace DePin.Sdk.Chains.Cryptography.Internal.Edwards;

/// <summary>Eight points in the form in which they are added to others: Y + X, Y - X, 2 Z and 2 d T. Where Z is one, 2 Z is not used.</summary>
internal struct LaneCachedPoint
{
    /// <summary>How many vectors there are.</summary>
    public const int Vectors = 4 * LaneField.Limbs;

    public LaneField YPlusX, YMinusX, TwoDT, TwoZ;

    public static void From(ref LaneCachedPoint result, in LanePoint point, in LaneField twiceD)
    {
        LaneField.Add(ref result.YPlusX, point.Y, point.X);
        LaneField.Carry(ref result.YPlusX);
        LaneField.Subtract(ref result.YMinusX, point.Y, point.X);
        LaneField.Carry(ref result.YMinusX);
        LaneField.Add(ref result.TwoZ, point.Z, point.Z);
        LaneField.Carry(ref result.TwoZ);
        LaneField.Multiply(ref result.TwoDT, point.T, twiceD);
    }
}
