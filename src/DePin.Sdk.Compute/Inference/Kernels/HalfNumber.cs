namespace DePin.Sdk.Compute.Inference.Kernels;

/// <summary>IEEE half-precision numbers as all kernels read them.</summary>
internal static unsafe class HalfNumber
{
    /// <summary>The number in single precision; infinities and NaN become large finite numbers.</summary>
    public static float Read(ushort* source)
    {
        uint bits = *source;

        // Moving the exponent to its place leaves it 112 too low; a multiplication repairs it, for subnormal numbers too.
        float magnitude = BitConverter.UInt32BitsToSingle((bits & 0x7FFF) << 13) * BitConverter.UInt32BitsToSingle(0x77800000);
        return BitConverter.UInt32BitsToSingle(BitConverter.SingleToUInt32Bits(magnitude) | ((bits & 0x8000) << 16));
    }
}
