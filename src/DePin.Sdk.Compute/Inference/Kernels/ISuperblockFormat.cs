namespace DePin.Sdk.Compute.Inference.Kernels;

/// <summary>
/// Formats whose unit is a superblock of 256 columns: eight blocks of 32 with small integer scales, and one half-precision factor for
/// all. Either each block has an integer minimum, subtracted with a factor of its own, or each half of a block its own scale and the
/// weights an offset of 32.
/// </summary>
/// <remarks>
/// A packed unit begins with the 16 factors and, with minimums, the 16 factors of these with the sign changed. Then come the blocks:
/// weights, 16 scales, and 16 minimums or second scales.
/// </remarks>
internal unsafe interface ISuperblockFormat : IPanelFormat
{
    /// <summary>Bits of a weight: 4, 5 or 6.</summary>
    static abstract int Bits { get; }

    /// <summary>Whether blocks have minimums; otherwise they have two scales.</summary>
    static abstract bool HasMinimums { get; }

    /// <summary>Where the first block begins.</summary>
    static abstract int HeaderBytes { get; }

    /// <summary>Bytes of a packed block.</summary>
    static abstract int BlockBytes { get; }

    /// <summary>Where the scales begin in a block.</summary>
    static abstract int ScalesAt { get; }

    /// <inheritdoc cref="IBlockFormat.Load"/>
    static abstract void Load<TOps, TV>(byte* block, int step, out TV low, out TV high)
        where TOps : struct, ILaneOps<TV>
        where TV : struct;
}
