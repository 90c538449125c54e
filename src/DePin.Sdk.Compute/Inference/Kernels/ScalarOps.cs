using System.Runtime.CompilerServices;

namespace DePin.Sdk.Compute.Inference.Kernels;

/// <summary>One lane: the portable fallback, and the reference that the wider ones are tested against.</summary>
internal readonly unsafe struct ScalarOps : IVectorOps<float>
{
    public static int Lanes => 1;

    public static float Zero => 0;

    public static float Broadcast(float value) => value;

    public static float Load(float* source) => *source;

    public static void Store(float value, float* target) => *target = value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float LoadHalf(ushort* source)
    {
        uint bits = *source;
        float magnitude = BitConverter.UInt32BitsToSingle((bits & 0x7FFF) << 13) * BitConverter.UInt32BitsToSingle(0x77800000);
        return BitConverter.UInt32BitsToSingle(BitConverter.SingleToUInt32Bits(magnitude) | ((bits & 0x8000) << 16));
    }

    public static float LoadBFloat16(ushort* source) => BitConverter.UInt32BitsToSingle((uint)*source << 16);

    public static float LoadSByte(sbyte* source) => *source;

    public static float LoadLowNibble(byte* source) => (*source & 15) - 8;

    public static float LoadHighNibble(byte* source) => (*source >> 4) - 8;

    public static float Multiply(float a, float b) => a * b;

    public static float MultiplyAdd(float a, float b, float c) => float.MultiplyAddEstimate(a, b, c);

    public static float Sum(float value) => value;
}
