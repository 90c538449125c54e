using System.Runtime.CompilerServices;

namespace DePin.Sdk.Compute.Inference.Kernels;

/// <summary>A floating-point format of weights.</summary>
internal unsafe interface IFloatFormat
{
    /// <summary>Bytes of a weight.</summary>
    static abstract int Bytes { get; }

    /// <summary>As many weights as a vector has lanes, as single-precision numbers.</summary>
    static abstract TV Load<TOps, TV>(byte* source)
        where TOps : struct, ILaneOps<TV>
        where TV : struct;
}

internal readonly unsafe struct F32Panel : IFloatFormat
{
    public static int Bytes => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TV Load<TOps, TV>(byte* source)
        where TOps : struct, ILaneOps<TV>
        where TV : struct => TOps.Load(source);
}

internal readonly unsafe struct F16Panel : IFloatFormat
{
    public static int Bytes => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TV Load<TOps, TV>(byte* source)
        where TOps : struct, ILaneOps<TV>
        where TV : struct => TOps.WidenHalf((ushort*)source);
}

internal readonly unsafe struct BF16Panel : IFloatFormat
{
    public static int Bytes => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TV Load<TOps, TV>(byte* source)
        where TOps : struct, ILaneOps<TV>
        where TV : struct => TOps.WidenBFloat16((ushort*)source);
}
