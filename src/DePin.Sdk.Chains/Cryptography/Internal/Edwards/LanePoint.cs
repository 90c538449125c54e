using System.Runtime.CompilerServices;

namespace DePin.Sdk.Chains.Cryptography.Internal.Edwards;

/// <summary>Eight points of edwards25519, one in each lane, in the coordinates of <see cref="EdwardsPoint"/> and by the same complete formulas. All coordinates are products.</summary>
internal struct LanePoint
{
    public LaneField X, Y, Z, T;

    /// <summary>Doubles the points. T can be left out where another doubling follows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Double(ref LanePoint point, ref LaneScratch s, bool isTNeeded)
    {
        LaneField.Square(ref s.A, point.X);
        LaneField.Square(ref s.B, point.Y);
        LaneField.Square(ref s.C, point.Z);
        LaneField.Multiply(ref s.E, point.X, point.Y);
        LaneField.Add(ref s.E, s.E, s.E);
        LaneField.Add(ref s.H, s.A, s.B);
        LaneField.Subtract(ref s.G, s.B, s.A);
        LaneField.Add(ref s.F, s.C, s.C);
        LaneField.Add(ref s.F, s.F, s.A);
        LaneField.Subtract(ref s.F, s.F, s.B);
        LaneField.Carry(ref s.F);
        Finish(ref point, ref s, isTNeeded);
    }

    /// <summary>Adds points, one to each.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add(ref LanePoint point, in LaneCachedPoint other, ref LaneScratch s, bool isTNeeded)
    {
        AddSides(ref point, other, ref s);
        LaneField.Multiply(ref s.D, point.Z, other.TwoZ);
        LaneField.Subtract(ref s.F, s.D, s.C);
        LaneField.Add(ref s.G, s.D, s.C);
        Finish(ref point, ref s, isTNeeded);
    }

    /// <summary>Adds points whose Z is one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddAffine(ref LanePoint point, in LaneCachedPoint other, ref LaneScratch s, bool isTNeeded)
    {
        AddSides(ref point, other, ref s);
        LaneField.Add(ref s.D, point.Z, point.Z);
        LaneField.Subtract(ref s.F, s.D, s.C);
        LaneField.Carry(ref s.F);
        LaneField.Add(ref s.G, s.D, s.C);
        Finish(ref point, ref s, isTNeeded);
    }

    private static void AddSides(ref LanePoint point, in LaneCachedPoint other, ref LaneScratch s)
    {
        LaneField.Subtract(ref s.E, point.Y, point.X);
        LaneField.Multiply(ref s.A, s.E, other.YMinusX);
        LaneField.Add(ref s.E, point.Y, point.X);
        LaneField.Multiply(ref s.B, s.E, other.YPlusX);
        LaneField.Multiply(ref s.C, point.T, other.TwoDT);
        LaneField.Subtract(ref s.E, s.B, s.A);
        LaneField.Add(ref s.H, s.B, s.A);
    }

    private static void Finish(ref LanePoint point, ref LaneScratch s, bool isTNeeded)
    {
        LaneField.Multiply(ref point.X, s.E, s.F);
        LaneField.Multiply(ref point.Y, s.G, s.H);
        LaneField.Multiply(ref point.Z, s.F, s.G);
        if (isTNeeded)
        {
            LaneField.Multiply(ref point.T, s.E, s.H);
        }
    }
}
