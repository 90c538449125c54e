namespace DePin.Sdk.Compute.Inference.Kernels;

/// <summary>
/// What the kernels need of a vector of single-precision lanes. One implementation per hardware width; the kernels are generic
/// over it, so that each formula is written once and tested at every width.
/// </summary>
internal unsafe interface IVectorOps<TVector>
    where TVector : struct
{
    /// <summary>Number of lanes; divides 16.</summary>
    static abstract int Lanes { get; }

    static abstract TVector Zero { get; }

    static abstract TVector Broadcast(float value);

    static abstract TVector Load(float* source);

    static abstract void Store(TVector value, float* target);

    /// <summary>Lanes from IEEE half-precision numbers; infinities and NaN become large finite numbers.</summary>
    static abstract TVector LoadHalf(ushort* source);

    /// <summary>Lanes from bfloat16 numbers.</summary>
    static abstract TVector LoadBFloat16(ushort* source);

    /// <summary>Lanes from signed bytes.</summary>
    static abstract TVector LoadSByte(sbyte* source);

    /// <summary>Lanes from the low four bits of bytes, less 8.</summary>
    static abstract TVector LoadLowNibble(byte* source);

    /// <summary>Lanes from the high four bits of bytes, less 8.</summary>
    static abstract TVector LoadHighNibble(byte* source);

    static abstract TVector Multiply(TVector a, TVector b);

    /// <summary>a * b + c, fused where the hardware can.</summary>
    static abstract TVector MultiplyAdd(TVector a, TVector b, TVector c);

    static abstract float Sum(TVector value);
}
