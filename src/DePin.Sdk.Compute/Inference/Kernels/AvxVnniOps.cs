using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace DePin.Sdk.Compute.Inference.Kernels;

/// <summary>Eight lanes with the dot product instruction of AVX-VNNI.</summary>
internal readonly unsafe struct AvxVnniOps<TWidth> : ILaneOps<Vector256<int>>
    where TWidth : struct, IFloatWidth
{
    public static int Lanes => 8;

    public static bool HasDoubleWidth => TWidth.Is512;

    public static int WideOffset => 0;

    public static Vector256<int> Zero => Vector256<int>.Zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Load(void* source) => Vector256.Load((int*)source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<int> value, float* target) => Vector256.Store(value.AsSingle(), target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Broadcast(void* source) => Vector256.Create(*(int*)source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Create(int value) => Vector256.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> CreateSingle(float value) => Vector256.Create(value).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> WidenSByte(sbyte* source) => Avx2.ConvertToVector256Int32(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> WidenHalf(ushort* source)
    {
        var bits = Avx2.ConvertToVector256Int32(source);
        var sign = (bits & Vector256.Create(0x8000)) << 16;

        // Moving the exponent to its place leaves it 112 too low; a multiplication repairs it, for subnormal numbers too.
        var magnitude = ((bits & Vector256.Create(0x7FFF)) << 13).AsSingle() * Vector256.Create(0x77800000).AsSingle();
        return magnitude.AsInt32() | sign;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> WidenBFloat16(ushort* source) => Avx2.ConvertToVector256Int32(source) << 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> And(Vector256<int> a, Vector256<int> b) => a & b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Or(Vector256<int> a, Vector256<int> b) => a | b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Add(Vector256<int> a, Vector256<int> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> ShiftLeft(Vector256<int> value, int count) => value << count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> ShiftRight(Vector256<int> value, int count) => value >>> count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> AddHalves(Vector256<int> value) => Avx2.MultiplyAddAdjacent(value.AsInt16(), Vector256<short>.One);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Dot(Vector256<int> sum, Vector256<int> weights, Vector256<int> x) =>
        AvxVnni.MultiplyWideningAndAdd(sum, weights.AsByte(), x.AsSByte());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> DotWide(Vector256<int> sum, Vector256<int> weights, Vector256<int> x) =>
        AvxVnni.MultiplyWideningAndAdd(sum, weights.AsByte(), x.AsSByte());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> ToSingle(Vector256<int> value) => Vector256.ConvertToSingle(value).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Multiply(Vector256<int> a, Vector256<int> b) => (a.AsSingle() * b.AsSingle()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> MultiplyAdd(Vector256<int> a, Vector256<int> b, Vector256<int> c) =>
        Vector256.FusedMultiplyAdd(a.AsSingle(), b.AsSingle(), c.AsSingle()).AsInt32();
}
