using System.Runtime.CompilerServices;

namespace DePin.Sdk.Compute.Inference.Kernels;

/// <summary>One lane in plain arithmetic: the reference for the others.</summary>
internal readonly unsafe struct SingleLaneOps : ILaneOps<int>
{
    public static int Lanes => 1;

    public static bool HasDoubleWidth => false;

    public static int WideOffset => 0;

    public static int Zero => 0;

    public static int Load(void* source) => Unsafe.ReadUnaligned<int>(source);

    public static void Store(int value, float* target) => *target = Float(value);

    public static int Broadcast(void* source) => Load(source);

    public static int Create(int value) => value;

    public static int CreateSingle(float value) => Bits(value);

    public static int WidenSByte(sbyte* source) => *source;

    public static int WidenHalf(ushort* source) => Bits(HalfNumber.Read(source));

    public static int WidenBFloat16(ushort* source) => *source << 16;

    public static int And(int a, int b) => a & b;

    public static int Or(int a, int b) => a | b;

    public static int Add(int a, int b) => a + b;

    public static int ShiftLeft(int value, int count) => value << count;

    public static int ShiftRight(int value, int count) => value >>> count;

    public static int AddHalves(int value) => (short)value + (value >> 16);

    public static int Dot(int sum, int weights, int x) => DotWide(sum, weights, x);

    public static int DotWide(int sum, int weights, int x)
    {
        for (int i = 0; i < 32; i += 8)
        {
            sum += (byte)(weights >> i) * (sbyte)(x >> i);
        }

        return sum;
    }

    public static int ToSingle(int value) => Bits(value);

    public static int Multiply(int a, int b) => Bits(Float(a) * Float(b));

    public static int MultiplyAdd(int a, int b, int c) => Bits(MathF.FusedMultiplyAdd(Float(a), Float(b), Float(c)));

    private static int Bits(float value) => BitConverter.SingleToInt32Bits(value);

    private static float Float(int bits) => BitConverter.Int32BitsToSingle(bits);
}
