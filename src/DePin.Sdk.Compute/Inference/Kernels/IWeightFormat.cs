namespace DePin.Sdk.Compute.Inference.Kernels;

/// <summary>How 32 consecutive weights of a row are stored, and how lanes of them are read.</summary>
internal unsafe interface IWeightFormat
{
    /// <summary>Bytes that 32 weights take.</summary>
    static abstract int ChunkBytes { get; }

    /// <summary>Bytes of one weight, or 0 when weights exist only in blocks of 32.</summary>
    static abstract int ElementBytes { get; }

    /// <summary>The factor common to the 32 weights; 1 where the format has none.</summary>
    static abstract float Scale(byte* chunk);

    /// <summary>The weights from <paramref name="column"/> on, a multiple of the lane count below 32, times the scale.</summary>
    static abstract TVector Load<TOps, TVector>(byte* chunk, int column, TVector scale)
        where TOps : struct, IVectorOps<TVector>
        where TVector : struct;
}
