using System.Runtime.CompilerServices;

namespace DePin.Sdk.Compute.Inference.Kernels;

/// <summary>Writes the sums of a tile.</summary>
internal static unsafe class TileStore
{
    /// <summary>Two vectors of rows, of which the first <paramref name="rows"/> lanes exist.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<TOps, TV>(TV first, TV second, float* y, int rows)
        where TOps : struct, ILaneOps<TV>
        where TV : struct
    {
        if (rows >= 2 * TOps.Lanes)
        {
            TOps.Store(first, y);
            TOps.Store(second, y + TOps.Lanes);
            return;
        }

        float* both = stackalloc float[2 * TOps.Lanes];
        TOps.Store(first, both);
        TOps.Store(second, both + TOps.Lanes);
        new ReadOnlySpan<float>(both, rows).CopyTo(new Span<float>(y, rows));
    }
}
