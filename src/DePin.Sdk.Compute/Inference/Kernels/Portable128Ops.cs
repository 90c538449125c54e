using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace DePin.Sdk.Compute.Inference.Kernels;

/// <summary>Four lanes on any machine that has 128-bit vectors.</summary>
internal readonly unsafe struct Portable128Ops : ILaneOps<Vector128<int>>
{
    public static int Lanes => 4;

    public static bool HasDoubleWidth => false;

    public static int WideOffset => Dp.IsSupported ? 128 : 0;

    public static Vector128<int> Zero => Vector128<int>.Zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Load(void* source) => Vector128.Load((int*)source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector128<int> value, float* target) => Vector128.Store(value.AsSingle(), target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Broadcast(void* source) => Vector128.Create(*(int*)source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Create(int value) => Vector128.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> CreateSingle(float value) => Vector128.Create(value).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> WidenSByte(sbyte* source) => Vector128.WidenLower(Vector128.WidenLower(Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<int>(source)).AsSByte()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> WidenHalf(ushort* source)
    {
        var bits = Vector128.WidenLower(Vector64.Load(source).ToVector128Unsafe()).AsInt32();
        var sign = (bits & Vector128.Create(0x8000)) << 16;

        // Moving the exponent to its place leaves it 112 too low; a multiplication repairs it, for subnormal numbers too.
        var magnitude = ((bits & Vector128.Create(0x7FFF)) << 13).AsSingle() * Vector128.Create(0x77800000).AsSingle();
        return magnitude.AsInt32() | sign;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> WidenBFloat16(ushort* source) => Vector128.WidenLower(Vector64.Load(source).ToVector128Unsafe()).AsInt32() << 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> And(Vector128<int> a, Vector128<int> b) => a & b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Or(Vector128<int> a, Vector128<int> b) => a | b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Add(Vector128<int> a, Vector128<int> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> ShiftLeft(Vector128<int> value, int count) => value << count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> ShiftRight(Vector128<int> value, int count) => value >>> count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> AddHalves(Vector128<int> value) => (value << 16 >> 16) + (value >> 16);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Dot(Vector128<int> sum, Vector128<int> weights, Vector128<int> x)
    {
        if (Ssse3.IsSupported)
        {
            return sum + Sse2.MultiplyAddAdjacent(Ssse3.MultiplyAddAdjacent(weights.AsByte(), x.AsSByte()), Vector128<short>.One);
        }

        return Dp.IsSupported ? Dp.DotProduct(sum, weights.AsSByte(), x.AsSByte()) : DotWide(sum, weights, x);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> DotWide(Vector128<int> sum, Vector128<int> weights, Vector128<int> x)
    {
        if (Dp.IsSupported)
        {
            return Dp.DotProduct(sum, (weights ^ Vector128.Create((byte)0x80).AsInt32()).AsSByte(), x.AsSByte());
        }

        // The products of even and of odd bytes fit 16 bits, their sum does not.
        var even = (weights.AsInt16() & Vector128.Create((short)0xFF)) * ((x.AsInt16() << 8) >> 8);
        var odd = (weights.AsUInt16() >>> 8).AsInt16() * (x.AsInt16() >> 8);
        return sum + (even.AsInt32() << 16 >> 16) + (even.AsInt32() >> 16) + (odd.AsInt32() << 16 >> 16) + (odd.AsInt32() >> 16);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> ToSingle(Vector128<int> value) => Vector128.ConvertToSingle(value).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Multiply(Vector128<int> a, Vector128<int> b) => (a.AsSingle() * b.AsSingle()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> MultiplyAdd(Vector128<int> a, Vector128<int> b, Vector128<int> c) =>
        Vector128.FusedMultiplyAdd(a.AsSingle(), b.AsSingle(), c.AsSingle()).AsInt32();
}
