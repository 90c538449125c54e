namespace DePin.Sdk.Compute.Inference.Kernels;

/// <summary>Formats whose unit is a block of 32 columns with one scale: (stored - offset) * scale.</summary>
internal unsafe interface IBlockFormat : IPanelFormat
{
    /// <summary>The logarithm of what is to be subtracted from the stored weights.</summary>
    static abstract int OffsetBits { get; }

    /// <summary>Whether the stored weights go up to 255 instead of 63.</summary>
    static abstract bool IsWide { get; }

    /// <summary>Where the 16 half-precision scales begin in the packed unit.</summary>
    static abstract int ScalesAt { get; }

    /// <summary>The stored weights of the columns 4 * step and on, and of the columns 16 + 4 * step and on.</summary>
    /// <param name="unit">The packed unit, moved to the first row that the vector takes.</param>
    /// <param name="step">0 to 3.</param>
    /// <param name="low">The first.</param>
    /// <param name="high">The second.</param>
    static abstract void Load<TOps, TV>(byte* unit, int step, out TV low, out TV high)
        where TOps : struct, ILaneOps<TV>
        where TV : struct;
}
